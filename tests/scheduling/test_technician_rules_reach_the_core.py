"""Every rule of a technician, set where a dispatcher sets it, and the field of the core that it becomes."""

from datetime import timedelta
from typing import Any

import pytest

from maps.models import Territory
from scheduling.core.problem import FOREVER, Break, Window, Worker
from scheduling.models import (
    Absence,
    AppointmentLoad,
    Route,
    Shift,
    TechnicianCapacity,
    TechnicianSkill,
    TechnicianTerritory,
)
from scheduling.planning import ABSENCE_IDS
from tests.make import DAY, ZONE, at, make_appointment, make_place, make_route, make_shift, make_skill
from tests.make import make_technician as technician_of
from tests.scheduling.situations import Setting, add_absence, add_break, look, on_technician, s, unit, work_off

pytestmark = pytest.mark.django_db
SQUARE = {"type": "Polygon", "coordinates": [[[-3.5, 39.5], [-2.5, 39.5], [-2.5, 40.5], [-3.5, 40.5], [-3.5, 39.5]]]}
FAR = {"type": "Polygon", "coordinates": [[[10, 50], [11, 50], [11, 51], [10, 51], [10, 50]]]}


def area(name: str, polygon: dict[str, Any] = SQUARE) -> int:
    return Territory.objects.create(name=name, polygon=polygon).pk


# What is set on a technician, the worker's field, its value.
WORKER_RULES: dict[str, tuple[Setting, str, Any]] = {
    "most visits": (on_technician(max_visits=4), "max_jobs", 4),
    "most work": (on_technician(max_work_s=18_000), "max_work_s", 18_000),
    "longest travel": (on_technician(max_travel_s=7_200), "max_travel_s", 7_200),
    "longest leg": (on_technician(max_leg_s=1_800), "max_leg_s", 1_800),
    "overtime": (on_technician(planned_overtime_s=900), "overtime_s", 900),
    "most overtime": (on_technician(max_overtime_s=5_400), "most_overtime_s", 5_400),
    "profile": (on_technician(travel_profile="bicycle"), "profile", "bicycle"),
    "speed": (on_technician(speed_factor=1.25), "speed_factor", 1.25),
    "skill and level": (
        lambda one: TechnicianSkill.objects.create(technician=one, skill=make_skill("fibre"), level=2),
        "skills",
        {"fibre": 2},
    ),
    "certificate": (
        lambda one: TechnicianSkill.objects.create(technician=one, skill=make_skill("gas"), valid_until=DAY),
        "expires",
        {"gas": s(0, day=DAY + timedelta(days=1)) - 1},
    ),
    "capacity": (
        lambda one: TechnicianCapacity.objects.create(technician=one, unit=unit("kg"), amount=300),
        "capacity",
        (300,),
    ),
    "no capacity": (lambda one: None, "capacity", ()),
    "capacity of another unit": (
        lambda one: TechnicianCapacity.objects.create(technician=one, unit=unit("litres"), amount=5),
        "capacity",
        (FOREVER,),
    ),
    "break by the clock": (
        lambda one: add_break(one, at(13), at(14), from_start=False),
        "breaks",
        (Break(1, (Window(s(13), s(14)),), 1800),),
    ),
    "break from the start": (
        lambda one: add_break(one, at(11), at(12), from_start=True),
        "breaks",
        (Break(1, (Window(3 * 3600, 4 * 3600),), 1800, from_start=True),),
    ),
    "absence within": (
        lambda one: add_absence(one, 10, 11),
        "breaks",
        (Break(ABSENCE_IDS + 1, (Window(s(10), s(10)),), 3600, is_absence=True),),
    ),
    "absence at the start": (lambda one: add_absence(one, 7, 9), "shift", Window(s(9), s(16))),
    "absence at the end": (lambda one: add_absence(one, 15, 20), "shift", Window(s(8), s(15))),
    "technician": (lambda one: None, "technician", 1),
    "day": (lambda one: None, "day", DAY.toordinal()),
}


@pytest.mark.parametrize(("setting", "field", "expected"), WORKER_RULES.values(), ids=WORKER_RULES)
def test_rule_of_a_technician(setting: Setting, field: str, expected: Any) -> None:
    technician = technician_of()
    make_route(technician)
    setting(technician)
    appointment = make_appointment()
    AppointmentLoad.objects.create(appointment=appointment, unit=unit("kg"), delivery=1)
    worker = look(appointment).problem.workers[0]
    value = getattr(worker, field)
    assert value == (technician.pk if field == "technician" else expected)


