"""What each technician worked and drove in a week."""

from datetime import timedelta

import pytest

from scheduling.enums import StopStatus
from scheduling.models import WorkLedger
from scheduling.services.ledger import update_ledger, update_recent_ledger
from tests.make import DAY, at, make_appointment, make_route, make_technician
from tests.scheduling.situations import place, work_off

pytestmark = pytest.mark.django_db
MONDAY = DAY - timedelta(days=DAY.weekday())


def rows() -> list[tuple[str, int, int]]:
    return list(
        WorkLedger.objects.filter(week_start=MONDAY)
        .order_by("technician__name")
        .values_list("technician__name", "worked_s", "driven_s")
    )


def test_finished_stops_count_and_a_second_time_changes_nothing() -> None:
    ana, luis = make_route(make_technician()), make_route(make_technician("Luis Gil"))
    make_technician("Never On Shift")
    work_off(make_appointment(), ana, 9)
    done = work_off(make_appointment(), ana, 11)
    done.started_at, done.finished_at = at(11, 10), at(11, 40)
    done.save()
    place(make_appointment(), ana, 14)
    expected = [("Ana Sanz", 3600 + 1800, 1800), ("Luis Gil", 0, 0)]

    assert (update_ledger(week=DAY), rows()) == (2, expected)
    assert (update_ledger(week=MONDAY), rows()) == (2, expected)

    luis.shift.delete()
    done.status = StopStatus.PLANNED
    done.save()
    assert (update_ledger(week=DAY), rows()) == (1, [("Ana Sanz", 3600, 900)])


def test_this_week_and_the_last_one_are_kept() -> None:
    make_route(make_technician())
    assert update_recent_ledger(today=DAY + timedelta(days=7)) == 1
    assert rows() == [("Ana Sanz", 0, 0)]
