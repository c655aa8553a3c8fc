"""The forms of master data: what is written there is what the planner gets."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from maps.models import Territory
from scheduling.core.problem import Break, Speed, Window
from scheduling.core.weights import BALANCED
from scheduling.models import (
    LoadUnit,
    PlanningSettings,
    Route,
    Shift,
    ShiftPattern,
    SpeedStep,
    Technician,
    User,
    WeightSet,
)
from scheduling.planning import load_situation
from scheduling.services.shifts import make_coming_shifts
from tests.make import DAY, EVENING_BEFORE, ZONE, at, make_appointment, make_place, make_skill, make_technician

pytestmark = pytest.mark.django_db
ADMIN = "/admin/scheduling"
INLINES = ("skills", "areas", "capacities", "shift_patterns", "absences")


@pytest.fixture
def root(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root", language="en"))
    return client


def rows(prefix: str, *given: dict[str, Any]) -> dict[str, Any]:
    """An inline formset of new rows."""
    values: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(given):
        values |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return values


def send(client: Client, path: str, values: dict[str, Any]) -> None:
    page = client.post(f"{ADMIN}/{path}", values)
    errors = page.context["errors"] if page.status_code == 200 else []
    assert (page.status_code, list(errors)) == (302, [])


def person(**fields: Any) -> dict[str, Any]:
    employer = make_technician("Someone Else").employer
    return {
        "name": "Ana Sanz",
        "initials": "AS",
        "colour": 3,
        "employer": employer.pk,
        "home": make_place().pk,
        "travel_profile": "car",
        "speed_factor": "1.0",
        "max_overtime_s": 3600,
        "planned_overtime_s": 0,
        "active": "on",
    } | fields


def test_a_technician_with_every_rule(root: Client) -> None:
    square = [[-3.5, 39.5], [-2.5, 39.5], [-2.5, 40.5], [-3.5, 40.5], [-3.5, 39.5]]
    territory = Territory.objects.create(name="North", polygon={"type": "Polygon", "coordinates": [square]})
    unit = LoadUnit.objects.create(code="kg", name="Kilograms")
    day = timezone.localdate() + timedelta(days=2)
    values = person(
        travel_profile="van",
        speed_factor="1.2",
        max_visits=5,
        max_work_s=20_000,
        max_travel_s=9_000,
        max_leg_s=3_000,
        planned_overtime_s=900,
        overtime_rate="25.50",
    )
    values |= rows("skills", {"skill": make_skill("fibre").pk, "level": 3, "valid_until": day})
    values |= rows("areas", {"territory": territory.pk, "kind": "forbidden"})
    values |= rows("capacities", {"unit": unit.pk, "amount": 250})
    pattern = {"weekday": day.weekday(), "starts": "08:00", "ends": "16:00", "zone": ZONE}
    values |= rows("shift_patterns", pattern) | rows("absences")

    send(root, "technician/add/", values)

    technician = Technician.objects.get(name="Ana Sanz")
    now = timezone.now()
    worker = load_situation(dates=[day], now=now, also=[make_appointment()]).problem.workers[-1]
    assert (worker.technician, worker.profile, worker.speed_factor) == (technician.pk, "van", 1.2)
    assert (worker.max_jobs, worker.max_work_s, worker.max_travel_s, worker.max_leg_s) == (5, 20_000, 9_000, 3_000)
    assert (worker.overtime_s, str(technician.overtime_rate)) == (900, "25.50")
    assert (worker.skills, list(worker.expires)) == ({"fibre": 3}, ["fibre"])
    assert worker.forbidden_areas == {territory.pk}
    assert list(technician.capacities.values_list("unit", "amount")) == [(unit.pk, 250)]


def test_planned_overtime_stays_within_the_most(root: Client) -> None:
    values = person(max_overtime_s=600, planned_overtime_s=900)
    for prefix in INLINES:
        values |= rows(prefix)
    page = root.post(f"{ADMIN}/technician/add/", values)
    assert list(page.context["errors"]) == [["The planner may not use more overtime than the most overtime a shift."]]


def test_breaks_of_a_weekly_shift_reach_shifts_that_stand(root: Client) -> None:
    technician = make_technician(hours=(8, 16))
    make_coming_shifts(today=timezone.localdate())
    shift = Shift.objects.filter(technician=technician, date__gt=timezone.localdate()).order_by("date")[0]
    pattern = ShiftPattern.objects.get(technician=technician, weekday=shift.date.weekday())
    values = {"technician": technician.pk, "weekday": pattern.weekday, "starts": "08:00", "ends": "16:00", "zone": ZONE}
    values |= rows(
        "breaks",
        {"earliest": "13:00", "latest": "14:00", "minutes": 30},
        {"earliest": "02:00", "latest": "03:00", "minutes": 15, "from_start": "on"},
    )

    send(root, f"shiftpattern/{pattern.pk}/change/", values)

    found = load_situation(dates=[shift.date], now=timezone.now())
    (worker,) = found.problem.workers
    starts = [found.seconds(at(hour, day=shift.date)) for hour in (13, 14)]
    assert [(one.windows, one.duration_s, one.from_start) for one in worker.breaks] == [
        ((Window(7_200, 10_800),), 900, True),
        ((Window(*starts),), 1_800, False),
    ]


@pytest.mark.parametrize(
    "pause",
    [
        {"earliest": "15:45", "latest": "17:00", "minutes": 30},
        {"earliest": "06:00", "latest": "07:30", "minutes": 30},
        {"earliest": "07:45", "latest": "07:50", "minutes": 30, "from_start": "on"},
    ],
)
def test_a_break_that_a_weekly_shift_has_no_room_for_is_refused(root: Client, pause: dict[str, Any]) -> None:
    technician = make_technician(hours=(8, 16), weekdays=[0])
    pattern = ShiftPattern.objects.get()
    values = {"technician": technician.pk, "weekday": 0, "starts": "08:00", "ends": "16:00", "zone": ZONE}
    page = root.post(f"{ADMIN}/shiftpattern/{pattern.pk}/change/", values | rows("breaks", pause))
    assert list(page.context["errors"]) == [["The break can't begin and end within the shift."]]


@pytest.mark.parametrize(("first", "last"), [("13:45", "15:00"), ("08:00", "09:00")])
def test_a_break_that_a_shift_by_hand_has_no_room_for_is_refused(root: Client, first: str, last: str) -> None:
    technician = make_technician(weekdays=())
    values = {"technician": technician.pk, "zone": ZONE, "start_place": make_place().pk}
    values |= {"starts_at_0": str(DAY), "starts_at_1": "10:00", "ends_at_0": str(DAY), "ends_at_1": "14:00"}
    pause = {"earliest_at_0": str(DAY), "earliest_at_1": first, "latest_at_0": str(DAY), "latest_at_1": last}
    page = root.post(f"{ADMIN}/shift/add/", values | rows("breaks", pause | {"duration_s": 1800}))
    assert list(page.context["errors"]) == [["The break can't begin and end within the shift."]]


def test_a_shift_by_hand_has_a_route_and_outlives_the_patterns(root: Client) -> None:
    technician = make_technician(weekdays=())
    start, end = make_place(40.1), make_place(40.2)
    values = {"technician": technician.pk, "zone": ZONE, "start_place": start.pk, "end_place": end.pk}
    values |= {"starts_at_0": str(DAY), "starts_at_1": "10:00", "ends_at_0": str(DAY), "ends_at_1": "14:00"}
    pause = {"earliest_at_0": str(DAY), "earliest_at_1": "12:00", "latest_at_0": str(DAY), "latest_at_1": "12:30"}

    send(root, "shift/add/", values | rows("breaks", pause | {"duration_s": 600}))
    make_coming_shifts(today=DAY)

    shift = Shift.objects.get(technician=technician)
    found = load_situation(dates=[DAY], now=EVENING_BEFORE)
    worker = found.problem.worker(shift.pk)
    assert (shift.date, found.instant(worker.shift.start), found.instant(worker.shift.end)) == (DAY, at(10), at(14))
    assert (worker.start, worker.end) == (found.rows[start.pk], found.rows[end.pk])
    pause_id = shift.breaks.get().pk
    assert worker.breaks == (Break(pause_id, (Window(found.seconds(at(12)), found.seconds(at(12, 30))),), 600),)

    send(root, f"shift/{shift.pk}/change/", {"start_place": end.pk, "end_place": ""} | _kept(pause_id))
    shift.refresh_from_db()
    assert (shift.start_place, shift.end_place, Route.objects.get().version) == (end, None, 2)


def _kept(pause: int) -> dict[str, Any]:
    return {
        "breaks-TOTAL_FORMS": 1,
        "breaks-INITIAL_FORMS": 1,
        "breaks-0-id": pause,
        "breaks-0-shift": Shift.objects.get().pk,
        "breaks-0-earliest_at_0": str(DAY),
        "breaks-0-earliest_at_1": "12:00",
        "breaks-0-latest_at_0": str(DAY),
        "breaks-0-latest_at_1": "12:30",
        "breaks-0-duration_s": 600,
    }


@pytest.mark.parametrize(
    ("first", "last", "zone", "error"),
    [
        ("14:00", "10:00", ZONE, "A shift ends after it starts."),
        ("10:00", "14:00", "Mars/Olympus", "There is no such time zone."),
        ("10:00", "14:00", "../etc", "There is no such time zone."),
        ("15:00", "18:00", ZONE, "The technician has another shift at that time."),
    ],
)
def test_a_shift_that_can_not_be(root: Client, first: str, last: str, zone: str, error: str) -> None:
    technician = make_technician(weekdays=())
    Shift.objects.create(technician=technician, date=DAY, zone=ZONE, starts_at=at(16), ends_at=at(20))
    values = {"technician": technician.pk, "zone": zone, "starts_at_0": str(DAY), "starts_at_1": first}
    values |= {"ends_at_0": str(DAY), "ends_at_1": last} | rows("breaks")
    page = root.post(f"{ADMIN}/shift/add/", values)
    assert ([list(one) for one in page.context["errors"]], Shift.objects.count()) == ([[error]], 1)


def test_weights_and_settings(root: Client) -> None:
    balanced = WeightSet.objects.get(code="balanced")
    fields = {name: getattr(BALANCED, name) for name in BALANCED.__dataclass_fields__}
    send(root, "weightset/add/", fields | {"code": "mine", "name": "Mine", "travel": 55})
    mine = WeightSet.objects.get(code="mine")
    assert mine.weights() == type(BALANCED)(**(fields | {"travel": 55}))

    settings = {"weight_set": mine.pk, "freeze_s": 1800, "continuity_months": 6, "currency": "EUR"}
    steps = rows("speed_steps", {"weekday": "", "starts": "08:00", "percent": 70})
    send(root, "planningsettings/1/change/", settings | steps)

    make_coming_shifts(today=DAY, technicians=[make_technician()])
    found = load_situation(dates=[DAY], now=EVENING_BEFORE)
    assert found.problem.weights.travel == 55
    assert Speed(found.seconds(at(8)), 70) in found.problem.travel["car"].speeds
    assert PlanningSettings.current().freeze_s == 1800
    assert root.get(f"{ADMIN}/planningsettings/add/").status_code == 403
    assert root.post(f"{ADMIN}/weightset/{mine.pk}/delete/", {"post": "yes"}).status_code == 200
    assert WeightSet.objects.filter(pk=balanced.pk).exists()
    assert WeightSet.objects.filter(pk=mine.pk).exists()


def test_a_weight_that_is_not_possible_is_told_and_never_bent(root: Client) -> None:
    balanced = WeightSet.objects.get(code="balanced")
    fields = {name: getattr(BALANCED, name) for name in BALANCED.__dataclass_fields__}
    page = root.post(
        f"{ADMIN}/weightset/{balanced.pk}/change/", fields | {"code": "balanced", "name": "B", "travel": 10_000_001}
    )
    assert list(page.context["adminform"].form.errors) == ["travel"]
    balanced.refresh_from_db()
    assert balanced.travel == 100


def test_the_sets_that_come_with_it_are_called_in_the_readers_language(root: Client) -> None:
    WeightSet.objects.filter(code="emergency").update(name="Storm")
    assert [one.label for one in WeightSet.objects.order_by("pk")] == [
        "Equilibrado",
        "El cliente primero",
        "Menos viaje",
        "Storm",
    ]


def test_two_speeds_for_the_same_hour_are_refused(root: Client) -> None:
    settings = {"freeze_s": 0, "continuity_months": 6, "currency": "EUR"}
    step = {"weekday": "", "starts": "08:00", "percent": 70}
    page = root.post(f"{ADMIN}/planningsettings/1/change/", settings | rows("speed_steps", step, step))
    assert (page.status_code, SpeedStep.objects.count()) == (200, 0)


DISPATCHERS_WRITE = [
    f"{ADMIN}/{name}/add/"
    for name in ("technician", "shift", "shiftpattern", "weightset", "loadunit", "absence", "skill")
]
DISPATCHERS_WRITE += [f"{ADMIN}/planningsettings/1/change/", "/admin/maps/territory/add/"]
NOT_DISPATCHERS = [f"{ADMIN}/user/", f"{ADMIN}/workledger/add/", "/admin/maps/place/add/", "/admin/dispatch/customer/"]


def test_a_dispatcher_on_the_staff_writes_rules_and_no_accounts(client: Client) -> None:
    dispatcher = User.objects.create_user("dispatcher", language="en", is_staff=True)
    dispatcher.groups.add(Group.objects.get(name="dispatcher"))
    client.force_login(dispatcher)
    assert [client.get(path).status_code for path in DISPATCHERS_WRITE] == [200] * len(DISPATCHERS_WRITE)
    assert [client.get(path).status_code for path in NOT_DISPATCHERS] == [403] * len(NOT_DISPATCHERS)
    technician = make_technician()
    values = person(name="Ana Ruiz", user=dispatcher.pk)
    for prefix in INLINES:
        values |= rows(prefix)
    send(client, f"technician/{technician.pk}/change/", values)
    technician.refresh_from_db()
    assert (technician.name, technician.user) == ("Ana Ruiz", None)


@pytest.mark.parametrize("role", ["agent", "technician"])
def test_nobody_else_does_even_on_the_staff(client: Client, role: str) -> None:
    user = User.objects.create_user(role, language="en", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    assert [client.get(path).status_code for path in DISPATCHERS_WRITE] == [403] * len(DISPATCHERS_WRITE)
