"""The customer's door: what a link opens, for how long, and for whom not."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.links import COOKIE, SALT, WRONG_TOKENS, hash_token
from dispatch.log_filters import redact
from dispatch.models import CustomerLink, Visit
from dispatch.services.links import create_link, revoke_links, send_customer_link
from dispatch.services.visits import cancel_visit
from tests.dispatch.customers import find_address, make_team, make_visit, open_link, send_all

pytestmark = pytest.mark.django_db
WRONG = "A" * 43


@pytest.fixture(autouse=True)
def _no_guesses_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def visit() -> Visit:
    now = timezone.now()
    make_team(now)
    return make_visit(now)


def read_database() -> dict[str, list[dict[str, Any]]]:
    return {model._meta.label: list(model.objects.order_by("pk").values()) for model in apps.get_models()}


def path_of(visit: Visit) -> tuple[CustomerLink, str]:
    link, address = create_link(visit=visit, now=timezone.now())
    return link, address.removeprefix("http://localhost:8000")


def test_the_token_is_long_and_only_its_hash_is_kept(visit: Visit) -> None:
    link, path = path_of(visit)
    token = path.split("/")[2]

    assert len(token) == 43
    assert link.token_hash == hash_token(token)
    assert all(token not in str(rows) for rows in read_database().values())


def test_a_link_leads_to_the_clean_address_and_names_the_visit(client: Client, visit: Visit) -> None:
    _, path = path_of(visit)

    answer = client.get(path)
    page = client.get("/v/")

    assert (answer.status_code, answer["Location"]) == (302, "/v/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == page["Cache-Control"] == "no-store"
    cookie = client.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/v/", True, "Lax")
    assert page.status_code == 200
    assert f"V-{visit.pk}" in page.content.decode()


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_scanners_change_nothing(visit: Visit, method: str) -> None:
    _, path = path_of(visit)
    client = Client()
    client.get(path)
    places = [
        path,
        path.rstrip("/"),
        f"/v/{WRONG}/",
        "/v/",
        "/v/move/",
        "/v/cancel/",
        "/v/appointment.ics",
        "/v/choose/",
    ]
    places += ["/v/report.pdf", "/v/photos/1/", "/v/times/", "/v/confirm/"]
    before = read_database()

    with CaptureQueriesContext(
        connection,
    ) as asked:
        for place in places * 3:
            assert getattr(client, method)(place).status_code < 500

    assert read_database() == before
    assert [row["sql"] for row in asked if not row["sql"].startswith("SELECT")] == []


def test_of_two_links_the_last_one_opened_counts(client: Client) -> None:
    now = timezone.now()
    make_team(now)
    first, second = make_visit(now), make_visit(now, name="Hugo Marín", email="hugo@example.org")
    open_link(client, first, now)
    open_link(client, second, now)

    page = client.get("/v/").content.decode()

    assert f"V-{second.pk} ·" in page
    assert f"V-{first.pk} ·" not in page


@pytest.mark.parametrize(
    "value",
    ["", "1", "nonsense:1:2", signing.dumps(1, salt="another")],
    ids=["empty", "bare", "nonsense", "other-salt"],
)
def test_a_cookie_that_was_made_up_opens_nothing(client: Client, visit: Visit, value: str) -> None:
    open_link(client, visit, timezone.now())
    client.cookies[COOKIE] = value

    assert client.get("/v/").status_code == 404
    assert client.post("/v/cancel/").status_code == 404


def test_an_altered_cookie_opens_nothing(client: Client, visit: Visit) -> None:
    link = open_link(client, visit, timezone.now())
    _, rest = client.cookies[COOKIE].value.split(":", 1)
    other = signing.dumps(link.pk + 1, salt=SALT).split(":", 1)[0]
    client.cookies[COOKIE] = f"{other}:{rest}"

    assert client.get("/v/").status_code == 404


def test_a_visitor_without_a_link_is_told_what_to_do(client: Client, visit: Visit) -> None:
    for path in ("/v/", "/v/move/", "/v/cancel/", "/v/appointment.ics", "/v/report.pdf", f"/v/{WRONG}/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "tel:+34969000000" in answer.content.decode()


def test_an_expired_link_opens_neither_page_nor_cookie(client: Client, visit: Visit) -> None:
    link, path = path_of(visit)
    client.get(path)
    CustomerLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client.get("/v/").status_code == 410
    assert Client().get(path).status_code == 410


def test_a_link_lasts_past_the_visit(visit: Visit, settings: Any) -> None:
    settings.LINK_DAYS_AFTER_VISIT = 10
    now = timezone.now()
    visit.appointment.window_ends_at = now + timedelta(days=5)

    link, _ = create_link(visit=visit, now=now)

    assert link.expires_at == now + timedelta(days=15)


def test_cancelling_revokes_every_link_and_says_so(client: Client, visit: Visit) -> None:
    now = timezone.now()
    open_link(client, visit, now)

    cancel_visit(visit_id=visit.pk, reason="not needed", actor=None, now=now)

    page = client.get("/v/")
    assert page.status_code == 200
    assert "This visit is cancelled" in page.content.decode()
    assert "Calle del Horno" not in page.content.decode()
    assert client.get("/v/appointment.ics").status_code == 410


def test_sending_again_closes_the_earlier_links(visit: Visit) -> None:
    now = timezone.now()
    first = find_address(send_all(now)[0]).removeprefix("http://localhost:8000")

    send_customer_link(visit_id=visit.pk, now=now + timedelta(minutes=1), again=True)
    second = find_address(send_all(now + timedelta(minutes=1))[0]).removeprefix("http://localhost:8000")

    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 302


def test_revoking_counts_the_open_ones(visit: Visit) -> None:
    now = timezone.now()
    path_of(visit)
    path_of(visit)

    assert [revoke_links(visit_id=visit.pk, now=now), revoke_links(visit_id=visit.pk, now=now)] == [2, 0]


def test_guessing_is_slowed_down(client: Client, visit: Visit) -> None:
    _, path = path_of(visit)
    answers = [client.get(f"/v/{WRONG}/").status_code for _ in range(WRONG_TOKENS)]

    assert answers == [404] * WRONG_TOKENS
    assert client.get(f"/v/{WRONG}/").status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get(f"/v/{WRONG}/").status_code == 404
    assert client.get(path).status_code == 302, "who has a right link is let in from the same address"


def test_the_token_reaches_no_log(client: Client, visit: Visit, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _, path = path_of(visit)
    wrong = f"/v/{WRONG}/"
    for place in (path, path.rstrip("/"), wrong):
        client.get(place)
        client.post(place)

    assert caplog.records != []
    told = [redact(record.getMessage()) for record in caplog.records]
    assert [line for line in told if path.split("/")[2] in line or WRONG in line] == []
