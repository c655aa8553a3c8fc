"""Every rule of a visit, set where a dispatcher sets it, and the field of the core that it becomes."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from maps.models import Place
from scheduling.core.problem import ALWAYS, Placement, Window
from scheduling.core.values import NEVER
from scheduling.core.weights import BALANCED
from scheduling.enums import AppointmentStatus
from scheduling.models import (
    Appointment,
    AppointmentHours,
    AppointmentLoad,
    AppointmentSkill,
    AppointmentTechnician,
    AppointmentWindow,
    PlanningSettings,
    Route,
)
from scheduling.models.appointment import PROMISED_PRICE_S
from tests.make import DAY, EVENING_BEFORE, at, make_appointment, make_place, make_route, make_skill
from tests.make import make_technician as technician_of
from tests.scheduling.situations import (
    look,
    on_appointment,
    place,
    s,
    unit,
    work_off,
)

pytestmark = pytest.mark.django_db


def needs(*skills: tuple[str, int, int]) -> Callable[[Appointment], Any]:
    return lambda appointment: [
        AppointmentSkill.objects.create(appointment=appointment, skill=make_skill(code), level=level, group=group)
        for code, level, group in skills
    ]


PROMISED = {"status": AppointmentStatus.CONFIRMED, "window_starts_at": at(9), "window_ends_at": at(11)}
# What is set on an appointment, the job's field, its value.
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


def test_what_is_published_is_what_changes_are_counted_from() -> None:
    route = make_route(technician_of())
    appointment = make_appointment()
    place(appointment, route, 10)
    unpublished = look(appointment).problem.job(appointment.pk).before
    Route.objects.update(published_at=EVENING_BEFORE)
    published = look(appointment).problem.job(appointment.pk).before
    assert (unpublished, published) == (None, Placement(route.shift.technician_id, DAY.toordinal(), s(10)))
