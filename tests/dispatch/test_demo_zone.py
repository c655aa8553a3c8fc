from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.config.demo_zone import HOME, pick_demo_zone, read_demo_zone

MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize("hour", range(24))
def test_the_working_day_has_begun_at_every_hour_of_the_world(hour):
    now = MIDNIGHT + timedelta(hours=hour, minutes=30)

    local = now.astimezone(ZoneInfo(pick_demo_zone(now)))

    assert 7 <= local.hour <= 13
    assert local.date() == now.date()


def test_in_the_morning_of_spain_the_town_is_in_spain():
    assert pick_demo_zone(MIDNIGHT + timedelta(hours=9)) == HOME


def test_the_zone_stays_for_as_long_as_the_data(tmp_path):
    (tmp_path / "demo-zone").write_text("Asia/Manila")

    assert read_demo_zone(tmp_path) == "Asia/Manila"
