"""Weekly patterns become shifts, each with its current route."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F

from scheduling.models import BreakRule, Route, Shift, ShiftBreak, ShiftPattern, Technician
from scheduling.planning import at_wall_time


@transaction.atomic
def make_shifts(*, first: date, last: date, technicians: Iterable[Technician] | None = None) -> int:
    """Makes the shifts that are missing between two dates, both included; says how many. May run twice.

    A regular shift on which nothing was ever placed follows a changed pattern; any other stays as it is, and no shift
    is made that would overlap it.
    """
    patterns = ShiftPattern.objects.filter(technician__active=True).select_related("technician")
    patterns = patterns.prefetch_related("breaks").order_by("pk")
    standing = Shift.objects.filter(date__range=(first, last))
    if technicians is not None:
        patterns = patterns.filter(technician__in=technicians)
        standing = standing.filter(technician__in=technicians)
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    wanted = {
        (shift.technician_id, shift.starts_at): (shift, pattern)
        for day in days
        for pattern in patterns
        if (shift := _shift(pattern, day)) is not None
    }
    for shift in standing.filter(is_regular=True, route__stops=None, route__version=1).prefetch_related("breaks"):
        fitting = wanted.get((shift.technician_id, shift.starts_at))
        if fitting is None or not _is_same(*fitting, shift):
            shift.delete()
    kept = list(standing.values_list("technician_id", "starts_at", "ends_at"))
    made = [(shift, pattern) for shift, pattern in wanted.values() if not _overlaps(shift, kept)]
    shifts = [shift for shift, _ in made]
    Shift.objects.bulk_create(shifts)
    ShiftBreak.objects.bulk_create(
        _break(shift, rule, pattern) for shift, pattern in made for rule in pattern.breaks.all()
    )
    Route.objects.bulk_create([Route(shift=shift) for shift in shifts])
    return len(shifts)


def make_coming_shifts(*, today: date, technicians: Iterable[Technician] | None = None) -> int:
    """From today to a week past the horizon in which slots are offered."""
    last = today + timedelta(days=settings.SLOT_HORIZON_DAYS + 7)
    return make_shifts(first=today, last=last, technicians=technicians)


@transaction.atomic
def keep_shift(*, shift: Shift) -> Route:
    """After a shift was made or changed by hand: it has its current route, whose writers notice the change, and follows
    no pattern."""
    Shift.objects.filter(pk=shift.pk).update(is_regular=False)
    route, made = Route.objects.get_or_create(shift=shift)
    if not made:
        Route.objects.filter(pk=route.pk).update(version=F("version") + 1)
    return route


def _overlaps(shift: Shift, kept: Iterable[tuple[int, datetime, datetime]]) -> bool:
    return any(
        technician == shift.technician_id and starts_at < shift.ends_at and ends_at > shift.starts_at
        for technician, starts_at, ends_at in kept
    )


def _is_same(wanted: Shift, pattern: ShiftPattern, standing: Shift) -> bool:
    fields = ("zone", "ends_at", "start_place_id", "end_place_id")
    breaks = [_break(wanted, rule, pattern) for rule in pattern.breaks.all()]
    return all(getattr(wanted, field) == getattr(standing, field) for field in fields) and (
        sorted(map(_hours, breaks)) == sorted(map(_hours, standing.breaks.all()))
    )


def _hours(pause: ShiftBreak) -> tuple[datetime, datetime, int, bool]:
    return pause.earliest_at, pause.latest_at, pause.duration_s, pause.from_start


def _shift(pattern: ShiftPattern, day: date) -> Shift | None:
    if pattern.weekday != day.weekday():
        return None
    if (pattern.valid_from and day < pattern.valid_from) or (pattern.valid_until and day > pattern.valid_until):
        return None
    zone = ZoneInfo(pattern.zone)
    technician = pattern.technician
    return Shift(
        technician=technician,
        date=day,
        zone=pattern.zone,
        starts_at=at_wall_time(day, pattern.starts, zone),
        ends_at=at_wall_time(day, pattern.ends, zone),
        start_place_id=technician.home_id,
        end_place_id=technician.end_place_id or technician.home_id,
        is_regular=True,
    )


def _break(shift: Shift, rule: BreakRule, pattern: ShiftPattern) -> ShiftBreak:
    zone = ZoneInfo(pattern.zone)

    def at(wall: time) -> datetime:
        if rule.from_start:
            return shift.starts_at + timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second)
        return at_wall_time(shift.date, wall, zone)

    return ShiftBreak(
        shift=shift,
        earliest_at=at(rule.earliest),
        latest_at=at(rule.latest),
        duration_s=rule.minutes * 60,
        from_start=rule.from_start,
    )
