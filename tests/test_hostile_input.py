"""Input that nobody sends by accident: each is refused in words, none is a fault of ours, on either database."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from dispatch.access import ADMINISTRATOR
from dispatch.models import Case
from dispatch.services.pairing import make_pairing_code, pair_device
from scheduling.models import Route
from tests.dispatch.board_day import in_three_days, make_day
from tests.dispatch.cast import make_catalogues, make_source, make_user

pytestmark = pytest.mark.django_db
HUGE = 10**30
DEEP = "[" * 100_000 + "]" * 100_000
NOT_SO_DEEP = '{"a":' * 900 + "1" + "}" * 900
HALF = "\ud800"
TEXTS = {"zero": "a\0b", "half": HALF, "long": "x" * 20_000, "superscript": "²", "huge": str(HUGE), "number": 7}
MOMENTS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z")
VALUES = (*TEXTS.values(), HUGE, -HUGE, 1e300, True, None, {}, [])
FAR_STARTS = (
    "0001-01-01T00:00:00+14:00",
    "1926-11-20T09:00:00+01:00",
    "2126-11-20T09:00:00+01:00",
    "9999-12-31T23:59:59-12:00",
    "2026-13-01T00:00:00Z",
    "2026-11-20T09:00:00",
    HALF,
    "\0",
    7,
)
BOARD = ("preview", "move", "take-off", "pin")


def repr_short(value: object) -> str:
    return ascii(value)[:20]


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user(ADMINISTRATOR, is_superuser=True))
    return client


def post(client: Client, address: str, body: object, **more: Any) -> int:
    text = body if isinstance(body, str) else json.dumps(body)
    answer = client.post(address, text, content_type="application/json", **more)
    if answer.status_code >= 400:
        assert answer.json()["detail"]
    return answer.status_code


@pytest.mark.parametrize(
    "address",
    [
        "/cases/?q={}",
        "/cases/?state={}",
        "/cases/?page={}",
        "/cases/new/?q={}",
        "/cases/new/?customer={}",
        "/cases/new/?customer=new&name={}",
        "/outbox/?q={}",
        "/outbox/?status={}",
        "/outbox/?page={}",
        "/maps/places/?q={}",
        "/board/?date={}",
        "/tech/pair/?code={}",
        "/v/{}/",
    ],
)
def test_searches_and_pages(staff: Client, address: str) -> None:
    texts = ["\0", "a\0b", "²", str(HUGE), "%", "'", "١٢", "9" * 5000, "x" * 5000]
    assert {staff.get(address.format(quote(text))).status_code for text in texts} <= {200, 404}


def test_days_that_no_calendar_takes(staff: Client) -> None:
    for day in ("0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31", "2026-02-30"):
        assert staff.get("/board/", {"date": day}).context["date"] == timezone.localdate()
        doors = [f"/board/day/{day}/", f"/board/day/{day}/version", f"/board/day/{day}/list", f"/board/day/{day}/run"]
        assert {staff.get(door).status_code for door in doors} == {404}
        assert staff.post(f"/board/day/{day}/run", {}).status_code == 404


@pytest.mark.parametrize("day", ["2000-01-01", "2100-12-31"])
def test_the_first_and_the_last_day_are_days(staff: Client, day: str) -> None:
    assert staff.get("/board/", {"date": day}).status_code == 200
    assert staff.get(f"/board/day/{day}/").status_code == 200


def test_a_start_far_from_the_route(staff: Client) -> None:
    (route,) = make_day(in_three_days(), lanes=1)
    body = {"appointment": route.stops.get(sequence=1).appointment_id, "route": route.pk}
    for door in ("preview", "move"):
        assert {post(staff, f"/board/{door}", body | {"starts_at": instant}) for instant in FAR_STARTS} == {400}


def test_a_start_near_the_route_is_judged(staff: Client) -> None:
    (route,) = make_day(in_three_days(), lanes=1)
    appointment = route.stops.get(sequence=1).appointment_id
    shift = Route.objects.select_related("shift").get(pk=route.pk).shift
    for starts_at, moved in ((shift.starts_at - timedelta(hours=23), 200), (shift.ends_at + timedelta(hours=23), 409)):
        body = {"appointment": appointment, "route": route.pk, "starts_at": starts_at.isoformat()}
        assert [post(staff, f"/board/{door}", body) for door in ("preview", "move")] == [200, moved]


@pytest.mark.parametrize("door", [*BOARD, "day/2026-11-26/run"])
def test_the_board_reads_no_such_body(staff: Client, door: str) -> None:
    bodies = [DEEP, "[]", "{", "\ufeff", '"\\ud800"', "9" * 5000, "NaN"]
    assert {post(staff, f"/board/{door}", body) for body in bodies} == {400}


@pytest.mark.parametrize("door", BOARD)
def test_the_board_takes_no_such_value(staff: Client, door: str) -> None:
    sound: dict[str, object] = {"appointment": 10**9, "route": 10**9, "reason": "x"}
    names = ("appointment", "route", "seen_version", "force_reason", "reason", "technician", "time")
    answers = {post(staff, f"/board/{door}", sound | {name: value}) for value in VALUES for name in names}
    assert answers <= {400, 404, 409}


@pytest.mark.parametrize("text", ["a\0b", HALF])
def test_a_reason_is_stored_without_what_no_database_takes(staff: Client, text: str) -> None:
    (route,) = make_day(in_three_days(), lanes=1)
    appointment = route.stops.get(sequence=1).appointment_id
    assert post(staff, "/board/take-off", {"appointment": appointment, "reason": text}) == 200


@pytest.mark.parametrize("door", ["pair", "acts", "cases"])
def test_the_api_reads_no_such_body(client: Client, door: str) -> None:
    more = bearer(door)
    bodies = [DEEP, NOT_SO_DEEP, "[]", "{", '{"acts": [' + NOT_SO_DEEP + "]}", "9" * 5000, "NaN"]
    assert {post(client, f"/api/v1/{door}/", body, **more) for body in bodies} == {400}


def test_a_huge_body_is_not_read_to_its_end(client: Client) -> None:
    assert post(client, "/api/v1/pair/", '"' + "x" * 6_000_000 + '"') == 400


def test_pairing_takes_no_such_value(client: Client) -> None:
    sound = {"code": "x", "name": "x"}
    answers = {post(client, "/api/v1/pair/", sound | {name: value}) for value in VALUES for name in sound}
    assert answers <= {400, 403, 429}


@pytest.mark.parametrize("value", [*TEXTS.values(), HUGE, "Europe", *MOMENTS], ids=repr_short)
def test_escalation_takes_no_such_value(client: Client, value: object) -> None:
    more = bearer("cases")
    for name, body in spoil(case_body(), value):
        number = body if name == "external_id" else body | {"external_id": name}
        assert post(client, "/api/v1/cases/", number, **more) in {200, 201, 400, 409}, name
    client.force_login(make_user(ADMINISTRATOR, is_superuser=True))
    assert client.get("/cases/?state=all").status_code == 200
    assert {client.get(f"/cases/{case.pk}/").status_code for case in Case.objects.all()} <= {200}


def spoil(body: dict[str, Any], value: object) -> list[tuple[str, dict[str, Any]]]:
    """The body with each of its fields, at any depth, replaced in turn; and with a field that nobody knows."""
    spoilt = [(name, body | {name: value}) for name in body]
    for outer, inner in body.items():
        if isinstance(inner, dict):
            spoilt += [(f"{outer}.{name}", body | {outer: inner | {name: value}}) for name in inner]
    spoilt += [
        (f"at.{name}", body | {"attempts": [body["attempts"][0] | {name: value}]}) for name in body["attempts"][0]
    ]
    return [*spoilt, ("unknown", body | {str(value): 1})]


def case_body() -> dict[str, Any]:
    return {
        "external_id": "HD-1",
        "external_url": "https://desk.example.org/1",
        "customer": {"kind": "person", "name": "Laura Gómez", "language": "es"},
        "site": {"line1": "Calle Mayor 1", "line2": "", "postal_code": "16001", "city": "Prueba", "country": "ES"}
        | {"latitude": 40.0, "longitude": -3.0, "zone": "Europe/Madrid", "access_notes": "", "opening_hours": []},
        "contact": {"name": "Laura", "phone": "+34 969 22 22 22", "email": "l@example.org", "role": "asks"},
        "device": {"maker": "Acme", "model": "R7", "serial": "SN1", "firmware": "2"},
        "channel": "phone",
        "line": 1,
        "symptom": "drops",
        "description": "It drops the line.",
        "priority": "normal",
        "due_at": "2026-12-01T10:00:00Z",
        "attempts": [
            {"line": 1, "channel": "phone", "tried": "Restart", "outcome": "not_solved", "by": "Nuria", "said": ""}
            | {"at": "2026-01-01T10:00:00Z"}
        ],
        "no_attempt_reason": "",
    }


def bearer(door: str) -> dict[str, Any]:
    """A token that opens this door of the API; pairing wants none."""
    if door == "pair":
        return {}
    if door == "cases":
        make_catalogues()
        token = make_source()[1]
    else:
        token = pair_someone()
    return {"headers": {"authorization": f"Bearer {token}"}}


def pair_someone() -> str:
    (route,) = make_day(in_three_days(), lanes=1)
    actor, now = make_user("dispatcher"), timezone.now()
    _row, code = make_pairing_code(technician=route.shift.technician, actor=actor, now=now)
    return pair_device(code=code, name="Phone", now=now)[1]


def test_the_whole_case_is_taken_as_it_stands(client: Client) -> None:
    assert post(client, "/api/v1/cases/", case_body(), **bearer("cases")) == 201
