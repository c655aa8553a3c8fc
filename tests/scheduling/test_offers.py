from datetime import time, timedelta

import pytest
from django.test import override_settings

from scheduling.enums import AppointmentStatus, OfferStatus, PromiseOutcome, StopStatus
from scheduling.errors import HoldExpired, SlotTaken, TransitionRefused
from scheduling.models import Appointment, Promise, SlotOffer, Stop
from scheduling.services.contents import give_way
from scheduling.services.offers import (
    confirm_hold,
    find_slots,
    hold_offer,
    make_offers,
    move_to_offer,
    release_hold,
    sweep_expired_holds,
)
from scheduling.services.routes import RouteChanged
from tests.make import DAY, EVENING_BEFORE, at, make_appointment, make_offer, make_place, make_route, make_technician

pytestmark = pytest.mark.django_db


@override_settings(SLOT_HORIZON_DAYS=2)
def test_slots_lie_in_the_shift_and_are_spread_over_the_halves_of_the_day():
    make_route(make_technician(hours=(8, 18)))

    slots = find_slots(appointment=make_appointment(), now=EVENING_BEFORE, count=4)

    assert [(slot.starts_at, slot.half) for slot in slots] == [
        (at(8), (DAY, False)),
        (at(10), (DAY, False)),
        (at(14), (DAY, True)),
        (at(16), (DAY, True)),
    ]


@override_settings(SLOT_HORIZON_DAYS=2)
def test_a_slot_begins_an_hour_from_now_at_the_earliest():
    make_route(make_technician(hours=(8, 14)))

    slots = find_slots(appointment=make_appointment(), now=at(9, 30))

    assert [slot.starts_at for slot in slots] == [at(12)]


@override_settings(SLOT_HORIZON_DAYS=2)
def test_wishes_and_missing_skills_leave_no_slot_that_cannot_be_kept():
    make_route(make_technician(hours=(8, 18), skills=[("fibre", 1)]))
    afternoon = make_appointment(wishes=[(at(14), at(18))])
    expert = make_appointment(skills=[("fibre", 2)])

    assert [slot.starts_at for slot in find_slots(appointment=afternoon, now=EVENING_BEFORE)] == [at(14), at(16)]
    assert find_slots(appointment=expert, now=EVENING_BEFORE) == []


@override_settings(SLOT_HORIZON_DAYS=2)
def test_an_arrival_window_lies_inside_opening_hours_not_before_and_due():
    make_route(make_technician(hours=(8, 18)))
    open_late = make_appointment(hours=[(DAY.weekday(), time(9), time(17))])
    soon = make_appointment(due_at=at(13))
    later = make_appointment()
    Appointment.objects.filter(pk=later.pk).update(earliest_at=at(11))
    later.refresh_from_db()

    starts = [
        [slot.starts_at for slot in find_slots(appointment=one, now=EVENING_BEFORE, count=9)]
        for one in (open_late, soon, later)
    ]

    assert starts == [[at(10), at(12), at(14)], [at(8), at(10)], [at(12), at(14), at(16)]]


@override_settings(SLOT_HORIZON_DAYS=2)
def test_new_offers_replace_the_open_ones():
    make_route(make_technician())
    appointment = make_appointment()
    make_offers(appointment_id=appointment.pk, now=EVENING_BEFORE, count=2)
    make_offers(appointment_id=appointment.pk, now=EVENING_BEFORE, count=3)

    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.OFFERED
    assert appointment.offers.filter(status=OfferStatus.OFFERED).count() == 3
    assert appointment.offers.filter(status=OfferStatus.WITHDRAWN).count() == 2


def test_holding_writes_a_stop_and_raises_the_version():
    route = make_route(make_technician())
    appointment = make_appointment()

    offer = hold_offer(appointment_id=appointment.pk, offer_id=make_offer(appointment, at(10)).pk, now=EVENING_BEFORE)

    stop = Stop.objects.get(appointment=appointment, is_current=True)
    appointment.refresh_from_db()
    route.refresh_from_db()
    assert (appointment.status, offer.status) == (AppointmentStatus.HELD, OfferStatus.HELD)
    assert offer.held_until == EVENING_BEFORE + timedelta(minutes=10)
    assert (stop.route, stop.starts_at, stop.ends_at, route.version) == (route, at(10), at(11), 2)


