"""Small worlds for tests, made through the services. Distances: 0.01 degrees of latitude are about 1.1 km."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maps.models import Place
from scheduling.models import (
    Appointment,
    BreakRule,
    Employer,
    Route,
    Shift,
    ShiftPattern,
    Skill,
    SlotOffer,
    Technician,
    TechnicianSkill,
    User,
)
from scheduling.planning import at_wall_time
from scheduling.services.appointments import request_appointment
from scheduling.services.shifts import make_shifts

ZONE = "Europe/Madrid"
DAY = date(2026, 11, 26)
EVENING_BEFORE = datetime(2026, 11, 25, 18, tzinfo=UTC)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """The instant of a local wall time on the test's day."""
    return at_wall_time(day, time(hour, minute), ZoneInfo(ZONE))


def make_place(latitude: float = 40.0, longitude: float = -3.0, line1: str = "Calle Mayor 1") -> Place:
    return Place.objects.create(
        line1=line1, city="Prueba", latitude=latitude, longitude=longitude, quality="rooftop", provider="test"
    )


def make_skill(code: str) -> Skill:
    return Skill.objects.get_or_create(code=code, defaults={"name": code})[0]


def make_technician(
    name: str = "Ana Sanz",
    *,
    skills: Sequence[tuple[str, int]] = (),
    home: Place | None = None,
    hours: tuple[int, int] = (8, 16),
    lunch: bool = False,
    user: User | None = None,
    weekdays: Sequence[int] = range(7),
) -> Technician:
    technician = Technician.objects.create(
        name=name,
        initials="".join(part[0] for part in name.split())[:3],
        employer=Employer.objects.get_or_create(name="Own")[0],
        home=home or make_place(),
        user=user,
    )
    for code, level in skills:
        TechnicianSkill.objects.create(technician=technician, skill=make_skill(code), level=level)
    for weekday in weekdays:
        pattern = ShiftPattern.objects.create(
            technician=technician, weekday=weekday, starts=time(hours[0]), ends=time(hours[1]), zone=ZONE
        )
        if lunch:
            BreakRule.objects.create(pattern=pattern, earliest=time(13), latest=time(15), minutes=45)
    return technician


def make_shift(technician: Technician, day: date = DAY) -> Shift:
    make_shifts(first=day, last=day, technicians=[technician])
    return Shift.objects.get(technician=technician, date=day)


def make_route(technician: Technician, day: date = DAY) -> Route:
    return make_shift(technician, day).route


def make_appointment(
    *,
    place: Place | None = None,
    minutes: int = 60,
    skills: Sequence[tuple[str, int]] = (),
    priority: int = 2,
    wishes: Sequence[tuple[datetime, datetime]] = (),
    hours: Sequence[tuple[int, time, time]] = (),
    due_at: datetime | None = None,
    arrival_window_minutes: int = 120,
    now: datetime = EVENING_BEFORE,
) -> Appointment:
    return request_appointment(
        place=place or make_place(),
        zone=ZONE,
        duration_s=minutes * 60,
        arrival_window_s=arrival_window_minutes * 60,
        priority=priority,
        skills=[(make_skill(code), level) for code, level in skills],
        wishes=wishes,
        hours=hours,
        due_at=due_at,
        actor=None,
        now=now,
    )


def make_offer(
    appointment: Appointment, starts_at: datetime, hours: float = 2, now: datetime = EVENING_BEFORE
) -> SlotOffer:
    return SlotOffer.objects.create(
        appointment=appointment,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        added_travel_s=0,
        created_at=now,
    )
