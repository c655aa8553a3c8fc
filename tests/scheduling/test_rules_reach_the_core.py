"""Every rule of the field, set where a dispatcher sets it, and the field of the core that it becomes."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from maps.models import Place, Territory
from scheduling.core.problem import ALWAYS, FOREVER, Break, Job, Placement, Speed, Window, Worker
from scheduling.core.values import NEVER
from scheduling.core.weights import BALANCED, CUSTOMER_FIRST, PLAIN
from scheduling.enums import AppointmentStatus, StopStatus
from scheduling.models import (
    Absence,
    Appointment,
    AppointmentHours,
    AppointmentLoad,
    AppointmentSkill,
    AppointmentTechnician,
    AppointmentWindow,
    LoadUnit,
    PlanningSettings,
    Route,
    Shift,
    ShiftBreak,
    SpeedStep,
    Stop,
    Technician,
    TechnicianCapacity,
    TechnicianSkill,
    TechnicianTerritory,
    WeightSet,
    WorkLedger,
)
from scheduling.models.appointment import PROMISED_PRICE_S
from scheduling.planning import ABSENCE_IDS, Situation, load_situation
from tests.make import DAY, EVENING_BEFORE, ZONE, at, make_appointment, make_place, make_route, make_shift, make_skill
from tests.make import make_technician as technician_of

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime.combine(DAY, time(), EVENING_BEFORE.tzinfo)
SQUARE = {"type": "Polygon", "coordinates": [[[-3.5, 39.5], [-2.5, 39.5], [-2.5, 40.5], [-3.5, 40.5], [-3.5, 39.5]]]}
FAR = {"type": "Polygon", "coordinates": [[[10, 50], [11, 50], [11, 51], [10, 51], [10, 50]]]}


def s(hour: int, minute: int = 0, day: date = DAY) -> int:
    """The core's second of a local wall time."""
    return int((at(hour, minute, day) - MIDNIGHT).total_seconds())


def look(appointment: Appointment, now: datetime = EVENING_BEFORE, **options: Any) -> Situation:
    return load_situation(
        dates=options.pop("dates", [DAY]), now=now, also=[Appointment.objects.get(pk=appointment.pk)], **options
    )


def area(name: str, polygon: dict[str, Any] = SQUARE) -> int:
    return Territory.objects.create(name=name, polygon=polygon).pk


def unit(code: str) -> LoadUnit:
    return LoadUnit.objects.get_or_create(code=code, defaults={"name": code})[0]


# What is set on a technician, the worker's field, its value.
Setting = Callable[[Technician], Any]


def on_technician(**fields: Any) -> Setting:
    return lambda technician: Technician.objects.filter(pk=technician.pk).update(**fields)


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
        lambda one: _break(one, at(13), at(14), from_start=False),
        "breaks",
        (Break(1, (Window(s(13), s(14)),), 1800),),
    ),
    "break from the start": (
        lambda one: _break(one, at(11), at(12), from_start=True),
        "breaks",
        (Break(1, (Window(3 * 3600, 4 * 3600),), 1800, from_start=True),),
    ),
    "absence within": (
        lambda one: _absence(one, 10, 11),
        "breaks",
        (Break(ABSENCE_IDS + 1, (Window(s(10), s(10)),), 3600, is_absence=True),),
    ),
    "absence at the start": (lambda one: _absence(one, 7, 9), "shift", Window(s(9), s(16))),
    "absence at the end": (lambda one: _absence(one, 15, 20), "shift", Window(s(8), s(15))),
    "technician": (lambda one: None, "technician", 1),
    "day": (lambda one: None, "day", DAY.toordinal()),
}


def _break(technician: Technician, earliest: datetime, latest: datetime, *, from_start: bool) -> None:
    shift = make_shift(technician)
    ShiftBreak.objects.create(
        pk=1, shift=shift, earliest_at=earliest, latest_at=latest, duration_s=1800, from_start=from_start
    )


def _absence(technician: Technician, first: int, last: int) -> None:
    Absence.objects.create(pk=1, technician=technician, starts_at=at(first), ends_at=at(last), kind="training")


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


