"""Secrets that stand in addresses and headers never reach a log."""

import logging
import re

SECRETS = (
    (re.compile(r"(/v/)[^/\s\"'?#]+"), r"\1[token]"),
    (re.compile(r"(?i)\b(bearer|token)(\s+)[\w.~+/=-]{8,}"), r"\1\2[token]"),
    (re.compile(r"(?i)([?&](?:token|code|key)=)[^&\s\"']+"), r"\1[token]"),
)


def redact(text: str) -> str:
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    return text


def _redact_argument(value: object) -> object:
    """The value itself unless it shows a secret, so that ``%d`` still finds its number."""
    text = str(value)
    clean = redact(text)
    return value if clean == text else clean


class TokenFilter(logging.Filter):
    """Keeps the shape of ``args``: formatters such as uvicorn's for access lines unpack them."""

    formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(str(record.msg))
        if isinstance(record.args, tuple):
            record.args = tuple(_redact_argument(value) for value in record.args)
        elif record.args:
            record.args = {key: _redact_argument(value) for key, value in record.args.items()}
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True
