"""The customer's page in each of its states, and the acts between them, without JavaScript."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone, translation

from dispatch.enums import VisitStatus
from dispatch.models import Case, Visit, VisitReport
from dispatch.services.links import FRESH
from dispatch.services.visits import cancel_visit
from dispatch.wording import write_clock, write_day
from scheduling.enums import AppointmentStatus, OfferStatus, StopAct
from scheduling.models import Route, SlotOffer, Technician
from scheduling.services.offers import confirm_hold, hold_offer
from scheduling.services.stops import record_act
from scheduling.signals import appointment_confirmed
from tests.dispatch.customers import (
    act,
    confirm_first_offer,
    current_stop,
    make_team,
    make_visit,
    open_link,
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


def read(client: Client, path: str = "/v/", status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def heading(html: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", html, re.DOTALL)
    assert found is not None
    return " ".join(found[1].split())


def offers_on(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'name="offer" value="(\d+)"', html)]


def appointment_of(visit: Visit) -> tuple[str, datetime | None]:
    visit.appointment.refresh_from_db()
    return visit.appointment.status, visit.appointment.window_starts_at


def test_the_first_page_shows_up_to_five_times(page: Client, visit: Visit) -> None:
    html = read(page)
    offers = list(SlotOffer.objects.filter(appointment=visit.appointment_id).order_by("starts_at"))

    assert heading(html) == "When may we come?"
    assert offers_on(html) == [offer.pk for offer in offers]
    assert len(offers) == 5
    for offer in offers:
        assert write_clock(offer.starts_at, ZONE) in html
    assert "Madrid time" in html


def test_choosing_holds_and_confirming_promises(page: Client, visit: Visit) -> None:
    offer = visit.appointment.offers.order_by("starts_at")[2]

    assert page.post("/v/choose/", {"offer": offer.pk})["Location"] == "/v/"
    html = read(page)
    offer.refresh_from_db()
    assert (offer.status, appointment_of(visit)) == (OfferStatus.HELD, (AppointmentStatus.HELD, None))
    assert heading(html) == "Is this time right?"
    assert f"until {write_clock(offer.held_until, ZONE)}" in html

    assert page.post("/v/confirm/", {"offer": offer.pk})["Location"] == "/v/"
    html = read(page)
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

    assert second.pk in offers_on(read(page))
    page.post("/v/choose/", {"offer": second.pk})

    assert dict(visit.appointment.offers.filter(pk__in=(first.pk, second.pk)).values_list("pk", "status")) == {
        first.pk: OfferStatus.OFFERED,
        second.pk: OfferStatus.HELD,
    }


def test_more_times_replace_the_first_ones(page: Client, visit: Visit) -> None:
    before = offers_on(read(page))

    assert page.post("/v/times/", {"more": "yes"})["Location"] == "/v/"

    after = offers_on(read(page))
    assert (len(before), len(after)) == (5, 15)
    assert set(before).isdisjoint(after)


def test_asking_again_at_once_shows_the_same_times(page: Client, visit: Visit) -> None:
    page.post("/v/times/", {"more": "yes"})
    found = offers_on(read(page))

    assert page.post("/v/times/")["Location"] == "/v/"
    assert offers_on(page.post("/v/times/", {"more": "yes"}).content.decode()) == found
    assert offers_on(read(page)) == found

    SlotOffer.objects.update(created_at=F("created_at") - FRESH)
    page.post("/v/times/", {"more": "yes"})
    assert set(offers_on(read(page))).isdisjoint(found)


def test_more_times_may_be_seen_while_one_is_held(page: Client, visit: Visit) -> None:
    page.post("/v/choose/", {"offer": visit.appointment.offers.order_by("starts_at")[0].pk})

    address = page.post("/v/times/", {"more": "yes"})["Location"]

    assert address == "/v/?other=1"
    html = read(page, address)
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


def test_moving_does_not_offer_the_hour_that_is_booked(page: Client, visit: Visit, now: datetime) -> None:
    booked = confirm_first_offer(visit, now).appointment.window_starts_at
    page.post("/v/times/")
    shown = SlotOffer.objects.filter(pk__in=offers_on(read(page, "/v/move/")))
    assert 3 < len(shown) <= 5
    assert booked not in {offer.starts_at for offer in shown}


def test_no_more_times_is_said(page: Client, visit: Visit) -> None:
    page.post("/v/times/", {"more": "yes"})
    before = offers_on(read(page))
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


def test_moving_keeps_the_old_time_until_the_new_one_is_taken(page: Client, visit: Visit, now: datetime) -> None:
    old = confirm_first_offer(visit, now).appointment.window_starts_at
    assert read(page).count('action="/v/times/"') == 1
    assert offers_on(read(page, "/v/move/")) == []

    assert page.post("/v/times/")["Location"] == "/v/move/"
    html = read(page, "/v/move/")
    assert heading(html) == "Choose the new time"
    assert appointment_of(visit) == (AppointmentStatus.CONFIRMED, old)

    chosen = SlotOffer.objects.get(pk=offers_on(html)[-1])
    assert page.post("/v/choose/", {"offer": chosen.pk})["Location"] == "/v/"
    assert appointment_of(visit) == (AppointmentStatus.CONFIRMED, chosen.starts_at)
    assert visit.appointment.stops.filter(is_current=True).count() == 1


def test_cancelling_asks_first_and_names_the_visit(page: Client, visit: Visit, now: datetime) -> None:
    window = confirm_first_offer(visit, now).appointment.window_starts_at
    assert window is not None

    html = read(page, "/v/cancel/")
    with translation.override("en"):
        assert heading(html).startswith(f"Cancel the visit of {write_day(window, ZONE)}, between")
    assert appointment_of(visit)[0] == AppointmentStatus.CONFIRMED

    assert page.post("/v/cancel/")["Location"] == "/v/"
    visit.refresh_from_db()
    assert (visit.status, appointment_of(visit)[0]) == (VisitStatus.CANCELLED, AppointmentStatus.CANCELLED)
    assert Case.objects.get(pk=visit.case_id).status == "open"
    assert heading(read(page)) == "This visit is cancelled"


def test_a_cancelled_visit_takes_no_more_acts(page: Client, visit: Visit, now: datetime) -> None:
    offer = visit.appointment.offers.first()
    cancel_visit(visit_id=visit.pk, reason="", actor=None, now=now)

    for path in ("/v/choose/", "/v/confirm/", "/v/times/", "/v/cancel/"):
        assert page.post(path, {"offer": offer.pk}).status_code == 410


def test_every_act_wants_the_token_of_its_form(visit: Visit, now: datetime) -> None:
    client = Client(enforce_csrf_checks=True)
    open_link(client, visit, now)
    offer = visit.appointment.offers.first()

    for path in ("/v/choose/", "/v/confirm/", "/v/times/", "/v/cancel/"):
        assert client.post(path, {"offer": offer.pk}).status_code == 403
    form_token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', read(client))
    assert form_token is not None
    answer = client.post("/v/choose/", {"offer": offer.pk, "csrfmiddlewaretoken": form_token[1]})
    assert answer.status_code == 302


def test_a_price_is_shown_before_the_choice_and_accepted_with_the_confirmation(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now, price="89.50")
    open_link(client, visit, now)
    offer = visit.appointment.offers.order_by("starts_at")[0]
    assert "€89.50" in read(client)
    client.post("/v/choose/", {"offer": offer.pk})

    refused = client.post("/v/confirm/", {"offer": offer.pk})
    assert refused.status_code == 422
    assert "Please tick that you agree to the price" in refused.content.decode()
    assert appointment_of(visit)[0] == AppointmentStatus.HELD

    client.post("/v/confirm/", {"offer": offer.pk, "accepts_price": "yes"})
    visit.refresh_from_db()
    assert appointment_of(visit)[0] == AppointmentStatus.CONFIRMED
    assert visit.price_accepted_at is not None
    assert visit.events.filter(kind="price_accepted").count() == 1


def test_a_lost_hold_takes_the_accepted_price_with_it(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now, price="89.50")
    open_link(client, visit, now)
    offer = visit.appointment.offers.order_by("starts_at")[0]

    assert client.post("/v/confirm/", {"offer": offer.pk, "accepts_price": "yes"}).status_code == 409
    visit.refresh_from_db()
    assert visit.price_accepted_at is None


def test_a_price_is_accepted_with_the_confirmation_or_not_at_all(client: Client, now: datetime) -> None:
    """What confirms breaks down at its last step; the next try succeeds."""
    make_team(now)
    visit = make_visit(now, price="89.50")
    open_link(client, visit, now)
    offer = visit.appointment.offers.order_by("starts_at")[0]
    client.post("/v/choose/", {"offer": offer.pk})

    def break_down(**_: Any) -> None:
        raise ConnectionError

    appointment_confirmed.connect(break_down)
    try:
        with pytest.raises(ConnectionError):
            client.post("/v/confirm/", {"offer": offer.pk, "accepts_price": "yes"})
    finally:
        appointment_confirmed.disconnect(break_down)
    visit.refresh_from_db()
    assert (appointment_of(visit)[0], visit.price_accepted_at) == (AppointmentStatus.HELD, None)

    client.post("/v/confirm/", {"offer": offer.pk, "accepts_price": "yes"})
    visit.refresh_from_db()
    assert visit.price_accepted_at is not None
    assert visit.events.filter(kind="price_accepted").count() == 1


def test_the_technician_is_named_once_the_plan_is_published(page: Client, visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)
    name = current_stop(visit).technician.name.split()[0]
    assert name not in read(page)

    Route.objects.filter(stops__appointment=visit.appointment_id).update(published_at=now)

    assert f"{name} arrives within this span" in read(page)


def test_on_the_way_the_expected_time_stands_beside_the_promise(page: Client, visit: Visit, now: datetime) -> None:
    promise = confirm_first_offer(visit, now).appointment.window_starts_at
    assert promise is not None
    act(visit, StopAct.ON_MY_WAY, now=promise)

    html = read(page)
    stop = current_stop(visit)
    assert heading(html) == "The technician is on the way to you"
    assert f'<p class="when-span">{write_clock(stop.eta_at or stop.arrival_at, ZONE)}</p>' in html
    assert f"Promised: between {write_clock(promise, ZONE)}" in html
    assert "/v/times/" not in html
    assert page.post("/v/cancel/").status_code == 409
    assert page.post("/v/times/")["Location"] == "/v/"
    assert heading(read(page, "/v/move/")) == heading(read(page, "/v/cancel/")) == heading(html)
    assert visit.appointment.offers.filter(status=OfferStatus.OFFERED).count() == 0

    act(visit, StopAct.ARRIVED, now=promise)
    assert heading(read(page)) == "The technician is with you"


def test_after_the_visit_the_page_is_the_report(page: Client, visit: Visit, now: datetime) -> None:
    promise = confirm_first_offer(visit, now).appointment.window_starts_at
    assert promise is not None
    act(visit, StopAct.ON_MY_WAY, StopAct.ARRIVED, StopAct.STARTED, StopAct.FINISHED, now=promise)

    assert VisitReport.objects.filter(visit=visit).count() == 1
    assert heading(read(page)) == "Visit report"
    assert page.get("/v/report.pdf")["Content-Type"] == "application/pdf"


def test_a_visit_that_failed_says_what_comes_next(page: Client, visit: Visit, now: datetime) -> None:
    promise = confirm_first_offer(visit, now).appointment.window_starts_at
    assert promise is not None
    stop_id = current_stop(visit).pk
    record_act(stop_id=stop_id, act=StopAct.NOT_COMPLETED, at=promise, now=promise, actor=None, reason="nobody_home")

    assert heading(read(page)) == "The visit could not be completed"


def test_a_hold_that_ran_out_may_be_confirmed_while_the_time_is_free(page: Client, visit: Visit, now: datetime) -> None:
    offer = visit.appointment.offers.order_by("starts_at")[0]
    page.post("/v/choose/", {"offer": offer.pk})
    SlotOffer.objects.filter(pk=offer.pk).update(held_until=now - timedelta(minutes=1))

    assert "The reservation has run out" in read(page)
    assert page.post("/v/confirm/", {"offer": offer.pk}).status_code == 302


def test_the_page_speaks_the_language_of_the_customer(client: Client, now: datetime, team: list[Technician]) -> None:
    spanish = make_visit(now, language="es")
    open_link(client, spanish, now)
    assert '<html lang="es"' in read(client)

    client.post("/language/", {"language": "en", "next": "/v/"})
    html = read(client)
    assert '<html lang="en"' in html
    assert heading(html) == "When may we come?"


def test_the_calendar_wants_a_promise(page: Client) -> None:
    assert page.get("/v/appointment.ics").status_code == 404


def test_times_follow_the_zone_of_the_site(client: Client, now: datetime, team: list[Technician]) -> None:
    visit = make_visit(now)
    offer = visit.appointment.offers.order_by("starts_at")[0]
    visit.appointment.zone = "Atlantic/Canary"
    visit.appointment.save(update_fields=["zone"])
    open_link(client, visit, now)

    assert f"{write_clock(offer.starts_at, 'Atlantic/Canary')} – " in read(client)
    assert write_clock(offer.starts_at, "Atlantic/Canary") != write_clock(offer.starts_at, ZONE)
    assert offer.starts_at.tzinfo == UTC


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