def test_confirming_changes_the_state_and_not_the_place():
    make_route(make_technician())
    appointment = make_appointment()
    offer = hold_offer(appointment_id=appointment.pk, offer_id=make_offer(appointment, at(10)).pk, now=EVENING_BEFORE)
    before = Stop.objects.values().get(appointment=appointment)

    confirmed = confirm_hold(appointment_id=appointment.pk, offer_id=offer.pk, now=EVENING_BEFORE)
    confirm_hold(appointment_id=appointment.pk, offer_id=offer.pk, now=EVENING_BEFORE)

    assert Stop.objects.values().get(appointment=appointment) == before
    assert confirmed.status == AppointmentStatus.CONFIRMED
    assert (confirmed.window_starts_at, confirmed.window_ends_at) == (at(10), at(12))
    assert Promise.objects.values_list("starts_at", "ends_at", "outcome").get() == (at(10), at(12), "open")


def test_a_full_shift_has_no_room_for_a_second_hold():
    make_route(make_technician(hours=(8, 10)))
    first, second = make_appointment(minutes=90), make_appointment(minutes=60)
    hold_offer(appointment_id=first.pk, offer_id=make_offer(first, at(8)).pk, now=EVENING_BEFORE)

    with pytest.raises(SlotTaken):
        hold_offer(appointment_id=second.pk, offer_id=make_offer(second, at(8)).pk, now=EVENING_BEFORE)

    assert list(Stop.objects.values_list("appointment", flat=True)) == [first.pk]


def test_a_second_visit_is_refused_when_only_the_way_does_not_fit():
    make_route(make_technician(hours=(8, 10)))
    near, far = make_appointment(minutes=50), make_appointment(minutes=50, place=make_place(latitude=40.2))
    hold_offer(appointment_id=near.pk, offer_id=make_offer(near, at(8)).pk, now=EVENING_BEFORE)

    with pytest.raises(SlotTaken):
        hold_offer(appointment_id=far.pk, offer_id=make_offer(far, at(8)).pk, now=EVENING_BEFORE)


def test_a_hold_that_ran_out_gives_way_to_the_next_customer():
    make_route(make_technician(hours=(8, 10)))
    slow, quick = make_appointment(minutes=90), make_appointment(minutes=90)
    slow_offer = hold_offer(appointment_id=slow.pk, offer_id=make_offer(slow, at(8)).pk, now=EVENING_BEFORE)
    later = EVENING_BEFORE + timedelta(minutes=11)

    quick_offer = hold_offer(appointment_id=quick.pk, offer_id=make_offer(quick, at(8)).pk, now=later)
    confirm_hold(appointment_id=quick.pk, offer_id=quick_offer.pk, now=later)

    with pytest.raises(HoldExpired):
        confirm_hold(appointment_id=slow.pk, offer_id=slow_offer.pk, now=later)
    assert list(Stop.objects.filter(is_current=True).values_list("appointment", flat=True)) == [quick.pk]
    assert SlotOffer.objects.get(pk=slow_offer.pk).status == OfferStatus.EXPIRED


def test_a_hold_that_ran_out_can_be_confirmed_while_nobody_took_its_place():
    make_route(make_technician())
    appointment = make_appointment()
    offer = hold_offer(appointment_id=appointment.pk, offer_id=make_offer(appointment, at(10)).pk, now=EVENING_BEFORE)

    confirmed = confirm_hold(appointment_id=appointment.pk, offer_id=offer.pk, now=EVENING_BEFORE + timedelta(hours=1))

    assert confirmed.status == AppointmentStatus.CONFIRMED


def test_choosing_another_offer_moves_the_hold():
    make_route(make_technician())
    appointment = make_appointment()
    first, second = make_offer(appointment, at(8)), make_offer(appointment, at(12))

    hold_offer(appointment_id=appointment.pk, offer_id=first.pk, now=EVENING_BEFORE)
    hold_offer(appointment_id=appointment.pk, offer_id=second.pk, now=EVENING_BEFORE)

    assert [stop.starts_at for stop in Stop.objects.filter(is_current=True)] == [at(12)]
    assert list(SlotOffer.objects.order_by("pk").values_list("status", flat=True)) == ["offered", "held"]


