"""What binds a technician's shifts, read and written as one value: hours, skills, areas, limits, the van.

What is planned already stays where it is: facts are not refused. ``list_conflicts`` says what no longer fits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet

from scheduling.core.check import check_route
from scheduling.enums import STOP_FREE
from scheduling.errors import BrokenRule
from scheduling.models import (
    Absence,
    BreakRule,
    Route,
    Shift,
    ShiftPattern,
    Stop,
    Technician,
    TechnicianCapacity,
    TechnicianSkill,
    TechnicianTerritory,
)
from scheduling.planning import load_situation
from scheduling.services.fingerprints import check_seen, fingerprint_of
from scheduling.services.routes import raise_versions
from scheduling.services.shifts import make_coming_shifts
from scheduling.services.words import describe


class HeldSkill(NamedTuple):
    skill_id: int
    level: int
    valid_until: date | None = None


class Area(NamedTuple):
    territory_id: int
    kind: str


class Room(NamedTuple):
    """How much of a unit the van holds."""

    unit_id: int
    amount: int


class Away(NamedTuple):
    starts_at: datetime
    ends_at: datetime
    kind: str
    note: str = ""


class WeeklyShift(NamedTuple):
    weekday: int
    starts: time
    ends: time
    valid_from: date | None = None
    valid_until: date | None = None

    def holds(self, rest: "Rest") -> bool:
        """Whether the rest belongs to this shift: of its day, and beginning within it unless counted from its start."""
        if rest.weekday not in (None, self.weekday):
            return False
        return rest.from_start or self.starts <= rest.earliest < self.ends


class Rest(NamedTuple):
    """``weekday`` None: in every shift. With ``from_start`` the times are hours and minutes after its start."""

    weekday: int | None
    earliest: time
    latest: time
    from_start: bool
    minutes: int


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds; None is no limit. Travel times are divided by ``speed_factor``. ``overtime_rate`` is for an hour."""

    travel_profile: str
    speed_factor: float
    max_visits: int | None
    max_work_s: int | None
    max_travel_s: int | None
    max_leg_s: int | None
    max_overtime_s: int
    planned_overtime_s: int
    overtime_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TechnicianRules:
    limits: Limits
    skills: frozenset[HeldSkill]
    areas: frozenset[Area]
    rooms: frozenset[Room]
    away: frozenset[Away]
    week: frozenset[WeeklyShift]
    rests: frozenset[Rest]

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self)


def read_technician_rules(technician: Technician) -> TechnicianRules:
    patterns = list(technician.shift_patterns.prefetch_related("breaks"))
    return TechnicianRules(
        limits=Limits(**{name: getattr(technician, name) for name in Limits.__dataclass_fields__}),
        skills=_read(HeldSkill, technician.skills.all()),
        areas=_read(Area, technician.areas.all()),
        rooms=_read(Room, technician.capacities.all()),
        away=_read(Away, technician.absences.all()),
        week=_read(WeeklyShift, patterns),
        rests=frozenset(_read_rests(patterns)),
    )


def _read[R](kind: type[R], rows: Iterable[Model]) -> frozenset[R]:
    names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
    return frozenset(kind(*(getattr(row, name) for name in names)) for row in rows)


def _read_rests(patterns: list[ShiftPattern]) -> Iterable[Rest]:
    """One that all shifts have is said once."""
    found: dict[Rest, set[int]] = {}
    for pattern in patterns:
        for rule in pattern.breaks.all():
            rest = Rest(None, rule.earliest, rule.latest, rule.from_start, rule.minutes)
            found.setdefault(rest, set()).add(pattern.pk)
    for rest, has in found.items():
        if has >= {pattern.pk for pattern in patterns if _as_shift(pattern).holds(rest)}:
            yield rest
        else:
            yield from {rest._replace(weekday=pattern.weekday) for pattern in patterns if pattern.pk in has}


def _as_shift(pattern: ShiftPattern) -> WeeklyShift:
    return next(iter(_read(WeeklyShift, [pattern])))


