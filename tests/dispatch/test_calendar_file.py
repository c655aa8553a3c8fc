"""The calendar file, read back by a parser."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from dispatch.models import Visit
from dispatch.services.calendar_file import build_calendar
from dispatch.services.visits import cancel_visit
from scheduling.services.offers import make_offers, move_to_offer
from tests.dispatch.customers import confirm_first_offer, make_team, make_visit, open_link
from tests.make import ZONE

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def visit(now: datetime) -> Visit:
    make_team(now)
    return make_visit(now)


def read(content: bytes) -> Calendar:
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    return calendar


def fresh(visit: Visit) -> Visit:
    return Visit.objects.select_related("appointment__place", "visit_type", "case").get(pk=visit.pk)


def test_the_file_holds_the_promise_in_the_zone_of_the_site(client: Client, visit: Visit, now: datetime) -> None:
    appointment = confirm_first_offer(visit, now).appointment
    open_link(client, visit, now)

    answer = client.get("/v/appointment.ics")

    assert answer["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    calendar = read(answer.content)
    event = calendar.events[0]
    assert calendar["METHOD"] == "PUBLISH"
    assert len(calendar.timezones) == 1
    assert (event.start, event.end) == (appointment.window_starts_at, appointment.window_ends_at)
    assert event["DTSTART"].params["TZID"] == ZONE
    assert event.start.tzinfo == ZoneInfo(ZONE)
    assert event["UID"] == f"visit-{visit.pk}@localhost"
    assert event["STATUS"] == "CONFIRMED"
    assert "Calle del Horno 12" in event["LOCATION"]
    assert "/v/" not in answer.content.decode()


def test_a_moved_visit_keeps_its_uid_and_raises_its_sequence(visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)
    before = read(build_calendar(visit=fresh(visit), method="PUBLISH", now=now) or b"").events[0]
    offer = make_offers(appointment_id=visit.appointment_id, now=now)[-1]
    move_to_offer(appointment_id=visit.appointment_id, offer_id=offer.pk, now=now)

    after = read(build_calendar(visit=fresh(visit), method="PUBLISH", now=now) or b"").events[0]

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.start == offer.starts_at


def test_a_cancelled_visit_says_so(visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)
    cancel_visit(visit_id=visit.pk, reason="", actor=None, now=now)

    calendar = read(build_calendar(visit=fresh(visit), method="CANCEL", now=now) or b"")

    assert (calendar["METHOD"], calendar.events[0]["STATUS"]) == ("CANCEL", "CANCELLED")


def test_without_a_promise_there_is_no_file(visit: Visit, now: datetime) -> None:
    assert build_calendar(visit=visit, method="PUBLISH", now=now) is None
