"""The customer's page in each of its states, and the acts between them, without JavaScript."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone, translation

from dispatch.enums import VisitStatus
from dispatch.models import Case, Visit, VisitReport
from dispatch.services.visits import cancel_visit
from dispatch.wording import write_clock, write_day
from scheduling.enums import AppointmentStatus, OfferStatus, StopAct
from scheduling.models import Route, SlotOffer, Technician
from scheduling.services.stops import record_act
from tests.dispatch.customers import (
    act,
    appointment_of,
    confirm_first_offer,
    current_stop,
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


def test_the_first_page_shows_up_to_five_times(page: Client, visit: Visit) -> None:
    html = read_page(page)
    offers = list(SlotOffer.objects.filter(appointment=visit.appointment_id).order_by("starts_at"))

    assert heading(html) == "When may we come?"
    assert offers_on(html) == [offer.pk for offer in offers]
    assert len(offers) == 5
    for offer in offers:
        assert write_clock(offer.starts_at, ZONE) in html
    assert "Madrid time" in html


def test_moving_does_not_offer_the_hour_that_is_booked(page: Client, visit: Visit, now: datetime) -> None:
    booked = confirm_first_offer(visit, now).appointment.window_starts_at
    page.post("/v/times/")
    shown = SlotOffer.objects.filter(pk__in=offers_on(read_page(page, "/v/move/")))
    assert 3 < len(shown) <= 5
    assert booked not in {offer.starts_at for offer in shown}


def test_moving_keeps_the_old_time_until_the_new_one_is_taken(page: Client, visit: Visit, now: datetime) -> None:
    old = confirm_first_offer(visit, now).appointment.window_starts_at
    assert read_page(page).count('action="/v/times/"') == 1
    assert offers_on(read_page(page, "/v/move/")) == []

    assert page.post("/v/times/")["Location"] == "/v/move/"
    html = read_page(page, "/v/move/")
    assert heading(html) == "Choose the new time"
    assert appointment_of(visit) == (AppointmentStatus.CONFIRMED, old)

    chosen = SlotOffer.objects.get(pk=offers_on(html)[-1])
    assert page.post("/v/choose/", {"offer": chosen.pk})["Location"] == "/v/"
    assert appointment_of(visit) == (AppointmentStatus.CONFIRMED, chosen.starts_at)
    assert visit.appointment.stops.filter(is_current=True).count() == 1


def test_cancelling_asks_first_and_names_the_visit(page: Client, visit: Visit, now: datetime) -> None:
    window = confirm_first_offer(visit, now).appointment.window_starts_at
    assert window is not None

    html = read_page(page, "/v/cancel/")
    with translation.override("en"):
        assert heading(html).startswith(f"Cancel the visit of {write_day(window, ZONE)}, between")
    assert appointment_of(visit)[0] == AppointmentStatus.CONFIRMED

    assert page.post("/v/cancel/")["Location"] == "/v/"
    visit.refresh_from_db()
    assert (visit.status, appointment_of(visit)[0]) == (VisitStatus.CANCELLED, AppointmentStatus.CANCELLED)
    assert Case.objects.get(pk=visit.case_id).status == "open"
    assert heading(read_page(page)) == "This visit is cancelled"


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
    form_token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', read_page(client))
    assert form_token is not None
    answer = client.post("/v/choose/", {"offer": offer.pk, "csrfmiddlewaretoken": form_token[1]})
    assert answer.status_code == 302


def test_the_technician_is_named_once_the_plan_is_published(page: Client, visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)
    name = current_stop(visit).technician.name.split()[0]
    assert name not in read_page(page)

    Route.objects.filter(stops__appointment=visit.appointment_id).update(published_at=now)

    assert f"{name} arrives within this span" in read_page(page)


def test_on_the_way_the_expected_time_stands_beside_the_promise(page: Client, visit: Visit, now: datetime) -> None:
    promise = confirm_first_offer(visit, now).appointment.window_starts_at
    assert promise is not None
    act(visit, StopAct.ON_MY_WAY, now=promise)

    html = read_page(page)
    stop = current_stop(visit)
    assert heading(html) == "The technician is on the way to you"
    assert f'<p class="when-span">{write_clock(stop.eta_at or stop.arrival_at, ZONE)}</p>' in html
    assert f"Promised: between {write_clock(promise, ZONE)}" in html
    assert "/v/times/" not in html
    assert page.post("/v/cancel/").status_code == 409
    assert page.post("/v/times/")["Location"] == "/v/"
    assert heading(read_page(page, "/v/move/")) == heading(read_page(page, "/v/cancel/")) == heading(html)
    assert visit.appointment.offers.filter(status=OfferStatus.OFFERED).count() == 0

    act(visit, StopAct.ARRIVED, now=promise)
    assert heading(read_page(page)) == "The technician is with you"


def test_after_the_visit_the_page_is_the_report(page: Client, visit: Visit, now: datetime) -> None:
    promise = confirm_first_offer(visit, now).appointment.window_starts_at
    assert promise is not None
    act(visit, StopAct.ON_MY_WAY, StopAct.ARRIVED, StopAct.STARTED, StopAct.FINISHED, now=promise)

    assert VisitReport.objects.filter(visit=visit).count() == 1
    assert heading(read_page(page)) == "Visit report"
    assert page.get("/v/report.pdf")["Content-Type"] == "application/pdf"


def test_a_visit_that_failed_says_what_comes_next(page: Client, visit: Visit, now: datetime) -> None:
    promise = confirm_first_offer(visit, now).appointment.window_starts_at
    assert promise is not None
    stop_id = current_stop(visit).pk
    record_act(stop_id=stop_id, act=StopAct.NOT_COMPLETED, at=promise, now=promise, actor=None, reason="nobody_home")

    assert heading(read_page(page)) == "The visit could not be completed"


def test_the_page_speaks_the_language_of_the_customer(client: Client, now: datetime, team: list[Technician]) -> None:
    spanish = make_visit(now, language="es")
    open_link(client, spanish, now)
    assert '<html lang="es"' in read_page(client)

    client.post("/language/", {"language": "en", "next": "/v/"})
    html = read_page(client)
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

    assert f"{write_clock(offer.starts_at, 'Atlantic/Canary')} – " in read_page(client)
    assert write_clock(offer.starts_at, "Atlantic/Canary") != write_clock(offer.starts_at, ZONE)
    assert offer.starts_at.tzinfo == UTC