# What is set on an appointment, the job's field, its value.
def on_appointment(**fields: Any) -> Callable[[Appointment], Any]:
    return lambda appointment: Appointment.objects.filter(pk=appointment.pk).update(**fields)


def needs(*skills: tuple[str, int, int]) -> Callable[[Appointment], Any]:
    return lambda appointment: [
        AppointmentSkill.objects.create(appointment=appointment, skill=make_skill(code), level=level, group=group)
        for code, level, group in skills
    ]


PROMISED = {"status": AppointmentStatus.CONFIRMED, "window_starts_at": at(9), "window_ends_at": at(11)}
JOB_RULES: dict[str, tuple[Callable[[Appointment], Any], str, Any]] = {
    "skills, all of": (needs(("fibre", 2, 0), ("gas", 1, 0)), "skills", {"fibre": 2, "gas": 1}),
    "skills, any of": (
        needs(("fibre", 2, 1), ("gas", 1, 1), ("radio", 3, 2)),
        "any_skills",
        ({"fibre": 2, "gas": 1}, {"radio": 3}),
    ),
    "not before": (on_appointment(earliest_at=at(10)), "earliest", s(10)),
    "due": (on_appointment(due_at=at(12)), "due", s(12)),
    "overdue": (on_appointment(due_at=EVENING_BEFORE), "due", None),
    "late after": (on_appointment(sla_at=at(12)), "sla", s(12)),
    "risk": (on_appointment(risk=70), "risk", 70),
    "priority": (on_appointment(priority=8), "priority", 8),
    "price by priority": (on_appointment(priority=8), "unserved_cost", BALANCED.unserved_price(8, 0)),
    "price by age": (
        on_appointment(created_at=EVENING_BEFORE - timedelta(days=3)),
        "unserved_cost",
        BALANCED.unserved_price(2, 3),
    ),
    "price of a promise": (on_appointment(**PROMISED), "unserved_cost", PROMISED_PRICE_S),
    "promise": (on_appointment(**PROMISED), "promise", Window(s(9), s(11))),
    "no promise": (on_appointment(), "promise", None),
    "pinned hour": (on_appointment(pinned_start_at=at(10)), "pinned_start", s(10)),
    "wishes": (
        lambda one: [
            AppointmentWindow.objects.create(appointment=one, starts_at=at(first), ends_at=at(first + 1))
            for first in (9, 14)
        ],
        "windows",
        (Window(s(9), s(10)), Window(s(14), s(15))),
    ),
    "no wish": (on_appointment(), "windows", ALWAYS),
    "opening": (
        lambda one: AppointmentHours.objects.create(
            appointment=one, weekday=DAY.weekday(), opens=time(9), closes=time(13)
        ),
        "opening",
        (Window(s(9), s(13)),),
    ),
    "closed": (
        lambda one: AppointmentHours.objects.create(
            appointment=one, weekday=(DAY.weekday() + 3) % 7, opens=time(9), closes=time(13)
        ),
        "opening",
        NEVER,
    ),
    "always open": (on_appointment(), "opening", ALWAYS),
    "brought": (
        lambda one: AppointmentLoad.objects.create(appointment=one, unit=unit("kg"), delivery=7, pickup=3),
        "delivery",
        (7,),
    ),
    "taken along": (
        lambda one: AppointmentLoad.objects.create(appointment=one, unit=unit("kg"), delivery=7, pickup=3),
        "pickup",
        (3,),
    ),
    "setup": (on_appointment(setup_s=600), "setup_s", 600),
}


@pytest.mark.parametrize(("setting", "field", "expected"), JOB_RULES.values(), ids=JOB_RULES)
def test_rule_of_an_appointment(setting: Callable[[Appointment], Any], field: str, expected: Any) -> None:
    make_route(technician_of())
    appointment = make_appointment()
    Appointment.objects.update(created_at=EVENING_BEFORE)
    setting(appointment)
    assert getattr(look(appointment).problem.job(appointment.pk), field) == expected


