"""Travel by the hour of the day, against a clock that walks second by second."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.core.problem import ProblemError, Speed, Travel
from scheduling.core.travel import Clock

RUSH = Clock((Speed(100, 50), Speed(200, 200)))
speeds = st.lists(
    st.tuples(st.integers(-200, 200), st.sampled_from([5, 33, 50, 100, 130, 1_000])),
    max_size=4,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: tuple(Speed(*pair) for pair in sorted(pairs)))
moments = st.integers(-300, 300)
ways = st.integers(0, 120)


def walked(speeds: tuple[Speed, ...], moment: int, way_s: int) -> int:
    left = 100 * way_s
    while left > 0:
        left -= next((speed.percent for speed in reversed(speeds) if speed.start <= moment), 100)
        moment += 1
    return moment


def test_before_the_first_hour_a_way_takes_what_the_matrix_says() -> None:
    assert (RUSH.arrive(0, 100), RUSH.leave(100, 100)) == (100, 0)


def test_a_way_into_the_rush_hour_takes_longer() -> None:
    assert (RUSH.arrive(50, 100), RUSH.leave(200, 100)) == (200, 50)


def test_a_way_through_three_hours() -> None:
    assert RUSH.arrive(90, 80) == 90 + 10 + 100 + 10


def test_what_is_left_of_a_way_is_driven_from_where_it_was_left() -> None:
    assert RUSH.covered(90, 110) == 1_500
    assert RUSH.reach(150, 10_000 - 1_500) == 150 + 50 + 30


def test_arrivals_are_rounded_up_and_departures_down() -> None:
    fast = Clock((Speed(0, 300),))
    assert (fast.arrive(0, 100), fast.leave(100, 100)) == (34, 66)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(speeds, moments, ways)
def test_it_arrives_when_somebody_does_who_walks_by_the_second(speed: tuple[Speed, ...], moment: int, way: int) -> None:
    assert Clock(speed).arrive(moment, way) == walked(speed, moment, way)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(speeds, moments, st.integers(0, 50), ways)
def test_nobody_arrives_earlier_by_leaving_later(speed: tuple[Speed, ...], moment: int, later: int, way: int) -> None:
    clock = Clock(speed)
    assert clock.arrive(moment, way) <= clock.arrive(moment + later, way)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(speeds, moments, ways)
def test_leave_is_the_last_moment_that_arrives_in_time(speed: tuple[Speed, ...], moment: int, way: int) -> None:
    clock = Clock(speed)
    left = clock.leave(moment, way)
    assert clock.arrive(left, way) <= moment < clock.arrive(left + 1, way)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(speeds, moments, st.integers(0, 200), ways)
def test_a_way_may_be_cut_in_two(speed: tuple[Speed, ...], moment: int, cut: int, way: int) -> None:
    clock = Clock(speed)
    whole = clock.arrive(moment, way)
    done = clock.covered(moment, min(moment + cut, whole))
    assert clock.reach(min(moment + cut, whole), max(0, 100 * way - done)) == whole


def test_travel_without_speeds_has_no_clock() -> None:
    square = np.zeros((1, 1), dtype=np.int32)
    assert Travel(square).clock is None
    assert Travel(square, speeds=(Speed(0, 50),)).clock is not None


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Speed(0, 4), "speed.percent"),
        (lambda: Speed(0, 1_001), "speed.percent"),
        (lambda: Travel(np.zeros((1, 1), dtype=np.int32), speeds=(Speed(5, 50), Speed(0, 60))), "speeds"),
        (lambda: Travel(np.zeros((1, 1), dtype=np.int32), speeds=(Speed(5, 50), Speed(5, 60))), "speeds"),
    ],
)
def test_impossible_speeds_are_refused_by_name(make: object, field: str) -> None:
    with pytest.raises(ProblemError) as caught:
        make()  # type: ignore[operator]
    assert caught.value.field == field
