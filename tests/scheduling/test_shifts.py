from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.models import Shift
from scheduling.services.moves import move_stop
from scheduling.services.shifts import make_shifts
from tests.make import DAY, EVENING_BEFORE, at, make_appointment, make_route, make_technician

pytestmark = pytest.mark.django_db


def test_a_week_of_patterns_becomes_shifts_with_routes_and_breaks():
    technician = make_technician(weekdays=[0, 1, 2, 3, 4], lunch=True)

    assert make_shifts(first=DAY, last=DAY + timedelta(days=6)) == 5
    assert make_shifts(first=DAY, last=DAY + timedelta(days=6)) == 0

    shift = Shift.objects.get(technician=technician, date=DAY)
    assert (shift.starts_at, shift.ends_at, shift.route.version) == (at(8), at(16), 1)
    assert [(pause.earliest_at, pause.latest_at, pause.duration_s) for pause in shift.breaks.all()] == [
        (at(13), at(15), 45 * 60)
    ]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_shifts_begin_at_the_local_hour_on_days_when_clocks_change(day):
    technician = make_technician(hours=(8, 16))

    make_shifts(first=day, last=day)

    shift = Shift.objects.get(technician=technician)
    zone = ZoneInfo("Europe/Madrid")
    assert shift.starts_at.astimezone(zone) == datetime.combine(day, time(8), zone)
    assert shift.ends_at.astimezone(zone).time() == time(16)


def test_an_unused_shift_follows_a_changed_pattern_and_a_used_one_stays():
    technician = make_technician(hours=(8, 16))
    route = make_route(technician)
    next_day = DAY + timedelta(days=1)
    make_shifts(first=next_day, last=next_day)
    move_stop(appointment_id=make_appointment().pk, route_id=route.pk, actor=None, now=EVENING_BEFORE)
    technician.shift_patterns.update(ends=time(18))

    make_shifts(first=DAY, last=next_day)

    assert Shift.objects.get(date=DAY).ends_at == at(16)
    assert Shift.objects.get(date=next_day).ends_at == at(18, day=next_day)


def test_an_inactive_technician_gets_no_shifts():
    technician = make_technician()
    technician.active = False
    technician.save()

    assert make_shifts(first=DAY, last=DAY) == 0