@pytest.mark.parametrize(
    ("kind", "field"),
    [("required", "allowed_workers"), ("excluded", "excluded_workers"), ("preferred", "preferred_workers")],
)
def test_technicians_asked_for(kind: str, field: str) -> None:
    ana, luis = make_route(technician_of()), make_route(technician_of("Luis Gil"))
    appointment = make_appointment()
    AppointmentTechnician.objects.create(appointment=appointment, technician=luis.shift.technician, kind=kind)
    job = look(appointment).problem.job(appointment.pk)
    others = {"allowed_workers": None, "excluded_workers": frozenset(), "preferred_workers": frozenset()}
    assert {name: getattr(job, name) for name in others} == others | {field: frozenset({luis.shift_id})}
    assert ana.shift_id not in getattr(job, field)


def test_a_pin_is_told_from_a_required_technician() -> None:
    route = make_route(technician_of())
    appointment = make_appointment()
    on_appointment(pinned_technician=route.shift.technician)(appointment)
    job = look(appointment).problem.job(appointment.pk)
    assert (job.pinned_workers, job.allowed_workers) == (frozenset({route.shift_id}), None)


def test_a_promise_that_may_break_leaves_the_other_rules() -> None:
    make_route(technician_of())
    appointment = make_appointment(wishes=[(at(9), at(12))], hours=[(DAY.weekday(), time(9), time(14))])
    on_appointment(**PROMISED)(appointment)
    job = look(appointment, may_break=[appointment.pk]).problem.job(appointment.pk)
    assert (job.promise, job.begins, job.unserved_cost) == (None, (Window(s(9), s(12)),), PROMISED_PRICE_S)


def place(appointment: Appointment, route: Route, hour: int = 9) -> Stop:
    return Stop.objects.create(
        route=route,
        technician=route.shift.technician,
        appointment=appointment,
        sequence=hour,
        arrival_at=at(hour),
        starts_at=at(hour),
        ends_at=at(hour + 1),
        travel_s=900,
    )


def work_off(appointment: Appointment, route: Route, hour: int = 9) -> Stop:
    stop = place(appointment, route, hour)
    stop.status, stop.started_at, stop.finished_at = StopStatus.FINISHED, stop.starts_at, stop.ends_at
    stop.save()
    return stop


@pytest.mark.parametrize(("months", "known"), [(12, True), (0, False)])
def test_who_finished_a_visit_there_knows_the_site(months: int, known: bool) -> None:
    PlanningSettings.current().save()
    PlanningSettings.objects.update(continuity_months=months)
    site: Place = make_place(40.05)
    ana, luis = make_route(technician_of()), make_route(technician_of("Luis Gil"))
    work_off(make_appointment(place=site), ana)
    appointment = make_appointment(place=site)
    job = look(appointment, at(12)).problem.job(appointment.pk)
    assert job.known_workers == (frozenset({ana.shift_id}) if known else frozenset())
    assert luis.shift_id not in job.known_workers


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


def test_what_is_published_is_what_changes_are_counted_from() -> None:
    route = make_route(technician_of())
    appointment = make_appointment()
    place(appointment, route, 10)
    unpublished = look(appointment).problem.job(appointment.pk).before
    Route.objects.update(published_at=EVENING_BEFORE)
    published = look(appointment).problem.job(appointment.pk).before
    assert (unpublished, published) == (None, Placement(route.shift.technician_id, DAY.toordinal(), s(10)))


@pytest.mark.parametrize(("freeze_s", "frozen"), [(None, 1), (0, 0), (7200, 2)])
def test_the_freeze_window(freeze_s: int | None, frozen: int) -> None:
    PlanningSettings.current().save()
    PlanningSettings.objects.update(freeze_s=1800)
    route = make_route(technician_of())
    stops = [make_appointment() for _ in range(3)]
    for hour, appointment in zip((9, 10, 12), stops, strict=True):
        place(appointment, route, hour)
    found = load_situation(dates=[DAY], now=at(8, 45), freeze_s=freeze_s)
    assert found.problem.workers[0].frozen == tuple(one.pk for one in stops[:frozen])


