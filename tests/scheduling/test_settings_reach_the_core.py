"""What is set for every technician and visit at once, and what the core makes of it."""

from datetime import time, timedelta

import pytest

from scheduling.core.problem import Job, Speed
from scheduling.core.weights import BALANCED, CUSTOMER_FIRST, PLAIN
from scheduling.models import (
    PlanningSettings,
    SpeedStep,
    WeightSet,
    WorkLedger,
)
from scheduling.planning import load_situation
from tests.make import DAY, at, make_appointment, make_place, make_route, make_shift
from tests.make import make_technician as technician_of
from tests.scheduling.situations import look, on_technician, place, s

pytestmark = pytest.mark.django_db


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
