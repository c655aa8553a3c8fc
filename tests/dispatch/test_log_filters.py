import logging
import sys

import pytest

from dispatch.log_filters import TokenFilter

TOKEN = "mK3v9-Zq_secret"


def log(message: object, *args: object, exc_info: object = None) -> logging.LogRecord:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, message, args, exc_info)
    assert TokenFilter().filter(record)
    return record


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"GET /v/{TOKEN}/ done", "GET /v/[token]/ done"),
        (f"/v/{TOKEN}/confirm?slot=3", "/v/[token]/confirm?slot=3"),
        (f"https://example.org/v/{TOKEN}", "https://example.org/v/[token]"),
        (f"Authorization: Bearer {TOKEN}", "Authorization: Bearer [token]"),
        (f"Authorization: Token {TOKEN}", "Authorization: Token [token]"),
        (f"/pair?token={TOKEN}&x=1", "/pair?token=[token]&x=1"),
        ("/visits/7/ took 3 ms", "/visits/7/ took 3 ms"),
    ],
)
def test_secrets_are_struck_out_of_messages(text: str, clean: str) -> None:
    assert log(text).getMessage() == clean


def test_arguments_keep_their_shape() -> None:
    """uvicorn's access formatter unpacks exactly these five."""
    record = log('%s - "%s %s HTTP/%s" %d', "1.2.3.4:5", "GET", f"/v/{TOKEN}/", "1.1", 200)
    assert record.args == ("1.2.3.4:5", "GET", "/v/[token]/", "1.1", 200)
    assert record.getMessage() == '1.2.3.4:5 - "GET /v/[token]/ HTTP/1.1" 200'


def test_objects_are_read_as_they_would_be_printed() -> None:
    class Request:
        def __repr__(self) -> str:
            return f"<GET '/v/{TOKEN}/'>"

    assert log("%s", Request()).getMessage() == "<GET '/v/[token]/'>"


def test_tracebacks_are_clean() -> None:
    try:
        raise ValueError(f"no such page: /v/{TOKEN}/")
    except ValueError:
        record = log("failed", exc_info=sys.exc_info())
    printed = logging.Formatter().format(record)
    assert TOKEN not in printed
    assert printed.endswith("ValueError: no such page: /v/[token]/")
