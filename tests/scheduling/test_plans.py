from datetime import timedelta

import pytest
from django.utils.translation import gettext

from scheduling.core.check import check
from scheduling.core.plan import Plan as CorePlan
from scheduling.core.solve import solve
from scheduling.core.stop import MaxIterations
from scheduling.core.timing import force_route
from scheduling.core.weights import EMERGENCY, Weights
from scheduling.enums import PlanStatus, StopAct
from scheduling.errors import PlanChanged, PlanReplaced, TransitionRefused
from scheduling.models import Absence, Appointment, PlanningSettings, RoutePlan, Stop
from scheduling.planning import load_situation
from scheduling.selectors import plannable_appointments
from scheduling.services.appointments import cancel_appointment
from scheduling.services.moves import move_stop, set_pin
from scheduling.services.offers import confirm_hold, hold_offer
from scheduling.services.plans import drop_plan, propose_plan, publish_plan
from scheduling.services.stops import record_act
from scheduling.services.words import RULES
from tests.make import DAY, EVENING_BEFORE, at, make_appointment, make_offer, make_place, make_route, make_technician

pytestmark = pytest.mark.django_db


def propose(day=DAY, now=EVENING_BEFORE):
    situation = load_situation(dates=[day], now=now, also=plannable_appointments(date=day, now=now))
    result = solve(situation.problem, MaxIterations(50), seed=1, start=situation.present, baseline=situation.present)
    return propose_plan(situation=situation, result=result.plan, run=None, actor=None, now=now)


def publish(plan):
    return publish_plan(plan_id=plan.pk, actor=None, now=EVENING_BEFORE)


def placed():
    return set(Stop.objects.filter(is_current=True).values_list("appointment_id", flat=True))


def promise(appointment, starts_at, hours=2):
    offer = hold_offer(
        appointment_id=appointment.pk, offer_id=make_offer(appointment, starts_at, hours).pk, now=EVENING_BEFORE
    )
    return confirm_hold(appointment_id=appointment.pk, offer_id=offer.pk, now=EVENING_BEFORE)


def test_a_proposal_binds_nothing_until_it_is_published():
    make_route(make_technician())
    appointments = {make_appointment().pk, make_appointment(place=make_place(latitude=40.02)).pk}

    plan = propose()
    assert placed() == set()
    publish(plan)

    assert placed() == appointments
    assert RoutePlan.objects.get(pk=plan.pk).status == PlanStatus.PUBLISHED


def test_the_published_plan_passes_the_checker():
    for name in ("Ana Sanz", "Luis Gil"):
        make_route(make_technician(name, lunch=True))
    for step in range(8):
        make_appointment(place=make_place(latitude=40 + step / 100))

    publish(propose())

    situation = load_situation(dates=[DAY], now=EVENING_BEFORE)
    assert check(situation.problem, situation.present).broken == ()
    assert len(placed()) == 8


def test_the_summary_tells_before_and_after_and_who_moves():
    route = make_route(make_technician())
    appointment = make_appointment(place=make_place(latitude=40.05))

    summary = propose().summary

    assert (summary["before"]["stops"], summary["after"]["stops"]) == (0, 1)
    assert summary["before"]["travel_s"] == 0 < summary["after"]["travel_s"]
    assert [(move["appointment"], move["from_technician"], move["to_technician"]) for move in summary["moves"]] == [
        (appointment.pk, None, route.shift.technician_id)
    ]


def test_what_no_route_takes_is_kept_with_its_reason_and_each_technicians_own():
    technician = make_route(make_technician()).shift.technician
    expert = make_appointment(skills=[("fibre", 1)])
    nowhere = make_appointment(place=make_place())
    nowhere.place.latitude = nowhere.place.longitude = None
    nowhere.place.save()

    plan = propose()

    assert list(plan.unplanned.order_by("appointment").values_list("appointment", "reason", "blockers")) == [
        (expert.pk, "no_skill", {str(technician.pk): "no_skill"}),
        (nowhere.pk, "no_coordinates", {}),
    ]


def test_a_hold_and_a_confirmation_that_came_since_are_inserted_again():
    make_route(make_technician())
    planned = make_appointment()
    plan = propose()
    newcomer = make_appointment()
    promise(newcomer, at(12))

    publish(plan)

    assert placed() == {planned.pk, newcomer.pk}
    assert at(12) <= Stop.objects.get(appointment=newcomer, is_current=True).starts_at <= at(14)


def test_publishing_is_refused_when_a_newcomer_finds_no_room():
    make_route(make_technician(hours=(8, 12)))
    long = make_appointment(minutes=200)
    plan = propose()
    promise(make_appointment(minutes=60), at(9), 1)
    before = placed()

    with pytest.raises(PlanChanged):
        publish(plan)

    assert placed() == before
    assert long.pk not in before
    assert RoutePlan.objects.get(pk=plan.pk).status == PlanStatus.PROPOSED


