import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone, translation

from dispatch.models import Case, Customer, Visit
from dispatch.services.day_import import map_priority
from maps.models import Place, TravelMatrix
from scheduling.core.check import check_route
from scheduling.enums import PlanStatus, Priority
from scheduling.models import Appointment, Shift, Stop, Technician
from scheduling.planning import load_situation
from scheduling.services.runs import perform_run, request_run

DAYS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "days"
TOWN_ZONE = ZoneInfo("Europe/Madrid")
SMALL: dict[str, Any] = {
    "jobs": [
        {"id": 7, "description": "p7", "location": [16.24, 39.30], "location_index": 1, "service": 1800, "setup": 120,
         "skills": [1], "priority": 80, "time_windows": [[3600, 7200]]},
        {"id": 9, "location": [16.25, 39.31], "location_index": 2, "service": 900, "priority": 10},
    ],
    "vehicles": [
        {"id": 3, "description": "c3", "start": [16.30, 39.27], "start_index": 0, "end": [16.30, 39.27],
         "end_index": 0, "skills": [1, 2], "time_window": [0, 28800], "max_tasks": 9, "speed_factor": 1.25,
         "breaks": [{"id": 1, "time_windows": [[14400, 18000]], "service": 1800}]},
    ],
    "matrices": {"car": {"durations": [[0, 600, 700], [610, 0, 200], [710, 210, 0]]}},
}  # fmt: skip

Load = Callable[..., str]
pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> date:
    return timezone.now().astimezone(TOWN_ZONE).date() + timedelta(days=7)


@pytest.fixture
def load(tmp_path: Path, day: date) -> Load:
    def load(data: object, *options: str, on: date = day) -> str:
        file = tmp_path / "small.json"
        file.write_text(data if isinstance(data, str) else json.dumps(data))
        out = StringIO()
        with translation.override("en"):
            call_command("import_day", str(file), "--date", str(on), "--zone", "Europe/Madrid", *options, stdout=out)
        return out.getvalue()

    return load


def at(day: date, seconds: int, start: time = time(7)) -> datetime:
    return datetime.combine(day, start, TOWN_ZONE) + timedelta(seconds=seconds)


def changed(**fields: Any) -> dict[str, Any]:
    """The small day with values at paths such as ``jobs__0__service``."""
    data = deepcopy(SMALL)
    for path, value in fields.items():
        *way, last = path.split("__")
        spot: Any = data
        for step in way:
            spot = spot[int(step)] if isinstance(spot, list) else spot[step]
        spot[last] = value
    return data


def test_a_day_becomes_technicians_places_cases_visits_and_appointments(load: Load, day: date) -> None:
    assert load(SMALL) == f"Loaded 1 technicians and 2 visits for {day}.\n"
    technician = Technician.objects.get()
    assert (technician.user, technician.max_visits, technician.speed_factor) == (None, 9, 1.25)
    assert technician.name.endswith("c3")
    shift = Shift.objects.get()
    assert (shift.date, shift.starts_at, shift.ends_at) == (day, at(day, 0), at(day, 28800))
    assert shift.start_place_id == shift.end_place_id
    pause = shift.breaks.get()
    assert (pause.earliest_at, pause.latest_at, pause.duration_s) == (at(day, 14400), at(day, 18000), 1800)
    assert Place.objects.count() == 3
    assert [case.status for case in Case.objects.all()] == ["visit_opened", "visit_opened"]
    assert Visit.objects.count() == 2


def test_windows_are_kept_to_the_second(load: Load, day: date) -> None:
    load(SMALL, "--start", "06:30")
    appointment = Appointment.objects.get(setup_s=120)
    wish = appointment.wishes.get()
    assert (wish.starts_at, wish.ends_at) == (at(day, 3600, time(6, 30)), at(day, 7200, time(6, 30)))
    assert (appointment.duration_s, appointment.priority) == (1800, Priority.URGENT)


def test_the_delivered_travel_times_are_the_ones_used(load: Load, day: date) -> None:
    load(SMALL)
    assert TravelMatrix.objects.get().size == 3
    situation = load_situation(dates=[day], now=timezone.now(), also=list(Appointment.objects.order_by("pk")))
    durations = situation.problem.travel["car"].durations_s
    assert sorted(durations.flatten().tolist()) == [0, 0, 0, 200, 210, 600, 610, 700, 710]


