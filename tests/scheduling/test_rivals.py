"""Two writers at once, one between the other's reading and writing.

Never a promise without a place, nor a place without an open appointment.
"""

import pytest

from scheduling.core.insert import insert
from scheduling.enums import AppointmentStatus, StopAct, StopStatus
from scheduling.errors import HoldExpired, PlanChanged, Refused, TransitionRefused
from scheduling.models import Appointment, Stop
from scheduling.planning import load_situation
from scheduling.services.appointments import cancel_appointment, take_off
from scheduling.services.contents import write_contents
from scheduling.services.moves import move_stop, set_pin
from scheduling.services.offers import confirm_hold, hold_offer, move_to_offer
from scheduling.services.plans import publish_plan
from scheduling.services.routes import RouteChange, change_routes
from scheduling.services.stops import record_act
from tests.make import DAY, EVENING_BEFORE, at, make_appointment, make_offer, make_route, make_technician
from tests.rival import rival_act
from tests.scheduling.test_plans import propose

pytestmark = pytest.mark.django_db


def hold(appointment, starts_at):
    return hold_offer(appointment_id=appointment.pk, offer_id=make_offer(appointment, starts_at).pk, now=EVENING_BEFORE)


def confirm(appointment, offer):
    return confirm_hold(appointment_id=appointment.pk, offer_id=offer.pk, now=EVENING_BEFORE)


def drop(appointment, route, starts_at=None):
    return move_stop(
        appointment_id=appointment.pk, route_id=route.pk, starts_at=starts_at, actor=None, now=EVENING_BEFORE
    )


def cancel(appointment):
    return cancel_appointment(appointment_id=appointment.pk, actor=None, now=EVENING_BEFORE)


def on_my_way(appointment):
    stop = Stop.objects.get(appointment=appointment, is_current=True)
    return record_act(stop_id=stop.pk, act=StopAct.ON_MY_WAY, at=at(7), now=at(7), actor=None)


def state(appointment):
    """Its status, and the states of its current stops."""
    stops = Stop.objects.filter(appointment=appointment, is_current=True)
    return Appointment.objects.get(pk=appointment.pk).status, list(stops.values_list("status", flat=True))


def test_what_is_cancelled_meanwhile_gets_no_place():
    route = make_route(make_technician())
    appointment = make_appointment()

    with rival_act(lambda: cancel(appointment)), pytest.raises(TransitionRefused):
        drop(appointment, route)

    assert state(appointment) == (AppointmentStatus.CANCELLED, [])


def test_canary_without_the_claim_a_cancelled_appointment_gets_a_place():
    route = make_route(make_technician())
    appointment = make_appointment()

    def compute():
        situation = load_situation(dates=[DAY], now=EVENING_BEFORE, also=[appointment])
        placed = situation.problem.job(appointment.pk)
        contents = {route.shift_id: propose_alone(situation, placed)}
        return RouteChange(
            {route.pk: situation.lane(route.shift_id).version},
            lambda: write_contents(
                situation=situation, contents=contents, now=EVENING_BEFORE, claimed=[appointment.pk]
            ),
        )

    with rival_act(lambda: cancel(appointment)):
        change_routes(compute)

    assert state(appointment) == (AppointmentStatus.CANCELLED, [StopStatus.PLANNED])


def propose_alone(situation, job):

    return insert(situation.problem, situation.present, job, limit=1)[0].route


def test_what_two_dispatchers_place_at_once_gets_one_place():
    ana, luis = make_route(make_technician()), make_route(make_technician("Luis Gil"))
    appointment = make_appointment()

    with rival_act(lambda: drop(appointment, luis)):
        drop(appointment, ana)

    assert state(appointment) == (AppointmentStatus.REQUESTED, [StopStatus.PLANNED])


def test_who_is_on_the_way_is_not_moved_by_the_customer():
    make_route(make_technician())
    appointment = make_appointment()
    confirm(appointment, hold(appointment, at(8)))
    later = make_offer(appointment, at(12))

    with rival_act(lambda: on_my_way(appointment)), pytest.raises(TransitionRefused):
        move_to_offer(appointment_id=appointment.pk, offer_id=later.pk, now=EVENING_BEFORE)

    assert state(appointment) == (AppointmentStatus.CONFIRMED, [StopStatus.ON_THE_WAY])


def test_who_is_on_the_way_is_not_cancelled():
    make_route(make_technician())
    appointment = make_appointment()
    confirm(appointment, hold(appointment, at(8)))

    with rival_act(lambda: on_my_way(appointment)), pytest.raises(TransitionRefused):
        cancel(appointment)

    assert state(appointment) == (AppointmentStatus.CONFIRMED, [StopStatus.ON_THE_WAY])


def test_what_is_confirmed_meanwhile_is_not_taken_off_without_a_reason():
    make_route(make_technician())
    appointment = make_appointment()
    offer = hold(appointment, at(8))

    with rival_act(lambda: confirm(appointment, offer)), pytest.raises(Refused):
        take_off(appointment_id=appointment.pk, reason="", actor=None, now=EVENING_BEFORE)

    assert state(appointment) == (AppointmentStatus.CONFIRMED, [StopStatus.PLANNED])


def test_taking_a_held_stop_off_ends_the_hold():
    make_route(make_technician())
    appointment = make_appointment()
    offer = hold(appointment, at(8))

    take_off(appointment_id=appointment.pk, reason="", actor=None, now=EVENING_BEFORE)

    assert state(appointment) == (AppointmentStatus.REQUESTED, [])
    with pytest.raises(HoldExpired):
        confirm(appointment, offer)


def test_what_is_cancelled_while_a_plan_is_published_gets_no_place():
    make_route(make_technician())
    appointment = make_appointment()
    plan = propose()

    with rival_act(lambda: cancel(appointment)), pytest.raises(PlanChanged):
        publish_plan(plan_id=plan.pk, actor=None, now=EVENING_BEFORE)

    assert state(appointment) == (AppointmentStatus.CANCELLED, [])


def test_a_refused_take_off_leaves_the_pins_alone():
    make_route(make_technician())
    appointment = make_appointment()
    confirm(appointment, hold(appointment, at(8)))
    set_pin(appointment_id=appointment.pk, technician=True, time=True, actor=None, now=EVENING_BEFORE)

    with pytest.raises(Refused):
        take_off(appointment_id=appointment.pk, reason="", actor=None, now=EVENING_BEFORE)

    assert Appointment.objects.get(pk=appointment.pk).pinned_start_at == at(8)
