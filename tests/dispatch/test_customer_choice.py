"""The customer chooses a time on the page, without JavaScript: held, confirmed, gone, taken by someone else."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from dispatch.enums import VisitStatus
from dispatch.models import Visit
from dispatch.services.links import FRESH
from dispatch.wording import write_clock
from scheduling.enums import AppointmentStatus, OfferStatus
from scheduling.models import Route, SlotOffer, Technician
from scheduling.services.offers import confirm_hold, hold_offer
from tests.dispatch.customers import (
    appointment_of,
    heading,
    make_team,
    make_visit,
    offers_on,
    open_link,
    read_page,
)
from tests.make import ZONE

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def team(now: datetime) -> list[Technician]:
    return make_team(now)


@pytest.fixture
def visit(now: datetime, team: list[Technician]) -> Visit:
    return make_visit(now)


@pytest.fixture
def page(client: Client, visit: Visit, now: datetime) -> Client:
    open_link(client, visit, now)
    return client


def test_choosing_holds_and_confirming_promises(page: Client, visit: Visit) -> None:
    offer = visit.appointment.offers.order_by("starts_at")[2]

    assert page.post("/v/choose/", {"offer": offer.pk})["Location"] == "/v/"
    html = read_page(page)
    offer.refresh_from_db()
    assert (offer.status, appointment_of(visit)) == (OfferStatus.HELD, (AppointmentStatus.HELD, None))
    assert heading(html) == "Is this time right?"
    assert f"until {write_clock(offer.held_until, ZONE)}" in html

    assert page.post("/v/confirm/", {"offer": offer.pk})["Location"] == "/v/"
    html = read_page(page)
    visit.refresh_from_db()
    assert appointment_of(visit) == (AppointmentStatus.CONFIRMED, offer.starts_at)
    assert visit.status == VisitStatus.SCHEDULED
    assert heading(html) == "We are coming to you"
    assert f"{write_clock(offer.starts_at, ZONE)} – {write_clock(offer.ends_at, ZONE)}" in html


def test_confirming_twice_is_as_good_as_once(page: Client, visit: Visit) -> None:
    offer = visit.appointment.offers.order_by("starts_at")[0]
    page.post("/v/choose/", {"offer": offer.pk})

    answers = [page.post("/v/confirm/", {"offer": offer.pk}).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert visit.appointment.promises.count() == 1


def test_another_time_may_be_chosen_before_confirming(page: Client, visit: Visit) -> None:
    first, second = visit.appointment.offers.order_by("starts_at")[:2]
    page.post("/v/choose/", {"offer": first.pk})

    assert second.pk in offers_on(read_page(page))
    page.post("/v/choose/", {"offer": second.pk})

    assert dict(visit.appointment.offers.filter(pk__in=(first.pk, second.pk)).values_list("pk", "status")) == {
        first.pk: OfferStatus.OFFERED,
        second.pk: OfferStatus.HELD,
    }


def test_more_times_replace_the_first_ones(page: Client, visit: Visit) -> None:
    before = offers_on(read_page(page))

    assert page.post("/v/times/", {"more": "yes"})["Location"] == "/v/"

    after = offers_on(read_page(page))
    assert (len(before), len(after)) == (5, 15)
    assert set(before).isdisjoint(after)


def test_asking_again_at_once_shows_the_same_times(page: Client, visit: Visit) -> None:
    page.post("/v/times/", {"more": "yes"})
    found = offers_on(read_page(page))

    assert page.post("/v/times/")["Location"] == "/v/"
    assert offers_on(page.post("/v/times/", {"more": "yes"}).content.decode()) == found
    assert offers_on(read_page(page)) == found

    SlotOffer.objects.update(created_at=F("created_at") - FRESH)
    page.post("/v/times/", {"more": "yes"})
    assert set(offers_on(read_page(page))).isdisjoint(found)


def test_more_times_may_be_seen_while_one_is_held(page: Client, visit: Visit) -> None:
    page.post("/v/choose/", {"offer": visit.appointment.offers.order_by("starts_at")[0].pk})

    address = page.post("/v/times/", {"more": "yes"})["Location"]

    assert address == "/v/?other=1"
    html = read_page(page, address)
    assert '<details class="more" open>' in html
    assert heading(html) == "Is this time right?"
    assert len(offers_on(html)) == 15
    held = visit.appointment.offers.get(status=OfferStatus.HELD)
    assert visit.appointment.offers.filter(status=OfferStatus.OFFERED, starts_at=held.starts_at).count() == 1


def test_the_time_held_in_one_window_is_told_in_the_other(page: Client, visit: Visit) -> None:
    offer = visit.appointment.offers.order_by("starts_at")[0]
    page.post("/v/choose/", {"offer": offer.pk})

    answer = page.post("/v/choose/", {"offer": offer.pk})

    html = answer.content.decode()
    assert (answer.status_code, heading(html)) == (409, "Is this time right?")
    assert "A time is held for you already." in html
    assert "no longer on offer" not in html


def test_no_more_times_is_said(page: Client, visit: Visit) -> None:
    page.post("/v/times/", {"more": "yes"})
    before = offers_on(read_page(page))
    answer = page.post("/v/times/", {"more": "yes"})
    html = answer.content.decode()
    assert "These are all the times that we can show at the moment." in html
    assert "Show more times" not in html
    assert len(offers_on(html)) == len(before)


def test_a_time_that_is_gone_is_told_kindly_with_fresh_ones(page: Client, visit: Visit, now: datetime) -> None:
    offer = visit.appointment.offers.order_by("starts_at")[0]
    page.post("/v/times/", {"more": "yes"})

    answer = page.post("/v/choose/", {"offer": offer.pk})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "This time is no longer on offer." in html
    assert len(offers_on(html)) == 5
    assert appointment_of(visit)[0] == AppointmentStatus.OFFERED


def test_when_the_last_time_is_taken_the_page_says_whom_to_ring(client: Client, now: datetime) -> None:
    """One technician with one day of room for one: the second customer comes too late."""
    technician = make_team(now, 1)[0]
    visits = [make_visit(now), make_visit(now, name="Hugo Marín", email="hugo@example.org")]
    offers = [visit.appointment.offers.order_by("starts_at")[4] for visit in visits]
    Route.objects.filter(shift__technician=technician).exclude(shift__date=offers[0].starts_at.date()).delete()
    technician.shifts.exclude(date=offers[0].starts_at.date()).delete()
    technician.shifts.update(starts_at=offers[0].starts_at, ends_at=offers[0].starts_at + timedelta(minutes=85))
    hold_offer(appointment_id=visits[0].appointment_id, offer_id=offers[0].pk, now=now)
    open_link(client, visits[1], now)

    answer = client.post("/v/choose/", {"offer": offers[1].pk})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert offers_on(html) == []
    assert "No time is free in the coming days. Times become free" in html
    assert "+34 969 000 000" in html


@pytest.mark.parametrize("offer", ["", "0", "x", "99999999", "9" * 40, "²"])
def test_nonsense_for_an_offer_is_no_server_error(page: Client, offer: str) -> None:
    assert page.post("/v/choose/", {"offer": offer}).status_code == 409
    assert page.post("/v/confirm/", {"offer": offer}).status_code == 409


def test_an_offer_of_someone_else_is_not_on_offer(client: Client, visit: Visit, now: datetime) -> None:
    other = make_visit(now, name="Hugo Marín", email="hugo@example.org")
    foreign = visit.appointment.offers.order_by("starts_at")[0]
    open_link(client, other, now)

    assert client.post("/v/choose/", {"offer": foreign.pk}).status_code == 409
    foreign.refresh_from_db()
    assert foreign.status == OfferStatus.OFFERED


def test_a_hold_that_ran_out_may_be_confirmed_while_the_time_is_free(page: Client, visit: Visit, now: datetime) -> None:
    offer = visit.appointment.offers.order_by("starts_at")[0]
    page.post("/v/choose/", {"offer": offer.pk})
    SlotOffer.objects.filter(pk=offer.pk).update(held_until=now - timedelta(minutes=1))

    assert "The reservation has run out" in read_page(page)
    assert page.post("/v/confirm/", {"offer": offer.pk}).status_code == 302


def find_later_offer(visit: Visit) -> SlotOffer:
    """The first that the technician, who begins at eight, can reach within its first minute."""
    offers = visit.appointment.offers.order_by("starts_at")
    return next(offer for offer in offers if offer.starts_at.astimezone(ZoneInfo(ZONE)).hour >= 10)


def test_a_lost_race_for_the_same_hour_is_a_conflict(client: Client, now: datetime) -> None:
    make_team(now, 1)
    first, second = make_visit(now), make_visit(now, name="Hugo Marín", email="hugo@example.org")
    for visit in (first, second):
        for offer in visit.appointment.offers.all():
            SlotOffer.objects.filter(pk=offer.pk).update(ends_at=offer.starts_at + timedelta(minutes=1))
    offers = [find_later_offer(visit) for visit in (first, second)]
    hold_offer(appointment_id=first.appointment_id, offer_id=offers[0].pk, now=now)
    confirm_hold(appointment_id=first.appointment_id, offer_id=offers[0].pk, now=now)
    open_link(client, second, now)

    assert client.post("/v/choose/", {"offer": offers[1].pk}).status_code == 409
