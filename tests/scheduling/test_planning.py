"""How rows become a problem: what is left out, what is a fact, who may still be planned."""

from datetime import timedelta

import pytest

from scheduling.enums import AppointmentStatus, StopAct
from scheduling.errors import PlanChanged, Refused, SlotTaken
from scheduling.models import Appointment, Shift, Stop
from scheduling.planning import load_situation
from scheduling.selectors import plannable_appointments
from scheduling.services.appointments import cancel_appointment
from scheduling.services.moves import move_stop, preview_move
from scheduling.services.offers import confirm_hold, hold_offer, sweep_expired_holds
from scheduling.services.plans import publish_plan
from scheduling.services.shifts import make_shifts
from scheduling.services.stops import record_act
from tests.make import DAY, EVENING_BEFORE, at, make_appointment, make_offer, make_place, make_route, make_technician
from tests.scheduling.test_plans import propose

pytestmark = pytest.mark.django_db


def promise(appointment, starts_at, hours=2.0):
    offer = hold_offer(
        appointment_id=appointment.pk, offer_id=make_offer(appointment, starts_at, hours).pk, now=EVENING_BEFORE
    )
    return confirm_hold(appointment_id=appointment.pk, offer_id=offer.pk, now=EVENING_BEFORE)


def drop(appointment, route, starts_at=None, now=EVENING_BEFORE):
    return move_stop(appointment_id=appointment.pk, route_id=route.pk, starts_at=starts_at, actor=None, now=now)


def act(appointment, *acts, when):
    stop = Stop.objects.get(appointment=appointment, is_current=True)
    for one in acts:
        record_act(stop_id=stop.pk, act=one, at=when, now=when, actor=None)


def test_a_promised_stop_that_lost_its_coordinates_stays_where_it_is():
    make_route(make_technician())
    lost, other = make_appointment(), make_appointment()
    promise(lost, at(8))
    lost.place.latitude = lost.place.longitude = None
    lost.place.save()

    with pytest.raises(SlotTaken):
        promise(other, at(12))
    with pytest.raises(Refused, match="coord"):
        drop(other, Stop.objects.get().route)

    assert Stop.objects.get(is_current=True).appointment == lost
    cancel_appointment(appointment_id=lost.pk, actor=None, now=EVENING_BEFORE)
    assert not Stop.objects.filter(is_current=True).exists()


def test_the_stops_of_a_technician_who_left_can_be_moved_and_cancelled_but_nothing_comes():
    route, luis = make_route(make_technician()), make_route(make_technician("Luis Gil"))
    moved, gone, new = make_appointment(), make_appointment(), make_appointment()
    drop(moved, route)
    drop(gone, route)
    route.shift.technician.active = False
    route.shift.technician.save()

    assert not preview_move(appointment_id=new.pk, route_id=route.pk, now=EVENING_BEFORE).allowed
    drop(moved, luis)
    cancel_appointment(appointment_id=gone.pk, actor=None, now=EVENING_BEFORE)

    assert Stop.objects.get(is_current=True).technician == luis.shift.technician


def test_planning_goes_on_from_where_the_technician_was_last_not_from_the_last_in_order():
    route = make_route(make_technician())
    north, south = make_appointment(place=make_place(latitude=40.2)), make_appointment(place=make_place(latitude=39.8))
    drop(north, route, at(9))
    drop(south, route, at(13))
    act(south, StopAct.ARRIVED, StopAct.STARTED, StopAct.FINISHED, when=at(9))
    act(north, StopAct.ARRIVED, StopAct.STARTED, StopAct.FINISHED, when=at(11))

    situation = load_situation(dates=[DAY], now=at(11))

    assert situation.problem.worker(route.shift_id).start == situation.rows[north.place_id]


def test_a_hand_move_between_touched_routes_is_not_undone_by_publishing():
    ana, luis = make_route(make_technician()), make_route(make_technician("Luis Gil"))
    stops = [make_appointment(place=make_place(latitude=40 + step / 100)) for step in range(4)]
    for step, appointment in enumerate(stops):
        drop(appointment, (ana, luis)[step % 2])
    make_appointment(place=make_place(latitude=40.1), minutes=420)
    plan = propose()
    if plan.routes.count() < 2:
        pytest.fail("the proposal should touch both routes")
    drop(stops[0], luis)

    with pytest.raises(PlanChanged) as refused:
        publish_plan(plan_id=plan.pk, actor=None, now=EVENING_BEFORE)

    assert stops[0].pk in {change.appointment_id for change in refused.value.changes}
    assert Stop.objects.get(appointment=stops[0], is_current=True).route == luis


def test_an_expired_hold_that_a_dispatcher_placed_is_not_swept_away():
    make_route(make_technician())
    luis = make_route(make_technician("Luis Gil"))
    appointment = make_appointment()
    hold_offer(appointment_id=appointment.pk, offer_id=make_offer(appointment, at(8)).pk, now=EVENING_BEFORE)
    later = EVENING_BEFORE + timedelta(minutes=20)
    drop(appointment, luis, at(11), now=later)

    sweep_expired_holds(now=later)

    assert Stop.objects.get(is_current=True).route == luis
    assert Appointment.objects.get().status == AppointmentStatus.OFFERED


def test_a_promise_that_is_late_anyway_may_become_less_late():
    make_route(make_technician(home=make_place(latitude=40.1)))
    appointment = make_appointment()
    promise(appointment, at(8), 0.5)
    luis = make_route(make_technician("Luis Gil"))

    shown = preview_move(appointment_id=appointment.pk, route_id=luis.pk, now=at(9))

    assert (shown.allowed, [rule.rule for rule in shown.inherited]) == (True, ["promise"])


def test_a_window_in_the_evening_of_another_zone_is_plannable_on_its_own_day():
    appointment = make_appointment()
    Appointment.objects.filter(pk=appointment.pk).update(
        zone="America/Mexico_City",
        status=AppointmentStatus.CONFIRMED,
        window_starts_at=at(18) + timedelta(hours=7),
        window_ends_at=at(20) + timedelta(hours=7),
    )

    assert [one.pk for one in plannable_appointments(date=DAY, now=EVENING_BEFORE)] == [appointment.pk]


def test_shifts_made_by_hand_are_left_alone_and_no_shift_overlaps_another():
    technician = make_technician(hours=(9, 17))
    Shift.objects.create(technician=technician, date=DAY, zone="Europe/Madrid", starts_at=at(8), ends_at=at(16))

    make_shifts(first=DAY, last=DAY)

    assert list(Shift.objects.values_list("starts_at", "ends_at")) == [(at(8), at(16))]