def test_the_sweep_tidies_holds_that_ran_out_and_spares_the_others():
    make_route(make_technician())
    old, fresh = make_appointment(), make_appointment()
    hold_offer(appointment_id=old.pk, offer_id=make_offer(old, at(8)).pk, now=EVENING_BEFORE)
    later = EVENING_BEFORE + timedelta(minutes=9)
    hold_offer(appointment_id=fresh.pk, offer_id=make_offer(fresh, at(12)).pk, now=later)

    assert sweep_expired_holds(now=later + timedelta(minutes=2)) == 1

    old.refresh_from_db()
    assert old.status == AppointmentStatus.OFFERED
    assert list(Stop.objects.filter(is_current=True).values_list("appointment", flat=True)) == [fresh.pk]
    assert Stop.objects.get(appointment=old).status == StopStatus.TAKEN_OFF


def test_releasing_spares_what_was_confirmed_meanwhile():
    make_route(make_technician())
    appointment = make_appointment()
    offer = hold_offer(appointment_id=appointment.pk, offer_id=make_offer(appointment, at(8)).pk, now=EVENING_BEFORE)
    confirm_hold(appointment_id=appointment.pk, offer_id=offer.pk, now=EVENING_BEFORE)

    release_hold(appointment_id=appointment.pk, now=EVENING_BEFORE + timedelta(hours=1))

    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.CONFIRMED
    assert Stop.objects.filter(is_current=True).count() == 1


def test_a_confirmed_appointment_moves_in_one_step_and_keeps_its_place_when_the_new_one_is_gone():
    make_route(make_technician(hours=(8, 13)))
    mine, rival = make_appointment(minutes=100), make_appointment(minutes=110)
    offer = hold_offer(appointment_id=mine.pk, offer_id=make_offer(mine, at(8), 1).pk, now=EVENING_BEFORE)
    confirm_hold(appointment_id=mine.pk, offer_id=offer.pk, now=EVENING_BEFORE)
    wanted = make_offer(mine, at(11), 0.5)
    hold_offer(appointment_id=rival.pk, offer_id=make_offer(rival, at(11), 0).pk, now=EVENING_BEFORE)

    with pytest.raises(SlotTaken):
        move_to_offer(appointment_id=mine.pk, offer_id=wanted.pk, now=EVENING_BEFORE)
    assert Stop.objects.get(appointment=mine, is_current=True).starts_at == at(8)

    release_hold(appointment_id=rival.pk, now=EVENING_BEFORE + timedelta(minutes=11))
    moved = move_to_offer(appointment_id=mine.pk, offer_id=wanted.pk, now=EVENING_BEFORE)

    assert (moved.window_starts_at, moved.window_ends_at) == (at(11), at(11, 30))
    assert Stop.objects.get(appointment=mine, is_current=True).starts_at == at(11)
    outcomes = Promise.objects.filter(appointment=mine).values_list("outcome", flat=True)
    assert list(outcomes) == [PromiseOutcome.WITHDRAWN, PromiseOutcome.OPEN]


def test_what_is_confirmed_is_not_held_again():
    make_route(make_technician())
    appointment = make_appointment()
    offer = hold_offer(appointment_id=appointment.pk, offer_id=make_offer(appointment, at(8)).pk, now=EVENING_BEFORE)
    confirm_hold(appointment_id=appointment.pk, offer_id=offer.pk, now=EVENING_BEFORE)

    with pytest.raises(TransitionRefused):
        hold_offer(appointment_id=appointment.pk, offer_id=make_offer(appointment, at(12)).pk, now=EVENING_BEFORE)


def test_a_writer_that_took_a_hold_for_expired_looks_again_when_it_was_confirmed():
    make_route(make_technician())
    appointment = make_appointment()
    offer = hold_offer(appointment_id=appointment.pk, offer_id=make_offer(appointment, at(8)).pk, now=EVENING_BEFORE)
    confirm_hold(appointment_id=appointment.pk, offer_id=offer.pk, now=EVENING_BEFORE)

    with pytest.raises(RouteChanged):
        give_way(stop=Stop.objects.get(), now=EVENING_BEFORE + timedelta(hours=1))

    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.CONFIRMED


def test_confirming_makes_computations_from_before_look_again():
    route = make_route(make_technician())
    appointment = make_appointment()
    offer = hold_offer(appointment_id=appointment.pk, offer_id=make_offer(appointment, at(8)).pk, now=EVENING_BEFORE)
    route.refresh_from_db()

    confirm_hold(appointment_id=appointment.pk, offer_id=offer.pk, now=EVENING_BEFORE)

    assert type(route).objects.get(pk=route.pk).version == route.version + 1