def test_the_ledger_is_shared_among_the_shifts_of_the_horizon() -> None:
    ana, luis, new = technician_of(), technician_of("Luis Gil"), technician_of("Eva Ruiz")
    monday = DAY - timedelta(days=DAY.weekday())
    for weeks in (1, 4):
        week = monday - timedelta(weeks=weeks)
        WorkLedger.objects.create(technician=ana, week_start=week, worked_s=6_000, driven_s=1_000)
        WorkLedger.objects.create(technician=luis, week_start=week, worked_s=4_000, driven_s=1_000)
    WorkLedger.objects.create(technician=luis, week_start=monday - timedelta(weeks=5), worked_s=99_000)
    dates = [DAY, DAY + timedelta(days=1)]
    for technician in (ana, luis, new):
        for day in dates:
            make_shift(technician, day)
    found = look(make_appointment(), dates=dates)
    assert {worker.technician: worker.ledger_s for worker in found.problem.workers} == {
        ana.pk: 1_000,
        luis.pk: -1_000,
        new.pk: 0,
    }


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
    _break(technician, at(11), at(12), from_start=True)
    _absence(technician, 7, 9)
    worker: Worker = look(make_appointment()).problem.workers[0]
    assert worker.clock_breaks == (Break(1, (Window(s(12), s(13)),), 1800),)


def test_an_absence_under_way_is_waited_for() -> None:
    technician = technician_of()
    make_route(technician)
    _absence(technician, 10, 12)
    worker: Worker = look(make_appointment(), at(11)).problem.workers[0]
    assert (worker.ready_at, worker.breaks) == (s(12), ())


def test_weights_of_the_settings_or_the_ones_asked_for() -> None:
    appointment = make_appointment()
    make_route(technician_of())
    given = look(appointment, weights=PLAIN).problem.weights
    usual = look(appointment).problem.weights
    customers = WeightSet.objects.get(code="customer_first")
    PlanningSettings.objects.update(weight_set=customers)
    chosen = look(appointment).problem.weights
    WeightSet.objects.update(travel=77)
    changed = look(appointment).problem.weights.travel
    assert (given, usual, chosen, changed) == (PLAIN, BALANCED, CUSTOMER_FIRST, 77)


def test_speeds_by_the_hour_and_weekday() -> None:
    make_route(technician_of())
    settings = PlanningSettings.current()
    for weekday, hour, percent in ((None, 7, 60), (None, 9, 100), ((DAY.weekday() + 1) % 7, 8, 50)):
        SpeedStep.objects.create(settings=settings, weekday=weekday, starts=time(hour), percent=percent)
    before, after = DAY - timedelta(days=1), DAY + timedelta(days=1)
    assert look(make_appointment()).problem.travel["car"].speeds == (
        Speed(s(7, day=before), 60),
        Speed(s(9, day=before), 100),
        Speed(s(7), 60),
        Speed(s(9), 100),
        Speed(s(8, day=after), 50),
    )


def test_travel_of_each_profile() -> None:
    for profile in ("car", "van", "bicycle", "foot"):
        one = technician_of(profile.title() + " Sanz")
        on_technician(travel_profile=profile)(one)
        make_route(one)
    found = look(make_appointment(place=make_place(40.1)))
    travel = found.problem.travel
    metres = int(found.table.distances_m.max())
    longest = {name: int(table.durations_s.max()) for name, table in travel.items()}
    assert longest == {
        "car": longest["car"],
        "van": -(-longest["car"] * 11 // 10),
        "bicycle": -(-metres * 3600 // 15_000),
        "foot": -(-metres * 3600 // 5_000),
    }


def test_several_days_are_one_problem() -> None:
    technician = technician_of()
    dates = [DAY, DAY + timedelta(days=1)]
    shifts = [make_shift(technician, day).pk for day in dates]
    job: Job | None = look(appointment := make_appointment(), dates=dates).problem.find_job(appointment.pk)
    found = look(appointment, dates=dates)
    assert job is not None
    assert [(worker.id, worker.technician) for worker in found.problem.workers] == [
        (shift, technician.pk) for shift in shifts
    ]
