from datetime import time

import pytest

from dispatch.opening_hours import HoursError, Opening, read_ranges, read_week


def test_a_day_may_have_several_spans() -> None:
    assert read_ranges("16:00-19:00, 9:00 – 14.00") == [(time(9), time(14)), (time(16), time(19))]
    assert read_ranges("  ") == []


def test_a_week() -> None:
    assert read_week("6 10:00-13:00; 1-2 09:00-18:00") == [
        Opening(0, time(9), time(18)),
        Opening(1, time(9), time(18)),
        Opening(5, time(10), time(13)),
    ]
    assert read_week("") == []


@pytest.mark.parametrize("text", ["9-14", "14:00-09:00", "25:00-26:00", "09:00-14:00, 13:00-15:00", "09:00"])
def test_wrong_spans(text: str) -> None:
    with pytest.raises(HoursError):
        read_ranges(text)


@pytest.mark.parametrize("text", ["09:00-14:00", "0 09:00-14:00", "5-1 09:00-14:00", "1 09:00-14:00; 1 13:00-15:00"])
def test_wrong_weeks(text: str) -> None:
    with pytest.raises(HoursError):
        read_week(text)