@transaction.atomic
def set_technician_rules(*, technician_id: int, rules: TechnicianRules, today: date, seen: str = "") -> Technician:
    """Replaces all of them. Coming shifts on which nothing was placed follow; whoever is computing with one that has
    stops looks again.

    ``seen`` is the fingerprint of those that the writer looked at. Raises ``Refused`` when they have changed since.
    """
    technician = Technician.objects.select_for_update().get(pk=technician_id)
    before = read_technician_rules(technician)
    check_seen(seen, before.fingerprint)
    if before == rules:
        return technician
    for name in Limits.__dataclass_fields__:
        setattr(technician, name, getattr(rules.limits, name))
    technician.save(update_fields=list(Limits.__dataclass_fields__))
    _replace(TechnicianSkill.objects.filter(technician=technician), technician, before.skills, rules.skills)
    _replace(TechnicianTerritory.objects.filter(technician=technician), technician, before.areas, rules.areas)
    _replace(TechnicianCapacity.objects.filter(technician=technician), technician, before.rooms, rules.rooms)
    _replace(Absence.objects.filter(technician=technician), technician, before.away, rules.away)
    if (before.week, before.rests) != (rules.week, rules.rests):
        _write_week(technician, rules)
        untouched = Shift.objects.filter(technician=technician, is_regular=True, date__gte=today)
        untouched.filter(route__stops=None, route__version=1).delete()
        make_coming_shifts(today=today, technicians=[technician])
    used = Route.objects.filter(shift__technician=technician, shift__date__gte=today, stops__is_current=True)
    raise_versions(dict(used.values_list("pk", "version")), check_versions=False)
    return technician


def _replace(
    rows: QuerySet[Any], technician: Technician, before: frozenset[tuple[Any, ...]], after: frozenset[tuple[Any, ...]]
) -> None:
    """Only what changed: a row keeps its key as long as it stays."""
    for gone in before - after:
        rows.filter(**_named(gone)).delete()
    rows.model._default_manager.bulk_create(
        rows.model(technician=technician, **_named(new)) for new in sorted(after - before, key=repr)
    )


def _named(row: tuple[Any, ...]) -> Mapping[str, Any]:
    named: Mapping[str, Any] = row._asdict()  # type: ignore[attr-defined]
    return named


def _write_week(technician: Technician, rules: TechnicianRules) -> None:
    standing = {_as_shift(pattern): pattern for pattern in technician.shift_patterns.all()}
    zone = next((pattern.zone for pattern in standing.values()), settings.TIME_ZONE)
    for shift in standing.keys() - rules.week:
        standing.pop(shift).delete()
    for shift in sorted(rules.week - standing.keys(), key=repr):
        standing[shift] = ShiftPattern.objects.create(technician=technician, zone=zone, **shift._asdict())
    BreakRule.objects.filter(pattern__technician=technician).delete()
    BreakRule.objects.bulk_create(
        BreakRule(
            pattern=pattern,
            earliest=rest.earliest,
            latest=rest.latest,
            from_start=rest.from_start,
            minutes=rest.minutes,
        )
        for shift, pattern in standing.items()
        for rest in sorted(rules.rests, key=repr)
        if shift.holds(rest)
    )


def list_conflicts(*, technician_id: int, now: datetime) -> list[BrokenRule]:
    """What the technician's coming routes break by the rules of now, each once."""
    coming = Stop.objects.filter(
        technician=technician_id, is_current=True, status__in=STOP_FREE, ends_at__gt=now
    ).values_list("route__shift__date", flat=True)
    told: dict[BrokenRule, None] = {}
    for day in sorted(set(coming)):
        situation = load_situation(dates=[day], now=now)
        for route in situation.present.routes:
            if situation.lane(route.worker).shift.technician_id == technician_id:
                told |= {describe(one, situation): None for one in check_route(situation.problem, route)}
    return list(told)
