from datetime import time

import pytest

from maps.models import Territory
from scheduling.enums import AppointmentStatus, PromiseOutcome
from scheduling.errors import MoveRefused, Refused, TransitionRefused
from scheduling.models import Appointment, Promise, Stop
from scheduling.services.appointments import take_off
from scheduling.services.moves import move_stop, preview_move, set_pin
from scheduling.services.offers import confirm_hold, hold_offer
from tests.make import DAY, EVENING_BEFORE, at, make_appointment, make_offer, make_place, make_route, make_technician

pytestmark = pytest.mark.django_db


def place(appointment, route, starts_at=None, **more):
    return move_stop(
        appointment_id=appointment.pk, route_id=route.pk, starts_at=starts_at, actor=None, now=EVENING_BEFORE, **more
    )


def preview(appointment, route, starts_at=None):
    return preview_move(appointment_id=appointment.pk, route_id=route.pk, starts_at=starts_at, now=EVENING_BEFORE)


def promise(appointment, starts_at, hours=2):
    offer = hold_offer(
        appointment_id=appointment.pk, offer_id=make_offer(appointment, starts_at, hours).pk, now=EVENING_BEFORE
    )
    return confirm_hold(appointment_id=appointment.pk, offer_id=offer.pk, now=EVENING_BEFORE)


def current():
    stops = Stop.objects.filter(is_current=True).order_by("technician", "starts_at")
    return [(stop.appointment_id, stop.technician.name, stop.starts_at) for stop in stops]


def test_an_absence_after_the_shift_is_never_forced_into_overtime():
    technician = make_technician(hours=(8, 10))
    route = make_route(technician)
    technician.absences.create(starts_at=at(10, 20), ends_at=at(18), kind="training")

    forceable = {
        minutes: [(v.rule, v.forceable) for v in preview(make_appointment(minutes=minutes), route).violations]
        for minutes in (140, 150)
    }
    assert forceable == {140: [("shift_end", True)], 150: [("shift_end", False)]}


def test_a_plain_drop_goes_where_it_costs_least_and_pins_nothing():
    route = make_route(make_technician())
    appointment = make_appointment()

    stop = place(appointment, route)

    appointment.refresh_from_db()
    assert stop.starts_at == at(8)
    assert (appointment.pinned_technician, appointment.pinned_start_at) == (None, None)


def test_a_drop_at_a_time_is_kept_as_a_pin():
    route = make_route(make_technician())
    appointment = make_appointment()

    stop = place(appointment, route, at(11, 30))

    appointment.refresh_from_db()
    assert stop.starts_at == at(11, 30)
    assert (appointment.pinned_technician, appointment.pinned_start_at) == (route.shift.technician, at(11, 30))


def test_a_stop_moves_from_lane_to_lane():
    ana, luis = make_route(make_technician()), make_route(make_technician("Luis Gil"))
    appointment = make_appointment()
    place(appointment, ana)

    place(appointment, luis, at(9))

    assert current() == [(appointment.pk, "Luis Gil", at(9))]
    ana.refresh_from_db()
    assert ana.version == 3


def test_missing_skill_is_named_and_can_never_be_forced():
    route = make_route(make_technician())
    appointment = make_appointment(skills=[("fibre", 1)])

    shown = preview(appointment, route)

    assert [violation.rule for violation in shown.violations] == ["skill"]
    assert (shown.allowed, shown.forceable) == (False, False)
    with pytest.raises(MoveRefused):
        place(appointment, route, force_reason="because I say so")
    assert current() == []


def test_the_customers_wish_can_be_forced_with_a_reason_and_never_without():
    route = make_route(make_technician())
    appointment = make_appointment(wishes=[(at(14), at(15))])

    assert preview(appointment, route, at(9)).stops[0].starts_at == at(14)
    late = make_appointment(wishes=[(at(8), at(9))])
    shown = preview(late, route, at(11))
    assert [(violation.rule, violation.forceable) for violation in shown.violations] == [("window", True)]
    with pytest.raises(MoveRefused):
        place(late, route, at(11))

    stop = place(late, route, at(11), force_reason="She rang and agreed")

    stop.refresh_from_db()
    assert (stop.starts_at, stop.forced_rules, stop.forced_reason) == (at(11), ["window"], "She rang and agreed")


def test_a_promise_can_not_be_forced():
    route = make_route(make_technician())
    appointment = make_appointment()
    promise(appointment, at(8), 1)

    shown = preview(appointment, route, at(12))

    assert [(violation.rule, violation.forceable) for violation in shown.violations] == [("promise", False)]