def test_without_a_matrix_our_own_travel_times_count(load: Load, day: date) -> None:
    data = deepcopy(SMALL)
    del data["matrices"]
    load(data)
    assert TravelMatrix.objects.count() == 0
    assert Appointment.objects.count() == 2


def test_a_dry_run_keeps_nothing(load: Load, day: date) -> None:
    assert load(SMALL, "--dry-run") == f"Would load 1 technicians and 2 visits for {day}.\n"
    assert Technician.objects.count() == Customer.objects.count() == Place.objects.count() == 0


def test_the_same_file_is_loaded_once_a_date(load: Load, day: date) -> None:
    load(SMALL)
    with pytest.raises(CommandError, match="DATA_DIR"):
        load(SMALL)
    assert Visit.objects.count() == 2
    load(SMALL, on=day + timedelta(days=1))
    assert Visit.objects.count() == 4


def test_a_day_that_is_over_is_refused(load: Load, day: date) -> None:
    with pytest.raises(CommandError, match=str(day - timedelta(days=30))):
        load(SMALL, on=day - timedelta(days=30))


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"jobs__0__service": 30}, "jobs[0].service"),
        ({"jobs__1__location": None}, "jobs[1].location"),
        ({"jobs__1__location_index": 1}, "jobs[1].location"),
        ({"jobs__0__delivery": [3]}, "jobs[0].delivery"),
        ({"vehicles__0__time_window": None}, "vehicles[0].time_window"),
        ({"vehicles__0__time_window": [0, 200000]}, "vehicles[0].time_window"),
        ({"vehicles__0__time_window": [90000, 100000]}, "vehicles[0].time_window"),
        ({"vehicles__0__speed_factor": 9}, "vehicles[0].speed_factor"),
        ({"vehicles__0__capacity": [4]}, "vehicles[0].capacity"),
        ({"vehicles__0__breaks__0__time_windows": [[0, 60], [900, 960]]}, "vehicles[0].breaks[0].time_windows"),
        ({"jobs__0__colour": "red"}, "jobs[0].colour"),
    ],
)
def test_a_problem_names_the_field_and_nothing_is_kept(load: Load, fields: dict[str, Any], path: str) -> None:
    with pytest.raises(CommandError) as refusal:
        load(changed(**fields))
    assert f": {path}" in str(refusal.value)
    assert Technician.objects.count() == Place.objects.count() == 0


def test_what_is_not_json_is_refused(load: Load) -> None:
    with pytest.raises(CommandError, match="is not JSON"):
        load("{jobs: ")


def test_prices_are_passed_over_with_a_word(load: Load) -> None:
    said = load(changed(jobs__0__unserved_cost=500, jobs__1__unserved_cost=900))
    assert said.startswith("Note: unserved_cost: passed over")


@pytest.mark.parametrize(("value", "priority"), [(0, 1), (24, 1), (25, 2), (50, 4), (75, 8), (100, 8)])
def test_priorities_become_ours(value: int, priority: int) -> None:
    assert map_priority(value) == priority


@pytest.mark.skipif(not DAYS.is_dir(), reason="the data folder is not there")
@pytest.mark.parametrize("name", ["cosenza-191", "florence-165", "milan-76", "reggio-emilia-55", "rome-44", "udine-75"])
def test_a_real_day_is_planned_whole(day: date, name: str) -> None:
    call_command("import_day", str(DAYS / f"{name}.json"), "--date", str(day), stdout=StringIO())
    run = request_run(date=day, actor=None, now=timezone.now(), time_limit_s=2, publish_when_done=True)
    done = perform_run(run_id=run.pk)
    assert done is not None
    assert done.plan.status == PlanStatus.PUBLISHED
    assert list(done.plan.unplanned.all()) == []
    assert Stop.objects.filter(is_current=True).count() == Appointment.objects.count()
    situation = load_situation(dates=[day], now=timezone.now())
    assert [v for route in situation.present.routes for v in check_route(situation.problem, route)] == []