def test_publishing_says_what_was_cancelled_or_placed_by_hand_meanwhile():
    route = make_route(make_technician())
    gone = make_appointment()
    plan = propose()
    cancel_appointment(appointment_id=gone.pk, actor=None, now=EVENING_BEFORE)
    by_hand = make_appointment()
    move_stop(appointment_id=by_hand.pk, route_id=route.pk, actor=None, now=EVENING_BEFORE)

    with pytest.raises(PlanChanged) as refused:
        publish(plan)

    assert {change.appointment_id for change in refused.value.changes} == {gone.pk, by_hand.pk}


def test_changes_on_routes_that_the_proposal_does_not_touch_do_not_matter():
    make_route(make_technician(skills=[("fibre", 1)]))
    other = make_route(make_technician("Luis Gil"))
    fibre = make_appointment(skills=[("fibre", 1)])
    plan = propose()
    assert plan.routes.count() == 1
    by_hand = make_appointment()
    move_stop(appointment_id=by_hand.pk, route_id=other.pk, actor=None, now=EVENING_BEFORE)

    publish(plan)

    assert placed() == {fibre.pk, by_hand.pk}


def test_promised_stops_stay_inside_their_windows_when_planned_again():
    for name in ("Ana Sanz", "Luis Gil"):
        make_route(make_technician(name))
    promised = [make_appointment(place=make_place(latitude=40 + step / 50)) for step in range(4)]
    for step, appointment in enumerate(promised):
        promise(appointment, at(8 + 2 * step))
    for _ in range(4):
        make_appointment(place=make_place(latitude=40.03))

    publish(propose())

    for appointment in promised:
        appointment.refresh_from_db()
        stop = Stop.objects.get(appointment=appointment, is_current=True)
        assert appointment.window_starts_at <= stop.starts_at <= appointment.window_ends_at


def test_a_late_day_stays_plannable_and_nobody_promised_is_dropped():
    make_route(make_technician())
    first, second = make_appointment(minutes=60), make_appointment(minutes=60)
    promise(first, at(8), 1)
    promise(second, at(9), 1)
    extra = make_appointment(minutes=60)
    late = at(11)

    situation = load_situation(dates=[DAY], now=late, also=plannable_appointments(date=DAY, now=late))
    result = solve(situation.problem, MaxIterations(50), seed=1, start=situation.present, baseline=situation.present)
    plan = propose_plan(situation=situation, result=result.plan, run=None, actor=None, now=late)
    publish_plan(plan_id=plan.pk, actor=None, now=late)

    assert placed() == {first.pk, second.pk, extra.pk}


def test_a_proposal_is_decided_once_and_a_newer_one_makes_it_stale():
    make_route(make_technician())
    make_appointment()
    old, new = propose(), propose()
    dropped = drop_plan(plan_id=new.pk, actor=None, now=EVENING_BEFORE + timedelta(minutes=1))

    assert dropped.status == PlanStatus.DROPPED
    assert RoutePlan.objects.get(pk=old.pk).status == PlanStatus.STALE
    with pytest.raises(TransitionRefused):
        publish(new)


def test_what_a_newer_proposal_has_replaced_is_not_published_and_neither_is_the_newer_one():
    make_route(make_technician())
    make_appointment()
    old, new = propose(), propose()

    with pytest.raises(PlanReplaced):
        publish(old)

    assert placed() == set()
    assert RoutePlan.objects.get(pk=new.pk).status == PlanStatus.PROPOSED


def act(stop, *acts, when):
    for one in acts:
        record_act(stop_id=stop.pk, act=one, at=when, now=when, actor=None)


def test_who_finished_early_is_planned_to_go_on_early():
    route = make_route(make_technician())
    first, second = make_appointment(minutes=120), make_appointment(minutes=60)
    move_stop(appointment_id=first.pk, route_id=route.pk, starts_at=at(8), actor=None, now=EVENING_BEFORE)
    act(Stop.objects.get(), StopAct.ARRIVED, StopAct.STARTED, when=at(8))
    act(Stop.objects.get(), StopAct.FINISHED, when=at(8, 30))

    publish_plan(plan_id=propose(now=at(8, 30)).pk, actor=None, now=at(8, 30))

    assert Stop.objects.get(appointment=second, is_current=True).starts_at == at(8, 30)


def test_work_that_began_early_keeps_the_time_it_was_planned_for():
    route = make_route(make_technician())
    first, second = make_appointment(minutes=60), make_appointment(minutes=60)
    move_stop(appointment_id=first.pk, route_id=route.pk, starts_at=at(9), actor=None, now=EVENING_BEFORE)
    act(Stop.objects.get(), StopAct.ARRIVED, StopAct.STARTED, when=at(8, 30))

    publish_plan(plan_id=propose(now=at(8, 40)).pk, actor=None, now=at(8, 40))

    assert Stop.objects.get(appointment=second, is_current=True).starts_at == at(10)


