"""What is told, to whom, in which language."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dispatch.enums import NoticeChannel, NoticeStatus
from dispatch.models import CaseSource, CustomerLink, Notice, Visit
from dispatch.receivers import tell_confirmation
from dispatch.services.links import send_customer_link
from dispatch.services.notices import LINK, tell_customer
from dispatch.services.visits import cancel_visit
from scheduling.enums import PlanStatus, StopAct
from scheduling.models import Route, RoutePlan, Stop, Technician
from scheduling.services.appointments import take_off
from scheduling.services.offers import confirm_hold, hold_offer, make_offers, move_to_offer
from scheduling.signals import plan_published
from tests.dispatch.customers import (
    act,
    confirm_first_offer,
    current_stop,
    find_address,
    make_team,
    make_visit,
    send_all,
)
from tests.make import ZONE, at, make_offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def visit(now: datetime) -> Visit:
    make_team(now)
    return make_visit(now)


def events() -> list[str]:
    return [event.split(":")[0] for event in Notice.objects.order_by("pk").values_list("event", flat=True)]


def test_an_opened_visit_invites_its_customer(visit: Visit, now: datetime) -> None:
    messages = send_all(now)

    assert [(message.to, message.subject) for message in messages] == [
        (["eva@example.org"], "Choose the time of our visit: Norda R200")
    ]
    text = str(messages[0].body)
    assert "Hello, Eva Ruiz." in text
    assert "Calle del Horno 12" in text
    assert CustomerLink.objects.get().visit == visit
    html = messages[0].alternatives[0].content
    assert f'<a class="act" href="{find_address(messages[0])}">Choose a time</a>' in html


def test_the_outbox_never_holds_a_token(visit: Visit, now: datetime, settings: Any) -> None:
    address = find_address(send_all(now)[0])
    notice = Notice.objects.get()

    assert notice.status == NoticeStatus.SENT
    assert LINK in notice.text
    assert address not in notice.text


def test_in_the_demo_the_outbox_is_the_mailbox(visit: Visit, now: datetime, settings: Any) -> None:
    settings.DEMO = True

    address = find_address(send_all(now)[0])

    assert address in Notice.objects.get().text


def test_an_invitation_is_written_once_and_again_only_when_asked(visit: Visit, now: datetime) -> None:
    send_customer_link(visit_id=visit.pk, now=now)
    assert events() == ["visit_opened"]

    send_customer_link(visit_id=visit.pk, now=now + timedelta(seconds=1), again=True)
    assert list(Notice.objects.order_by("pk").values_list("status", flat=True)) == ["dropped", "due"]


def test_a_visit_is_not_open_without_its_invitation(now: datetime, settings: Any) -> None:
    """Finding slots breaks down right after the visit is opened."""
    make_team(now)
    settings.SLOT_HORIZON_DAYS = None

    with pytest.raises(TypeError):
        make_visit(now)

    assert Visit.objects.count() == 1
    assert len(send_all(now)) == 1


def test_a_customer_without_an_address_gets_nothing(now: datetime) -> None:
    make_team(now)

    visit = make_visit(now, email="")

    assert events() == []
    assert send_customer_link(visit_id=visit.pk, now=now) is None


def test_each_step_is_told_once(visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)
    tell_confirmation(sender=None, appointment_id=visit.appointment_id, now=now)
    appointment = visit.appointment
    offer = make_offers(appointment_id=appointment.pk, now=now)[-1]
    move_to_offer(appointment_id=appointment.pk, offer_id=offer.pk, now=now)
    take_off(appointment_id=appointment.pk, reason="ill", actor=None, now=now)
    cancel_visit(visit_id=visit.pk, reason="", actor=None, now=now)

    assert events() == [
        "visit_opened", "appointment_confirmed", "appointment_moved", "promise_withdrawn", "appointment_cancelled",
    ]  # fmt: skip


def test_newer_news_replaces_older_that_has_not_left(visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)

    messages = send_all(now)

    assert [message.subject.split(":")[0] for message in messages] == ["Confirmed"]
    assert dict(Notice.objects.values_list("event", "status")) == {
        f"visit_opened:{visit.pk}:first": "dropped",
        f"appointment_confirmed:{visit.pk}:{visit.appointment.promises.get().pk}": "sent",
    }


def test_a_customer_is_told_in_their_language_and_the_zone_of_the_site(now: datetime) -> None:
    make_team(now)
    visit = make_visit(now, language="es")
    visit.appointment.zone = "Atlantic/Canary"
    visit.appointment.save(update_fields=["zone"])
    confirm_first_offer(visit, now)

    notice = Notice.objects.get(event__startswith="appointment_confirmed")

    assert notice.language == "es"
    assert "Hello" not in notice.text
    hour = visit.appointment.promises.get().starts_at.astimezone(ZoneInfo("Atlantic/Canary"))
    assert f"{hour:%H}:00" in notice.text


def test_a_message_about_the_time_carries_the_calendar(visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)
    name, content, kind = send_all(now)[0].attachments[0]
    assert (name, kind.split(";")[0]) == ("visit.ics", "text/calendar")
    assert "METHOD:PUBLISH" in str(content)

    cancel_visit(visit_id=visit.pk, reason="", actor=None, now=now)
    cancelled = send_all(now)[0]
    assert "METHOD:CANCEL" in str(cancelled.attachments[0][1])
    assert "/v/" not in str(cancelled.body)


def publish(visit: Visit, now: datetime, *, technician: Technician | None = None) -> None:
    """As a plan for the day that moves the stop to ``technician``, or leaves it where it is."""
    stop = current_stop(visit)
    if technician:
        route = Route.objects.get(shift__technician=technician, shift__date=stop.route.shift.date)
        Stop.objects.filter(pk=stop.pk).update(technician=technician, route=route)
    plan = RoutePlan.objects.create(date=stop.route.shift.date, status=PlanStatus.PUBLISHED, created_at=now)
    plan_published.send(None, plan_id=plan.pk, route_ids=[], now=now)


def test_publishing_names_the_technician_once(visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)
    send_all(now)

    for _ in range(2):
        publish(visit, now)

    first = current_stop(visit).technician.name.split()[0]
    assert [message.subject.split(" ")[0] for message in send_all(now)] == [first]


def test_who_comes_is_told_again_when_it_is_the_first_one_again(visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)
    send_all(now)
    marta, omar = Technician.objects.order_by("name")

    told = []
    for technician in (marta, omar, marta, marta):
        publish(visit, now, technician=technician)
        told.append([message.subject.split(" ")[0] for message in send_all(now)])

    assert told == [["Marta"], ["Omar"], ["Marta"], []]


def test_news_of_a_technician_that_has_not_left_is_replaced(visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)
    send_all(now)
    marta, omar = Technician.objects.order_by("name")

    publish(visit, now, technician=marta)
    publish(visit, now, technician=omar)

    assert [message.subject.split(" ")[0] for message in send_all(now)] == ["Omar"]


@pytest.mark.parametrize("others", [1, 5])
def test_a_publication_with_no_news_asks_as_often_for_many_stops(
    visit: Visit, now: datetime, others: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    day = now.astimezone(ZoneInfo(ZONE)).date() + timedelta(days=1)
    for number in range(others):
        other = make_visit(now, name=f"Customer {number}", email=f"c{number}@example.org")
        offer = make_offer(other.appointment, at(8, day=day), hours=9, now=now)
        hold_offer(appointment_id=other.appointment_id, offer_id=offer.pk, now=now)
        confirm_hold(appointment_id=other.appointment_id, offer_id=offer.pk, now=now)
    plan = RoutePlan.objects.create(date=day, status=PlanStatus.PUBLISHED, created_at=now)
    plan_published.send(None, plan_id=plan.pk, route_ids=[], now=now)
    assert Notice.objects.filter(event__startswith="technician_named").count() == others

    with django_assert_num_queries(5):
        plan_published.send(None, plan_id=plan.pk, route_ids=[], now=now)


def test_naming_the_technician_does_not_replace_the_confirmation(visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)

    publish(visit, now)

    assert send_all(now)[0].subject.split(":")[0] == "Confirmed"
    assert list(Notice.objects.order_by("pk").values_list("status", flat=True)) == ["dropped", "sent", "sent"]


def test_on_my_way_tells_when(visit: Visit, now: datetime) -> None:
    confirm_first_offer(visit, now)
    send_all(now)

    act(visit, StopAct.ON_MY_WAY, now=now)
    act(visit, StopAct.ARRIVED, now=now)

    messages = send_all(now)
    assert [message.subject for message in messages] == [Notice.objects.get(event__startswith="on_my_way").subject]
    assert "is on the way: expected around" in messages[0].subject


def test_a_text_with_markup_is_text(visit: Visit, now: datetime) -> None:
    visit.contact.name = "<script>alert(1)</script> & Sons"
    send_all(now)
    tell_customer(template="report_ready", visit=visit, occasion="x", now=now)

    message = send_all(now)[0]

    assert "<script>" in str(message.body)
    assert "<script>" not in message.alternatives[0].content


def test_the_help_desk_hears_of_its_case(now: datetime) -> None:
    make_team(now)
    visit = make_visit(now)
    source = CaseSource.objects.create(name="desk", notify_url="https://desk.example.org/hook")
    visit.case.source, visit.case.external_id = source, "4711"
    visit.case.save()

    confirm_first_offer(visit, now)

    notice = Notice.objects.get(channel=NoticeChannel.WEBHOOK)
    assert notice.recipient == "https://desk.example.org/hook"
    assert '"external_id": "4711"' in notice.text
    assert '"status": "scheduled"' in notice.text
