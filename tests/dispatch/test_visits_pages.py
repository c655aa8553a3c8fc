from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dispatch.case_input import ContactInput
from dispatch.models import Case, Notice, Visit
from scheduling.models import Stop
from scheduling.services.offers import hold_offer
from tests.dispatch.cast import make_input, make_user, make_visit, make_visit_type
from tests.dispatch.customers import confirm_first_offer, current_stop, make_team
from tests.dispatch.customers import make_visit as make_customers_visit
from tests.make import make_technician

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(client: Client) -> Client:
    client.force_login(make_user("dispatcher"))
    return client


def test_the_page_holds_everything_of_the_visit(dispatcher: Client) -> None:
    make_technician()
    visit = make_visit()
    context = dispatcher.get(f"/visits/{visit.pk}/").context
    assert (context["visit"], context["missing"], context["parts"]) == (visit, [], ["Router", "Cable"])
    assert [moment.title for moment in context["history"]][:-3:-1] == [
        "Tried from afar (First line, Telephone)",
        "Case escalated",
    ]
    assert context["may_cancel"]
    assert context["may_send_link"]


def test_what_is_missing_is_said(dispatcher: Client) -> None:
    visit = make_visit(located=False)
    page = dispatcher.get(f"/visits/{visit.pk}/")
    assert len(page.context["missing"]) == 1
    assert f'href="/cases/{visit.case_id}/place/"' in page.content.decode()


@pytest.mark.parametrize("attempts", [1, 12])
def test_the_page_asks_as_often_for_a_long_history(
    dispatcher: Client, attempts: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    visit = make_visit(attempts=make_input().attempts * attempts)
    dispatcher.get(f"/visits/{visit.pk}/")
    with django_assert_num_queries(24):
        dispatcher.get(f"/visits/{visit.pk}/")


def test_a_planned_visit_is_expected_when_the_board_draws_it(dispatcher: Client) -> None:
    now = timezone.now()
    make_team(now)
    visit = confirm_first_offer(make_customers_visit(now), now)
    stop = current_stop(visit)
    begins = stop.arrival_at + timedelta(hours=2)
    Stop.objects.filter(pk=stop.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=1))
    path = f"/visits/{visit.pk}/"
    assert dispatcher.get(path).context["expected_at"] == begins
    late = begins + timedelta(minutes=30)
    Stop.objects.filter(pk=stop.pk).update(status="on_the_way", on_my_way_at=now, eta_at=late)
    assert dispatcher.get(path).context["expected_at"] == late
    Stop.objects.filter(pk=stop.pk).update(status="arrived", arrived_at=late)
    assert dispatcher.get(path).context["expected_at"] is None


def test_a_held_time_is_told_with_its_end(dispatcher: Client) -> None:
    now = timezone.now()
    make_team(now)
    visit = make_customers_visit(now)
    offer = visit.appointment.offers.order_by("starts_at")[0]
    hold_offer(appointment_id=visit.appointment_id, offer_id=offer.pk, now=now)
    page = dispatcher.get(f"/visits/{visit.pk}/")
    assert page.context["held"] == offer
    text = page.content.decode()
    until = f"{timezone.localtime(now + timedelta(minutes=10)):%H:%M}"
    assert f"Chosen and held for the customer until {until}" in text
    assert "gets a link to choose one" not in text


def test_a_new_link_closes_the_earlier_ones(dispatcher: Client) -> None:
    visit = make_visit()
    assert dispatcher.post(f"/visits/{visit.pk}/link/").status_code == 302
    assert Notice.objects.filter(visit=visit, recipient="laura@example.com").count() == 2


def test_cancelling_wants_a_reason(dispatcher: Client) -> None:
    visit = make_visit()
    dispatcher.post(f"/visits/{visit.pk}/cancel/", {"reason": ""})
    assert Visit.objects.get().status == "open"
    dispatcher.post(f"/visits/{visit.pk}/cancel/", {"reason": "Solved itself"})
    assert (Visit.objects.get().status, Case.objects.get().status) == ("cancelled", "open")
    page = dispatcher.get(f"/visits/{visit.pk}/")
    assert (page.context["may_cancel"], page.context["may_send_link"]) == (False, False)
    assert "The visit is cancelled: nobody comes." in page.content.decode()
    assert "gets a link to choose one" not in page.content.decode()


def test_outsiders_see_no_visit(client: Client) -> None:
    visit = make_visit()
    paths = [f"/visits/{visit.pk}/link/", f"/visits/{visit.pk}/cancel/"]
    assert client.get(f"/visits/{visit.pk}/").status_code == 302
    assert [client.post(path, {"reason": "x"}).status_code for path in paths] == [302, 302]
    client.force_login(make_user("technician"))
    assert client.get(f"/visits/{visit.pk}/").status_code == 403
    assert [client.post(path, {"reason": "x"}).status_code for path in paths] == [403, 403]
    assert Visit.objects.get().status == "open"


def test_what_does_not_exist_is_not_found(dispatcher: Client) -> None:
    make_visit_type()
    assert [dispatcher.get(path).status_code for path in ("/visits/77/", "/cases/77/")] == [404, 404]


def test_another_contact_is_told_from_then_on(dispatcher: Client) -> None:
    visit = make_visit(contact=ContactInput(name="Laura", phone="+34 969 22 22 22"))
    page = dispatcher.get(f"/visits/{visit.pk}/")
    assert (page.context["recipient"], page.context["may_send_link"]) == (None, False)
    other = {"pick": "new", "name": "Rosa", "email": "rosa@example.com", "role": "on_site", "language": "es"}
    answer = dispatcher.post(f"/cases/{visit.case_id}/contact/", other)
    assert (answer.status_code, answer["Location"]) == (302, f"/visits/{visit.pk}/")
    page = dispatcher.get(f"/visits/{visit.pk}/")
    assert (str(page.context["recipient"]), page.context["may_send_link"]) == ("Rosa", True)
    assert dispatcher.post(f"/cases/{visit.case_id}/contact/", {"pick": "new", "name": "Rosa"}).status_code == 422
