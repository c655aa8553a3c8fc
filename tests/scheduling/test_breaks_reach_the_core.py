"""Breaks that a shift's end or an absence comes before the latest begin of: taken earlier, not forgotten."""

from datetime import date, datetime, time

import pytest

from scheduling.core.problem import Break, Window
from scheduling.models import Absence, Shift, ShiftBreak
from scheduling.planning import load_situation
from tests.make import DAY, EVENING_BEFORE, at, make_shift, make_technician

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime.combine(DAY, time(), EVENING_BEFORE.tzinfo)


def s(hour: int, minute: int = 0, day: date = DAY) -> int:
    """The core's second of a local wall time."""
    return int((at(hour, minute, day) - MIDNIGHT).total_seconds())


def shift_with_lunch(ends: int, earliest: datetime, latest: datetime) -> Shift:
    shift = make_shift(make_technician(hours=(8, ends)))
    ShiftBreak.objects.create(
        pk=1, shift=shift, earliest_at=earliest, latest_at=latest, duration_s=45 * 60, from_start=False
    )
    return shift


def breaks_of(now: datetime = EVENING_BEFORE) -> tuple[Break, ...]:
    return load_situation(dates=[DAY], now=now).problem.workers[0].breaks


def lunch(first: int, last: int) -> Break:
    return Break(1, (Window(first, last),), 45 * 60)


def test_a_lunch_that_could_begin_after_the_shift_ends_within_it() -> None:
    shift_with_lunch(13, at(12), at(14))
    assert breaks_of() == (lunch(s(12), s(12, 15)),)


def test_a_lunch_that_could_begin_at_the_very_end_ends_within_the_shift() -> None:
    shift_with_lunch(14, at(12), at(14))
    assert breaks_of() == (lunch(s(12), s(13, 15)),)


def test_a_lunch_before_an_absence_is_over_when_that_begins() -> None:
    shift = shift_with_lunch(17, at(12), at(14))
    Absence.objects.create(technician=shift.technician, starts_at=at(13, 45), ends_at=at(20), kind="training")
    assert breaks_of() == (lunch(s(12), s(13)),)


@pytest.mark.parametrize("absent_from", [(12, 30), (11, 0)])
def test_a_lunch_that_the_absence_leaves_no_room_for_is_none(absent_from: tuple[int, int]) -> None:
    shift = shift_with_lunch(17, at(12), at(14))
    Absence.objects.create(technician=shift.technician, starts_at=at(*absent_from), ends_at=at(20), kind="training")
    assert breaks_of() == ()


def test_a_lunch_put_off_by_the_hour_still_ends_within_the_shift() -> None:
    shift_with_lunch(13, at(12), at(14))
    assert breaks_of(at(12, 10)) == (lunch(s(12, 10), s(12, 15)),)
    assert breaks_of(at(12, 20)) == ()