def test_start_and_end_of_a_shift() -> None:
    shift = make_shift(technician_of())
    shift.start_place, shift.end_place = make_place(40.1), make_place(40.2)
    shift.save()
    found = look(make_appointment())
    worker = found.problem.worker(shift.pk)
    assert (worker.start, worker.end) == (found.rows[shift.start_place_id], found.rows[shift.end_place_id])


@pytest.mark.parametrize(
    ("kinds", "home", "allowed", "forbidden"),
    [
        (("home",), {0}, None, set()),
        (("home", "allowed"), {0}, {0, 1}, set()),
        (("forbidden",), set(), None, {0}),
    ],
)
def test_territories(kinds: Any, home: Any, allowed: Any, forbidden: Any) -> None:
    technician = technician_of()
    make_route(technician)
    keys = [area(kind) for kind in kinds]
    far = area("far", FAR)
    for key, kind in zip(keys, kinds, strict=True):
        TechnicianTerritory.objects.create(technician=technician, territory_id=key, kind=kind)
    TechnicianTerritory.objects.create(technician=technician, territory_id=far, kind="forbidden")
    appointment = make_appointment()
    found = look(appointment).problem
    worker = found.workers[0]
    assert worker.home_areas == {keys[number] for number in home}
    assert worker.allowed_areas == (None if allowed is None else {keys[number] for number in allowed})
    assert worker.forbidden_areas == {*(keys[number] for number in forbidden), far}
    assert found.job(appointment.pk).areas == set(keys)


def test_limits_of_a_day_under_way_are_what_is_left() -> None:
    technician = technician_of()
    on_technician(max_visits=4, max_work_s=18_000, max_travel_s=7_200)(technician)
    TechnicianCapacity.objects.create(technician=technician, unit=unit("kg"), amount=100)
    route = make_route(technician)
    done = make_appointment(place=make_place(40.05))
    AppointmentLoad.objects.create(appointment=done, unit=unit("kg"), delivery=20, pickup=30)
    stop = work_off(done, route)
    appointment = make_appointment()
    AppointmentLoad.objects.create(appointment=appointment, unit=unit("kg"), delivery=1)
    worker = look(appointment, at(12)).problem.workers[0]
    assert (worker.max_jobs, worker.max_work_s) == (3, 14_400)
    assert worker.max_travel_s == 7_200 - stop.travel_s
    assert worker.capacity == (70,)


def test_overtime_ends_where_an_absence_begins() -> None:
    technician = technician_of()
    on_technician(planned_overtime_s=3_600, max_overtime_s=5_400)(technician)
    make_route(technician)
    Absence.objects.create(technician=technician, starts_at=at(16, 20), ends_at=at(18), kind="training")
    worker = look(make_appointment()).problem.workers[0]
    assert (worker.overtime_s, worker.most_overtime_s) == (1_200, 1_200)


def test_overtime_ends_where_another_shift_of_the_day_begins() -> None:
    technician = technician_of()
    on_technician(max_overtime_s=5_400)(technician)
    make_route(technician)
    evening = Shift.objects.create(
        technician=technician, date=DAY, zone=ZONE, starts_at=at(16, 30), ends_at=at(20), is_regular=False
    )
    Route.objects.create(shift=evening)
    workers = look(make_appointment()).problem.workers
    assert [worker.most_overtime_s for worker in workers] == [1_800, 5_400]


def test_a_break_from_the_start_is_put_off_with_the_start() -> None:
    technician = technician_of()
    add_break(technician, at(11), at(12), from_start=True)
    add_absence(technician, 7, 9)
    worker: Worker = look(make_appointment()).problem.workers[0]
    assert worker.clock_breaks == (Break(1, (Window(s(12), s(13)),), 1800),)


def test_an_absence_under_way_is_waited_for() -> None:
    technician = technician_of()
    make_route(technician)
    add_absence(technician, 10, 12)
    worker: Worker = look(make_appointment(), at(11)).problem.workers[0]
    assert (worker.ready_at, worker.breaks) == (s(12), ())
