"""Reporting from the board: what went otherwise than planned, and the proposal that follows."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from dispatch.models import Visit
from maps.models import Place
from scheduling.enums import PlanStatus, RunStatus, StopAct
from scheduling.models import Absence, RoutePlan, Run, Stop
from scheduling.services.stops import record_act
from tests.dispatch.board_day import in_three_days, make_day, make_lane, make_waiting, place_visit, promise_visit
from tests.dispatch.cast import make_user
from tests.make import at, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(client: Client) -> Client:
    user = make_user("dispatcher")
    user.language = "en"
    user.save()
    client.force_login(user)
    return client


def post(client, act, **body):
    answer = client.post(f"/board/repair/{act}", body, content_type="application/json")
    return answer.status_code, answer.json()


def put(name, route, hour, day):
    visit = make_waiting(name)
    place_visit(visit, route, at(hour, day=day))
    visit.appointment.pinned_technician = visit.appointment.pinned_start_at = None
    visit.appointment.save()
    return visit


def test_illness_answers_with_a_proposal_in_words_and_a_run(dispatcher):
    day = in_three_days()
    ana, luis = make_lane("Ana Sanz", day), make_lane("Luis Gil", day)
    visit = put("Laura Gómez", ana, 9, day)

    status, answer = post(dispatcher, "ill", route=ana.pk, from_at=at(8, day=day).isoformat())

    plan = RoutePlan.objects.get(status=PlanStatus.PROPOSED)
    assert (status, answer["plan"], answer["date"]) == (200, plan.pk, day.isoformat())
    assert answer["text"].startswith("Ana Sanz is absent from then on. 1 visit changes technician.")
    assert Absence.objects.get().technician == ana.shift.technician
    assert Run.objects.get().status == RunStatus.QUEUED
    assert Stop.objects.get(is_current=True).route == ana
    assert dispatcher.post(f"/board/plan/{plan.pk}/publish", {}, content_type="application/json").status_code == 200
    stop = Stop.objects.get(is_current=True)
    assert (stop.route, stop.appointment_id) == (luis, visit.appointment_id)


def test_promises_that_break_or_are_kept_late_are_counted(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    put("Customer 1", route, 9, day)
    stop, now = Stop.objects.get(), timezone.now()
    record_act(stop_id=stop.pk, act=StopAct.STARTED, at=now, now=now, actor=None)
    promise_visit(put("Customer 2", route, 13, day), at(13, day=day))

    late = post(dispatcher, "late", route=route.pk, minutes=300)[1]["text"]
    ill = post(dispatcher, "ill", route=route.pk, from_at=at(8, day=day).isoformat())[1]["text"]

    assert "1 promise is kept late." in late
    assert "1 promise would be broken." in ill


def test_a_second_report_of_the_same_illness_says_so(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    body = {"route": route.pk, "from_at": at(8, day=day).isoformat()}
    assert post(dispatcher, "ill", **body)[1]["text"] == (
        "Ana Sanz is absent from then on. No other visit has to change."
    )

    status, answer = post(dispatcher, "ill", **body)

    assert (status, answer["detail"]) == (409, "Ana Sanz is absent from then on already.")


def test_a_delay_takes_whole_minutes(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    assert post(dispatcher, "late", route=route.pk, minutes="ten")[0] == 400
    assert post(dispatcher, "late", route=route.pk, minutes=0)[0] == 409
    assert post(dispatcher, "late", route=999_999, minutes=10)[0] == 404

    status, answer = post(dispatcher, "late", route=route.pk, minutes=1)

    assert (status, answer["text"]) == (200, "Ana Sanz runs 1 minute late. No other visit has to change.")


def test_where_nobody_is_at_home_the_visit_ends(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = put("Laura Gómez", route, 9, day)
    status, answer = post(dispatcher, "nobody", appointment=visit.appointment_id)
    assert (status, answer["code"]) == (409, "refused")
    stop = Stop.objects.get()
    now = timezone.now()
    record_act(stop_id=stop.pk, act=StopAct.ARRIVED, at=now, now=now, actor=None)

    status, answer = post(dispatcher, "nobody", appointment=visit.appointment_id)

    assert (status, answer["text"]) == (200, "The visit has ended as not completed. No other visit has to change.")
    assert Visit.objects.get().status == "not_done"


def test_a_visit_that_takes_longer_is_drawn_longer(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = put("Laura Gómez", route, 9, day)
    stop, now = Stop.objects.get(), timezone.now()
    record_act(stop_id=stop.pk, act=StopAct.STARTED, at=now, now=now, actor=None)
    length = stop.ends_at - stop.starts_at

    assert post(dispatcher, "late", route=route.pk, minutes=45)[0] == 200

    drawn = dispatcher.get(f"/board/day/{day}/").json()["lanes"][0]["stops"][0]
    assert drawn["appointment"] == visit.appointment_id
    starts, ends = (parse_datetime(drawn["drawn"][name]) for name in ("starts", "ends"))
    assert ends - starts == length + timedelta(minutes=45)


def test_an_emergency_names_who_can_begin_when(dispatcher):
    today = timezone.localdate()
    make_lane("Ana Sanz", today, hours=(0, 23))
    visit = make_waiting("Laura Gómez")

    status, answer = post(dispatcher, "emergency", appointment=visit.appointment_id)

    # In the last hours of the day nobody is left to take it.
    if status == 200:
        assert answer["text"].startswith("Ana Sanz can begin it at ")
        assert "1 visit gets a place." in answer["text"]
    else:
        assert (status, answer["detail"][:15]) == (409, "No place today,")
    assert not Stop.objects.exists()


def test_an_emergency_without_anybody_says_why(dispatcher):
    visit = make_waiting("Laura Gómez")
    visit.appointment.skills.create(skill=make_skill("fibre"), level=2)

    status, answer = post(dispatcher, "emergency", appointment=visit.appointment_id)

    assert (status, answer["code"]) == (409, "refused")
    assert "what would help" in answer["detail"]
    assert post(dispatcher, "emergency", appointment=999_999)[0] == 404


def test_the_panel_offers_what_fits_the_state(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    waiting, placed, begun = (
        make_waiting("Customer 1"),
        put("Customer 2", route, 9, day),
        put("Customer 3", route, 11, day),
    )
    stop = Stop.objects.get(appointment=begun.appointment_id)
    now = timezone.now() - timedelta(minutes=5)
    record_act(stop_id=stop.pk, act=StopAct.ARRIVED, at=now, now=now, actor=None)

    offered = {
        visit.case.customer.name: [
            act
            for act in ("emergency", "late", "nobody")
            if f'data-repair="{act}"' in dispatcher.get(f"/board/appointment/{visit.appointment_id}/").text
        ]
        for visit in (waiting, placed, begun)
    }

    assert offered == {"Customer 1": ["emergency"], "Customer 2": [], "Customer 3": ["late", "nobody"]}


def test_the_list_offers_them_for_each_lane(dispatcher):
    day = in_three_days()
    make_day(day)

    page = dispatcher.get(f"/board/?date={day}").text

    assert (page.count('data-repair="ill"'), page.count('data-repair="late"')) == (2, 2)


def test_a_no_show_is_answered_as_done_also_where_nothing_can_be_proposed(dispatcher):
    now = timezone.now()
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit, other = put("Laura Gómez", route, 9, day), put("Marta Ríos", route, 12, day)
    stop = Stop.objects.get(appointment=visit.appointment)
    record_act(stop_id=stop.pk, act=StopAct.ARRIVED, at=now, now=now, actor=None)
    Place.objects.filter(pk=other.appointment.place_id).update(latitude=None, longitude=None)

    status, answer = post(dispatcher, "nobody", appointment=visit.appointment_id)

    assert (status, answer["plan"]) == (200, None)
    assert answer["text"] == (
        "The visit has ended as not completed. What waits was not looked at: "
        "A stop on this route has no coordinates. Set its place on the map first."
    )
    assert Stop.objects.get(pk=stop.pk).status == "not_completed"
