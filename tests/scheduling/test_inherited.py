"""Planning again after somebody fell ill moves the visits to who can still go."""

from datetime import timedelta

import pytest
from django.utils import timezone

from scheduling.core.check import check
from scheduling.enums import AbsenceKind
from scheduling.inherited import find_inherited
from scheduling.models import Absence
from scheduling.planning import load_situation
from scheduling.services.offers import confirm_hold, hold_offer
from scheduling.services.runs import perform_run, request_run
from tests.make import at, make_appointment, make_offer, make_place, make_route, make_technician

pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    return timezone.localdate() + timedelta(days=2)


@pytest.fixture
def promised(day):
    """Promised for 11:00-11:30, on the route of the only technician there was then."""
    place = make_place()
    ill = make_technician(hours=(8, 16), home=place)
    make_route(ill, day)
    appointment = make_appointment(place=place, minutes=60)
    offer = make_offer(appointment, at(11, day=day), 0.5, now=timezone.now())
    held = hold_offer(appointment_id=appointment.pk, offer_id=offer.pk, now=timezone.now())
    confirm_hold(appointment_id=appointment.pk, offer_id=held.pk, now=timezone.now())
    make_route(make_technician(hours=(8, 16), home=place), day)
    return appointment


@pytest.mark.parametrize(("first", "last"), [(10, 16), (10, 14)])
def test_an_absence_is_not_inherited(day, promised, first, last):
    ill = promised.stops.get(is_current=True).technician
    Absence.objects.create(
        technician=ill, starts_at=at(first, day=day), ends_at=at(last, day=day), kind=AbsenceKind.ILLNESS
    )
    situation = load_situation(dates=[day], now=timezone.now())
    assert check(situation.problem, situation.present).broken
    assert find_inherited(situation).routes == ()

    run = request_run(date=day, actor=None, now=timezone.now(), time_limit_s=1)
    [route] = [one for one in perform_run(run_id=run.pk).plan.routes.all() if one.stops.exists()]
    assert route.route.shift.technician != ill
    assert [stop.starts_at for stop in route.stops.all()] == [at(11, day=day)]
