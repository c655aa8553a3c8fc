from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.geometry import Point, distances_m
from maps.providers.estimate import FLAT_DAY, TravelModel

SPEEDS = ((2.0, 22.0), (8.0, 32.0), (25.0, 50.0), (1000.0, 80.0))
MODEL = TravelModel(1.3, SPEEDS)
points_of = st.lists(st.builds(Point, st.floats(36, 43), st.floats(-9, 3)), min_size=1, max_size=6)


@given(points_of)
def test_both_ways_take_the_same_whole_seconds(points: list[Point]) -> None:
    seconds = MODEL.durations_s(MODEL.road_m(distances_m(points)))
    assert seconds.dtype == np.int32
    assert (seconds == seconds.T).all()
    assert (seconds.diagonal() == 0).all()


@given(st.lists(st.integers(0, 2_000_000), min_size=2))
def test_farther_never_takes_less(metres: list[int]) -> None:
    seconds = MODEL.durations_s(np.array(sorted(metres), dtype=np.int32))
    assert (np.diff(seconds) >= 0).all()


def test_each_stretch_goes_at_its_own_speed() -> None:
    model = TravelModel(1.0, ((1.0, 20.0), (10.0, 60.0)))
    assert model.durations_s(np.array([1_000, 2_000, 20_000], dtype=np.int32)).tolist() == [180, 240, 1_320]


def test_a_slow_hour_takes_longer_in_its_own_zone() -> None:
    model = TravelModel(1.0, ((1.0, 36.0),), (*FLAT_DAY[:8], 0.5, *FLAT_DAY[9:]))
    road = np.array([1_000], dtype=np.int32)
    madrid = ZoneInfo("Europe/Madrid")
    times = [datetime(2026, 11, 26, hour, 30, tzinfo=madrid) for hour in (7, 8)]
    assert [model.durations_s(road, time).tolist() for time in times] == [[100], [200]]


@pytest.mark.parametrize(
    ("detour", "speeds", "hours"),
    [
        (0.9, SPEEDS, FLAT_DAY),
        (1.3, (), FLAT_DAY),
        (1.3, ((2.0, 0.0),), FLAT_DAY),
        (1.3, ((2.0, 20.0), (1.0, 30.0)), FLAT_DAY),
        (1.3, SPEEDS, FLAT_DAY[:23]),
        (1.3, SPEEDS, (*FLAT_DAY[:23], 0.0)),
    ],
)
def test_nonsense_is_refused(detour: float, speeds: tuple[tuple[float, float], ...], hours: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"detour_factor|speeds|hour factors"):
        TravelModel(detour, speeds, hours)
