"""Weekly patterns become shifts, each with its current route."""

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from scheduling.models import BreakRule, Route, Shift, ShiftBreak, ShiftPattern, Technician
from scheduling.planning import at_wall_time


@transaction.atomic
def make_shifts(*, first: date, last: date, technicians: Iterable[Technician] | None = None) -> int:
    """Makes the shifts that are missing between two dates, both included; says how many. May run twice.

    Shifts that stand are left alone: a pattern's change holds from the next shift that is made.
    """
    patterns = ShiftPattern.objects.filter(technician__active=True).select_related("technician")
    patterns = patterns.prefetch_related("breaks")
    if technicians is not None:
        patterns = patterns.filter(technician__in=technicians)
    standing = set(Shift.objects.filter(date__range=(first, last)).values_list("technician_id", "starts_at"))
    shifts, breaks = [], []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        for pattern in patterns:
            shift = _shift(pattern, day)
            if shift is None or (shift.technician_id, shift.starts_at) in standing:
                continue
            shifts.append(shift)
            breaks += [_break(shift, rule, pattern, day) for rule in pattern.breaks.all()]
    Shift.objects.bulk_create(shifts)
    ShiftBreak.objects.bulk_create(breaks)
    Route.objects.bulk_create([Route(shift=shift) for shift in shifts])
    return len(shifts)


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
    )


def _break(shift: Shift, rule: BreakRule, pattern: ShiftPattern, day: date) -> ShiftBreak:
    zone = ZoneInfo(pattern.zone)
    return ShiftBreak(
        shift=shift,
        earliest_at=at_wall_time(day, rule.earliest, zone),
        latest_at=at_wall_time(day, rule.latest, zone),
        duration_s=rule.minutes * 60,
    )