def hand_over(now):
    """A proposal that empties Ana's route, with a visit at nine o'clock, in favour of Luis."""
    PlanningSettings(freeze_s=1_800).save()
    route, other = make_route(make_technician()), make_route(make_technician("Luis Gil"))
    visit = make_appointment()
    move_stop(appointment_id=visit.pk, route_id=route.pk, starts_at=at(9), actor=None, now=EVENING_BEFORE)
    Appointment.objects.update(pinned_technician=None, pinned_start_at=None)
    situation = load_situation(dates=[DAY], now=now)
    result = CorePlan((force_route(situation.problem, other.shift_id, [visit.pk]),))
    return propose_plan(situation=situation, result=result, run=None, actor=None, now=now), other


def test_what_is_about_to_begin_may_not_leave_its_route_empty():
    plan, _other = hand_over(now=at(8, 40))

    with pytest.raises(PlanChanged) as refused:
        publish_plan(plan_id=plan.pk, actor=None, now=at(8, 40))

    visit = Stop.objects.get(is_current=True)
    assert [(one.text, one.appointment_id) for one in refused.value.changes] == [
        (str(RULES["frozen"]), visit.appointment_id)
    ]
    assert visit.technician.name == "Ana Sanz"


@pytest.mark.parametrize("decided_at", [at(8, 20), at(8, 30), at(8, 45), at(8, 59)])
def test_a_proposal_is_judged_by_the_freeze_that_it_was_made_with(decided_at):
    plan, other = hand_over(now=at(8))
    PlanningSettings(freeze_s=7_200).save()

    publish_plan(plan_id=plan.pk, actor=None, now=decided_at)

    assert Stop.objects.get(is_current=True).route == other


def test_what_was_started_since_the_proposal_is_refused_in_its_own_words():
    plan, _other = hand_over(now=at(8))
    stop = Stop.objects.get()
    act(stop, StopAct.ARRIVED, StopAct.STARTED, when=at(8, 40))

    with pytest.raises(PlanChanged) as refused:
        publish_plan(plan_id=plan.pk, actor=None, now=at(8, 45))

    texts = {one.text for one in refused.value.changes}
    assert gettext("It was started, moved away or cancelled meanwhile.") in texts
    assert str(RULES["frozen"]) not in texts


def test_a_proposal_covers_the_planned_days_also_where_nobody_works_on_them():
    make_route(make_technician())
    later = DAY + timedelta(days=2)
    situation = load_situation(dates=[DAY, DAY + timedelta(days=1), later], now=EVENING_BEFORE)
    alone = load_situation(dates=[later], now=EVENING_BEFORE)

    plans = [
        propose_plan(situation=one, result=one.present, run=None, actor=None, now=EVENING_BEFORE)
        for one in (situation, alone)
    ]

    assert [(plan.date, plan.days) for plan in plans] == [(DAY, 3), (later, 1)]


def test_nothing_that_stays_where_it_is_counts_as_moved():
    """Placed for later than the route could begin it, published, and then let go of its pin."""
    make_route(make_technician("Luis Gil"))
    route = make_route(make_technician())
    visit = make_appointment()
    move_stop(appointment_id=visit.pk, route_id=route.pk, starts_at=at(11), actor=None, now=EVENING_BEFORE)
    publish(propose())
    set_pin(appointment_id=visit.pk, technician=False, time=False, actor=None, now=EVENING_BEFORE)
    newcomer = make_appointment(place=make_place(40.01))
    situation = load_situation(dates=[DAY], now=EVENING_BEFORE, also=[newcomer], weights=EMERGENCY)

    stays = propose_plan(situation=situation, result=situation.present, run=None, actor=None, now=EVENING_BEFORE)

    assert stays.summary["cost"]["before"]["parts"]["moved"] == 0
    assert stays.summary["cost"]["after"] == stays.summary["cost"]["before"]
    assert stays.summary["moves"] == []


def test_overtime_is_counted_as_it_is_priced():
    route = make_route(make_technician(hours=(8, 16)))
    visit = make_appointment(minutes=120)
    move_stop(appointment_id=visit.pk, route_id=route.pk, starts_at=at(11), actor=None, now=EVENING_BEFORE)
    Absence.objects.create(technician=route.shift.technician, starts_at=at(12), ends_at=at(16), kind="illness")
    situation = load_situation(dates=[DAY], now=EVENING_BEFORE, weights=Weights(overtime=100))

    summary = propose_plan(
        situation=situation, result=situation.present, run=None, actor=None, now=EVENING_BEFORE
    ).summary

    assert summary["before"]["overtime_s"] == summary["cost"]["before"]["parts"]["overtime"] > 0


def test_a_summary_counts_what_waits_though_nobody_looked_at_it():
    route = make_route(make_technician())
    visit = make_appointment()
    move_stop(appointment_id=visit.pk, route_id=route.pk, starts_at=at(11), actor=None, now=EVENING_BEFORE)
    for _ in range(2):
        make_appointment()
    situation = load_situation(dates=[DAY], now=EVENING_BEFORE)

    summary = propose_plan(situation=situation, result=CorePlan(()), run=None, actor=None, now=EVENING_BEFORE).summary

    assert (summary["before"]["unplanned"], summary["after"]["unplanned"]) == (2, 3)
