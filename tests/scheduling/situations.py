"""What a dispatcher sets, and the situation that the core is then given."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from scheduling.enums import StopStatus
from scheduling.models import (
    Absence,
    Appointment,
    LoadUnit,
    Route,
    ShiftBreak,
    Stop,
    Technician,
)
from scheduling.planning import Situation, load_situation
from tests.make import DAY, EVENING_BEFORE, at, make_shift

MIDNIGHT = datetime.combine(DAY, time(), EVENING_BEFORE.tzinfo)


def s(hour: int, minute: int = 0, day: date = DAY) -> int:
    """The core's second of a local wall time."""
    return int((at(hour, minute, day) - MIDNIGHT).total_seconds())


def look(appointment: Appointment, now: datetime = EVENING_BEFORE, **options: Any) -> Situation:
    return load_situation(
        dates=options.pop("dates", [DAY]), now=now, also=[Appointment.objects.get(pk=appointment.pk)], **options
    )


def unit(code: str) -> LoadUnit:
    return LoadUnit.objects.get_or_create(code=code, defaults={"name": code})[0]


Setting = Callable[[Technician], Any]


def on_technician(**fields: Any) -> Setting:
    return lambda technician: Technician.objects.filter(pk=technician.pk).update(**fields)


def add_break(technician: Technician, earliest: datetime, latest: datetime, *, from_start: bool) -> None:
    shift = make_shift(technician)
    ShiftBreak.objects.create(
        pk=1, shift=shift, earliest_at=earliest, latest_at=latest, duration_s=1800, from_start=from_start
    )


def add_absence(technician: Technician, first: int, last: int) -> None:
    Absence.objects.create(pk=1, technician=technician, starts_at=at(first), ends_at=at(last), kind="training")


def on_appointment(**fields: Any) -> Callable[[Appointment], Any]:
    return lambda appointment: Appointment.objects.filter(pk=appointment.pk).update(**fields)


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