def test_a_drop_that_would_break_the_promise_of_another_is_refused():
    route = make_route(make_technician(hours=(8, 12)))
    promised, other = make_appointment(minutes=120), make_appointment(minutes=60)
    promise(promised, at(8), 1)

    shown = preview(other, route, at(8))
    assert [(stop.appointment_id, stop.starts_at) for stop in shown.stops] == [(other.pk, at(8)), (promised.pk, at(9))]
    long = make_appointment(minutes=180)
    assert not preview(long, route, at(8)).allowed


def test_overtime_is_forced_within_its_limit_alone():
    technician = make_technician(hours=(8, 10))
    route = make_route(technician)
    over = make_appointment(minutes=150)
    far_over = make_appointment(minutes=200)

    assert [(v.rule, v.forceable) for v in preview(over, route).violations] == [("shift_end", True)]
    assert [(v.rule, v.forceable) for v in preview(far_over, route).violations] == [("shift_end", False)]
    place(over, route, force_reason="Only today")

    other = make_appointment(minutes=30)
    assert not preview(other, route).allowed


def test_travel_is_never_forced():
    route = make_route(make_technician(hours=(8, 13)))
    first = make_appointment(minutes=60)
    place(first, route, at(8))
    far = make_appointment(minutes=60, place=make_place(latitude=40.4))

    stop = place(far, route, at(9))

    assert stop.travel_s > 45 * 60
    assert (stop.starts_at - at(9)).total_seconds() == stop.travel_s


def test_who_saw_an_old_route_is_told_so():
    route = make_route(make_technician())
    place(make_appointment(), route)

    with pytest.raises(TransitionRefused):
        place(make_appointment(), route, seen_version=1)


def test_taking_off_an_unpromised_stop_leaves_it_waiting():
    route = make_route(make_technician())
    appointment = make_appointment()
    place(appointment, route, at(9))

    take_off(appointment_id=appointment.pk, reason="", actor=None, now=EVENING_BEFORE)

    appointment.refresh_from_db()
    assert current() == []
    assert (appointment.status, appointment.pinned_start_at) == (AppointmentStatus.REQUESTED, None)


def test_taking_off_a_promised_stop_needs_a_reason_and_withdraws_the_promise():
    make_route(make_technician())
    appointment = make_appointment()
    promise(appointment, at(8))

    with pytest.raises(Refused):
        take_off(appointment_id=appointment.pk, reason=" ", actor=None, now=EVENING_BEFORE)
    take_off(appointment_id=appointment.pk, reason="Ana is ill", actor=None, now=EVENING_BEFORE)

    appointment.refresh_from_db()
    assert (appointment.status, appointment.is_promised) == (AppointmentStatus.REQUESTED, False)
    assert Promise.objects.values_list("outcome", "reason").get() == (PromiseOutcome.WITHDRAWN, "Ana is ill")


def test_pins_are_set_and_let_go():
    route = make_route(make_technician())
    appointment = make_appointment()
    place(appointment, route)

    set_pin(appointment_id=appointment.pk, technician=True, time=False, actor=None, now=EVENING_BEFORE)
    pinned = Appointment.objects.get(pk=appointment.pk)
    set_pin(appointment_id=appointment.pk, technician=False, time=False, actor=None, now=EVENING_BEFORE)

    assert (pinned.pinned_technician, pinned.pinned_start_at) == (route.shift.technician, None)
    assert Appointment.objects.get(pk=appointment.pk).pinned_technician is None


def forbid(appointment, technician):
    square = [[-4, 39], [-2, 39], [-2, 41], [-4, 41], [-4, 39]]
    territory = Territory.objects.create(name="Here", polygon={"type": "Polygon", "coordinates": [square]})
    technician.areas.create(territory=territory, kind="forbidden")


RULES_OF_A_DROP = {
    "due": (lambda one, _: Appointment.objects.filter(pk=one.pk).update(due_at=at(9)), "due", True),
    "opening": (
        lambda one, _: one.hours.create(weekday=DAY.weekday(), opens=time(8), closes=time(9)),
        "opening",
        False,
    ),
    "territory": (forbid, "forbidden_area", True),
    "excluded": (lambda one, who: one.technicians.create(technician=who, kind="excluded"), "excluded", False),
    "required": (
        lambda one, who: one.technicians.create(technician=make_technician("Eva Ruiz"), kind="required"),
        "not_allowed",
        False,
    ),
}


@pytest.mark.parametrize(("setting", "rule", "forceable"), RULES_OF_A_DROP.values(), ids=RULES_OF_A_DROP)
def test_what_a_drop_breaks_is_named_and_only_wishes_due_and_territory_are_forced(setting, rule, forceable):
    route = make_route(make_technician())
    appointment = make_appointment()
    setting(appointment, route.shift.technician)

    shown = preview(appointment, route, at(11))

    broken = [(violation.rule, violation.forceable) for violation in shown.violations]
    assert (broken, [stop.starts_at for stop in shown.stops]) == ([(rule, forceable)], [at(11)])
