"""What a dispatcher reports becomes a fact and a proposal; nothing binds before that is published."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import gettext

from maps.models import Place
from scheduling.enums import AbsenceKind, PlanStatus, RunStatus, StopAct, StopStatus
from scheduling.errors import Refused, TransitionRefused
from scheduling.models import Absence, Appointment, PlanningSettings, Promise, RoutePlan, Run, Stop
from scheduling.services.moves import move_stop, set_pin
from scheduling.services.offers import confirm_hold, hold_offer
from scheduling.services.plans import publish_plan
from scheduling.services.repairs import place_emergency, report_ill, report_late, report_no_show, report_overrun
from scheduling.services.runs import perform_run, request_run
from scheduling.services.stops import record_act
from scheduling.services.words import reason_in_words
from tests.make import EVENING_BEFORE, at, make_appointment, make_offer, make_place, make_route, make_technician

pytestmark = pytest.mark.django_db
SEVEN = at(7)


def put(appointment, route, hour, minute=0, *, day=None, now=EVENING_BEFORE):
    starts_at = at(hour, minute) if day is None else at(hour, minute, day=day)
    move_stop(appointment_id=appointment.pk, route_id=route.pk, starts_at=starts_at, actor=None, now=now)


def let_go(*appointments):
    """They stay where they are, without the pins of a placing by hand."""
    chosen = Appointment.objects.filter(pk__in=[one.pk for one in appointments])
    chosen.update(pinned_start_at=None, pinned_technician=None)


def promise(appointment, hour, *, day=None, now=EVENING_BEFORE):
    starts_at = at(hour) if day is None else at(hour, day=day)
    offer = make_offer(appointment, starts_at, 2, now=now)
    held = hold_offer(appointment_id=appointment.pk, offer_id=offer.pk, now=now)
    confirm_hold(appointment_id=appointment.pk, offer_id=held.pk, now=now)


def places():
    return {
        stop.appointment_id: stop.route_id for stop in Stop.objects.filter(is_current=True).exclude(status="finished")
    }


class Team:
    """Ana has three visits from 9 on, Luis has none."""

    def __init__(self, day=None, now=EVENING_BEFORE):
        more = {} if day is None else {"day": day}
        self.ana, self.luis = make_technician("Ana Sanz"), make_technician("Luis Gil")
        self.route, self.other = make_route(self.ana, **more), make_route(self.luis, **more)
        self.visits = [make_appointment(place=make_place(40.0 + number / 100), now=now) for number in range(3)]
        for number, visit in enumerate(self.visits):
            put(visit, self.route, 9 + 2 * number, day=day, now=now)
        let_go(*self.visits)

    @property
    def first(self):
        return Stop.objects.get(appointment=self.visits[0], is_current=True)


@pytest.fixture
def team():
    return Team()


def test_illness_is_kept_as_an_absence_and_what_is_left_goes_to_others_in_a_proposal(team):
    reported = report_ill(shift_id=team.route.shift_id, from_at=at(10, 30), actor=None, now=SEVEN)

    absence = Absence.objects.get()
    assert (absence.technician, absence.kind, absence.starts_at) == (team.ana, AbsenceKind.ILLNESS, at(10, 30))
    assert absence.ends_at >= team.route.shift.ends_at
    assert set(places().values()) == {team.route.pk}
    assert reported.plan.status == PlanStatus.PROPOSED
    proposed = {row.route_id: {stop.appointment_id for stop in row.stops.all()} for row in reported.plan.routes.all()}
    assert proposed == {team.route.pk: {team.visits[0].pk}, team.other.pk: {team.visits[1].pk, team.visits[2].pk}}


def test_a_repair_is_published_like_any_proposal(team):
    reported = report_ill(shift_id=team.route.shift_id, from_at=at(8), actor=None, now=SEVEN)

    publish_plan(plan_id=reported.plan.pk, actor=None, now=SEVEN)

    assert set(places().values()) == {team.other.pk}


def test_illness_within_the_freeze_can_be_published(team):
    """What is about to begin stays, but not with who has gone by then."""
    PlanningSettings(freeze_s=3 * 3600).save()
    reported = report_ill(shift_id=team.route.shift_id, from_at=at(10, 30), actor=None, now=at(8, 50))

    publish_plan(plan_id=reported.plan.pk, actor=None, now=at(8, 50))

    assert [places()[visit.pk] for visit in team.visits] == [team.route.pk, team.other.pk, team.other.pk]


def test_a_promise_that_nobody_can_keep_is_named_and_publishing_takes_a_reason(team):
    expert = make_technician("Eva Paz", skills=[("fibre", 1)])
    route = make_route(expert)
    visit = make_appointment(skills=[("fibre", 1)])
    promise(visit, 9)

    reported = report_ill(shift_id=route.shift_id, from_at=at(8), actor=None, now=SEVEN)

    assert [row["appointment"] for row in reported.plan.summary["broken_promises"]] == [visit.pk]
    assert [row.appointment_id for row in reported.plan.unplanned.all()] == [visit.pk]
    with pytest.raises(Refused):
        publish_plan(plan_id=reported.plan.pk, actor=None, now=SEVEN)
    publish_plan(plan_id=reported.plan.pk, actor=None, now=SEVEN, reason="Eva is ill")
    assert Promise.objects.get().outcome == "withdrawn"
    assert visit.pk not in places()


def test_a_pin_to_who_is_ill_is_let_go_so_that_the_proposal_can_be_published(team):
    set_pin(appointment_id=team.visits[1].pk, technician=True, time=True, actor=None, now=SEVEN)

    reported = report_ill(shift_id=team.route.shift_id, from_at=at(8), actor=None, now=SEVEN)

    team.visits[1].refresh_from_db()
    assert (team.visits[1].pinned_technician, team.visits[1].pinned_start_at) == (None, at(11))
    publish_plan(plan_id=reported.plan.pk, actor=None, now=SEVEN)
    stop = Stop.objects.get(appointment=team.visits[1], is_current=True)
    assert (stop.route, stop.starts_at) == (team.other, at(11))


def test_a_visit_under_way_stays_with_who_is_ill_and_is_named(team):
    record_act(stop_id=team.first.pk, act=StopAct.ARRIVED, at=at(9), now=at(9), actor=None)

    reported = report_ill(shift_id=team.route.shift_id, from_at=at(9, 15), actor=None, now=at(9, 15))

    assert reported.under_way == team.first
    assert {move.job for move in reported.repair.moved} == {team.visits[1].pk, team.visits[2].pk}


def test_who_is_absent_already_is_not_reported_ill_again(team):
    report_ill(shift_id=team.route.shift_id, from_at=at(8), actor=None, now=SEVEN)
    with pytest.raises(Refused):
        report_ill(shift_id=team.route.shift_id, from_at=at(9), actor=None, now=SEVEN)
    with pytest.raises(Refused):
        report_ill(shift_id=team.other.shift_id, from_at=at(16), actor=None, now=SEVEN)
    assert Absence.objects.count() == 1


def test_illness_of_somebody_without_visits_proposes_nothing(team):
    reported = report_ill(shift_id=team.other.shift_id, from_at=at(8), actor=None, now=SEVEN)

    assert (reported.plan, reported.run) == (None, None)
    assert not RoutePlan.objects.exists()


def test_a_run_looks_for_something_better_and_replaces_what_waits():
    now = timezone.now()
    team = Team(day=timezone.localdate() + timedelta(days=2), now=now)
    shift = team.route.shift
    reported = report_ill(shift_id=shift.pk, from_at=shift.starts_at, actor=None, now=now)

    run = perform_run(run_id=reported.run.pk)

    assert run.status == RunStatus.DONE
    reported.plan.refresh_from_db()
    assert reported.plan.status == PlanStatus.STALE
    publish_plan(plan_id=run.plan.pk, actor=None, now=now)
    assert set(places().values()) == {team.other.pk}


def test_a_run_leaves_alone_what_has_been_decided():
    now = timezone.now()
    team = Team(day=timezone.localdate() + timedelta(days=2), now=now)
    shift = team.route.shift
    reported = report_ill(shift_id=shift.pk, from_at=shift.starts_at, actor=None, now=now)
    publish_plan(plan_id=reported.plan.pk, actor=None, now=now)

    run = perform_run(run_id=reported.run.pk)

    assert run.status == RunStatus.DONE
    assert list(RoutePlan.objects.values_list("pk", "status")) == [(reported.plan.pk, PlanStatus.PUBLISHED)]


def test_a_plan_that_is_being_made_for_the_day_is_stopped(team):
    running = request_run(date=team.route.shift.date, actor=None, now=SEVEN)
    Run.objects.filter(pk=running.pk).update(status=RunStatus.RUNNING)

    reported = report_ill(shift_id=team.route.shift_id, from_at=at(8), actor=None, now=SEVEN)

    running.refresh_from_db()
    assert running.cancel_requested
    assert reported.plan is not None
    assert reported.run.status == RunStatus.QUEUED


def test_a_plan_that_knows_nothing_of_the_illness_neither_comes_nor_keeps_the_search_away():
    now = timezone.now()
    team = Team(day=timezone.localdate() + timedelta(days=2), now=now)
    shift = team.route.shift
    other = request_run(date=shift.date - timedelta(days=1), days=3, actor=None, now=now, time_limit_s=1)
    Run.objects.filter(pk=other.pk).update(status=RunStatus.RUNNING)
    reported = report_ill(shift_id=shift.pk, from_at=shift.starts_at, actor=None, now=now)

    Run.objects.filter(pk=other.pk).update(status=RunStatus.QUEUED)
    assert perform_run(run_id=other.pk).status == RunStatus.CANCELLED
    reported.plan.refresh_from_db()
    assert reported.plan.status == PlanStatus.PROPOSED
    assert perform_run(run_id=reported.run.pk).status == RunStatus.DONE
    assert [plan.run for plan in RoutePlan.objects.filter(status=PlanStatus.PROPOSED)] == [reported.run]


def test_a_search_that_finds_nothing_to_move_leaves_the_proposal_alone():
    now = timezone.now()
    team = Team(day=timezone.localdate() + timedelta(days=2), now=now)
    shift = team.route.shift
    reported = report_ill(shift_id=shift.pk, from_at=shift.starts_at, actor=None, now=now)
    for visit in team.visits:
        move_stop(appointment_id=visit.pk, route_id=team.other.pk, actor=None, now=now)

    assert perform_run(run_id=reported.run.pk).status == RunStatus.DONE
    assert list(RoutePlan.objects.values_list("pk", "status")) == [(reported.plan.pk, PlanStatus.PROPOSED)]


def test_an_overrun_hands_a_promise_to_somebody_who_can_keep_it(team):
    promise(team.visits[1], 10)
    record_act(stop_id=team.first.pk, act=StopAct.STARTED, at=at(9), now=at(9), actor=None)

    reported = report_overrun(stop_id=team.first.pk, minutes=180, actor=None, now=at(9, 30))

    assert team.first.overrun_s == 180 * 60
    publish_plan(plan_id=reported.plan.pk, actor=None, now=at(9, 30))
    assert places()[team.visits[1].pk] == team.other.pk
    assert places()[team.visits[2].pk] == team.route.pk
    assert Stop.objects.get(appointment=team.visits[2], is_current=True).starts_at >= at(13)


def test_what_is_about_to_begin_stays_late_with_its_promise(team):
    """Nobody withdraws a promise because its technician is late: the customer is still visited."""
    PlanningSettings(freeze_s=3 * 3600).save()
    promise(team.visits[1], 10)
    record_act(stop_id=team.first.pk, act=StopAct.STARTED, at=at(9), now=at(9), actor=None)

    reported = report_overrun(stop_id=team.first.pk, minutes=180, actor=None, now=at(9, 30))
    publish_plan(plan_id=reported.plan.pk, actor=None, now=at(9, 30))

    assert reported.repair.broken_promises == (team.visits[1].pk,)
    assert places()[team.visits[1].pk] == team.route.pk
    assert Promise.objects.get().outcome == "open"


def test_an_overrun_moves_the_predicted_arrivals(team):
    record_act(stop_id=team.first.pk, act=StopAct.STARTED, at=at(9), now=at(9), actor=None)
    report_overrun(stop_id=team.first.pk, minutes=90, actor=None, now=at(9, 30))

    assert Stop.objects.get(appointment=team.visits[1], is_current=True).eta_at > at(11, 30)


def test_a_small_overrun_moves_no_promise_and_proposes_the_new_hours_alone(team):
    record_act(stop_id=team.first.pk, act=StopAct.STARTED, at=at(9), now=at(9), actor=None)

    reported = report_late(shift_id=team.route.shift_id, minutes=10, actor=None, now=at(9, 30))

    assert {move.job for move in reported.repair.moved} <= {team.visits[1].pk, team.visits[2].pk}
    assert all(move.now is not None and move.now.worker == team.route.shift_id for move in reported.repair.moved)


def test_who_has_not_begun_is_late_from_now_on(team):
    promise(team.visits[0], 8)

    reported = report_late(shift_id=team.route.shift_id, minutes=180, actor=None, now=at(8))

    absence = Absence.objects.get()
    assert (absence.starts_at, absence.ends_at) == (at(8), at(11))
    publish_plan(plan_id=reported.plan.pk, actor=None, now=at(8))
    assert places()[team.visits[0].pk] == team.other.pk
    assert places()[team.visits[2].pk] == team.route.pk


def test_who_is_held_up_between_visits_goes_on_later_and_that_can_be_published(team):
    for act, hour in ((StopAct.STARTED, 8), (StopAct.FINISHED, 9)):
        record_act(stop_id=team.first.pk, act=act, at=at(hour), now=at(hour), actor=None)

    reported = report_late(shift_id=team.route.shift_id, minutes=150, actor=None, now=at(9, 30))
    publish_plan(plan_id=reported.plan.pk, actor=None, now=at(9, 31))

    begins = Stop.objects.filter(is_current=True, technician=team.ana, status="planned").values_list("starts_at")
    assert begins
    assert min(begin for (begin,) in begins) >= at(12)


def test_an_overrun_is_the_same_before_and_after_it_is_kept(team):
    """Whoever began early keeps the planned end; a proposal and its publication count alike."""
    record_act(stop_id=team.first.pk, act=StopAct.STARTED, at=at(8, 30), now=at(8, 30), actor=None)
    reported = report_overrun(stop_id=team.first.pk, minutes=240, actor=None, now=at(9))
    proposed = {stop.appointment_id: stop.starts_at for row in reported.plan.routes.all() for stop in row.stops.all()}

    publish_plan(plan_id=reported.plan.pk, actor=None, now=at(9))

    assert dict(Stop.objects.filter(is_current=True, status="planned").values_list("appointment", "starts_at")) == (
        proposed
    )


@pytest.mark.parametrize("minutes", [0, -5, 12 * 60 + 1])
def test_a_delay_has_bounds(team, minutes):
    with pytest.raises(Refused):
        report_late(shift_id=team.route.shift_id, minutes=minutes, actor=None, now=at(8))
    assert not Absence.objects.exists()


def test_a_shift_that_is_over_can_not_run_late(team):
    with pytest.raises(Refused):
        report_late(shift_id=team.route.shift_id, minutes=10, actor=None, now=at(17))


def test_an_overrun_is_reported_of_the_visit_under_way_alone(team):
    with pytest.raises(TransitionRefused):
        report_overrun(stop_id=team.first.pk, minutes=10, actor=None, now=at(9))


def test_where_nobody_is_at_home_the_time_goes_to_what_waits(team):
    waiting = make_appointment(place=make_place(40.0))
    record_act(stop_id=team.first.pk, act=StopAct.ARRIVED, at=at(9), now=at(9), actor=None)

    reported = report_no_show(appointment_id=team.visits[0].pk, actor=None, now=at(9, 10))

    stop = team.first
    assert (stop.status, stop.not_completed_reason) == (StopStatus.NOT_COMPLETED, "nobody_home")
    assert waiting.pk in [stop.appointment_id for row in reported.plan.routes.all() for stop in row.stops.all()]
    assert [row.route_id for row in reported.plan.routes.all()] == [team.route.pk]


def test_where_nobody_is_at_home_and_nothing_waits_nothing_is_proposed(team):
    record_act(stop_id=team.first.pk, act=StopAct.ARRIVED, at=at(9), now=at(9), actor=None)

    assert report_no_show(appointment_id=team.visits[0].pk, actor=None, now=at(9, 10)).plan is None


def test_where_nobody_is_at_home_and_nothing_can_be_computed_the_act_is_done_and_the_reason_told(team):
    record_act(stop_id=team.first.pk, act=StopAct.ARRIVED, at=at(9), now=at(9), actor=None)
    Place.objects.filter(pk=team.visits[2].place_id).update(latitude=None, longitude=None)

    reported = report_no_show(appointment_id=team.visits[0].pk, actor=None, now=at(9, 10))

    assert team.first.status == StopStatus.NOT_COMPLETED
    assert (reported.plan, reported.repair) == (None, None)
    assert reported.refusal == gettext("A stop on this route has no coordinates. Set its place on the map first.")


def test_nobody_can_be_missed_before_anybody_came(team):
    with pytest.raises(Refused):
        report_no_show(appointment_id=team.visits[2].pk, actor=None, now=at(8))
    with pytest.raises(Refused):
        report_no_show(appointment_id=make_appointment().pk, actor=None, now=at(8))


def test_an_emergency_is_proposed_soon_and_moves_no_promise(team):
    promise(team.visits[0], 8)
    urgent = make_appointment(place=make_place(40.0))

    reported = place_emergency(appointment_id=urgent.pk, actor=None, now=at(8))

    [move] = [move for move in reported.repair.moved if move.job == urgent.pk]
    assert move.was is None
    assert reported.repair.broken_promises == ()
    assert urgent.pk not in places()
    publish_plan(plan_id=reported.plan.pk, actor=None, now=at(8))
    assert Stop.objects.get(appointment=urgent, is_current=True).starts_at < at(10)


def test_an_emergency_takes_the_place_of_one_visit_that_has_no_promise():
    route = make_route(make_technician(hours=(9, 11)))
    plain, urgent = make_appointment(minutes=110), make_appointment(minutes=110, priority=1)
    put(plain, route, 9)
    let_go(plain)

    reported = place_emergency(appointment_id=urgent.pk, actor=None, now=at(8))

    publish_plan(plan_id=reported.plan.pk, actor=None, now=at(8))
    assert places() == {urgent.pk: route.pk}


def test_an_emergency_that_nobody_can_take_is_refused_with_the_reason(team):
    urgent = make_appointment(skills=[("fibre", 3)])
    with pytest.raises(Refused) as refusal:
        place_emergency(appointment_id=urgent.pk, actor=None, now=at(8))
    assert reason_in_words("no_skill") in str(refusal.value)
    assert not RoutePlan.objects.exists()


def test_a_visit_with_a_place_is_no_emergency(team):
    with pytest.raises(Refused):
        place_emergency(appointment_id=team.visits[0].pk, actor=None, now=at(8))
