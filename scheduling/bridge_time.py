"""Local wall time, promises and the hours of the day as instants."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.core.problem import Speed
from scheduling.enums import AppointmentStatus, OfferStatus
from scheduling.models import Appointment, SpeedStep, Stop

USUAL_SPEED = 100


def at_wall_time(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The instant of a local wall time; one that a clock change skips moves forward, of two the first counts."""
    return datetime.combine(day, wall, zone).astimezone(UTC)


def promised_window(appointment: Appointment) -> tuple[datetime, datetime] | None:
    """The confirmed arrival window, or that of a hold."""
    if appointment.window_starts_at is not None and appointment.window_ends_at is not None:
        return appointment.window_starts_at, appointment.window_ends_at
    if appointment.status == AppointmentStatus.HELD:
        holds = getattr(appointment, "holds", None)
        hold = next(iter(appointment.offers.filter(status=OfferStatus.HELD) if holds is None else holds), None)
        if hold is not None:
            return hold.starts_at, hold.ends_at
    return None


def opening_spans(appointment: Appointment, dates: Iterable[date]) -> list[tuple[datetime, datetime]]:
    """The opening hours on each date as instants; whole days where none are set."""
    zone = ZoneInfo(appointment.zone)
    hours = list(appointment.hours.all())
    spans = []
    for day in dates:
        if not hours:
            spans.append((at_wall_time(day, time(), zone), at_wall_time(day + timedelta(days=1), time(), zone)))
        spans += [
            (at_wall_time(day, row.opens, zone), at_wall_time(day, row.closes, zone))
            for row in hours
            if row.weekday == day.weekday()
        ]
    return spans


def predicted_end(stop: Stop, now: datetime, overrun_s: int | None = None) -> datetime:
    """When a stop that began will end or ended, to the whole second; ``overrun_s`` in place of the one reported."""
    overrun = timedelta(seconds=stop.overrun_s if overrun_s is None else overrun_s)
    if stop.finished_at is not None:
        return stop.finished_at.replace(microsecond=0)
    work = stop.ends_at - stop.starts_at + overrun
    if stop.started_at is not None:
        end = stop.started_at + work
    elif stop.arrived_at is not None:
        end = max(stop.arrived_at, stop.starts_at) + work
    elif stop.on_my_way_at is not None:
        end = max(stop.on_my_way_at + timedelta(seconds=stop.travel_s), stop.starts_at) + work
    else:
        end = stop.ends_at + overrun
    return max(end, now).replace(microsecond=0)


def expand_speeds(
    steps: Iterable[SpeedStep], dates: Iterable[date], zone: ZoneInfo, seconds: Callable[[datetime], int]
) -> tuple[Speed, ...]:
    """The steps of each date, from its midnight at the usual speed on; only where the speed changes."""
    by_weekday: dict[int | None, list[SpeedStep]] = {}
    for step in steps:
        by_weekday.setdefault(step.weekday, []).append(step)
    if not by_weekday:
        return ()
    found: dict[int, int] = {}
    for day in sorted(dates):
        found[seconds(at_wall_time(day, time(), zone))] = USUAL_SPEED
        for step in by_weekday.get(day.weekday(), by_weekday.get(None, [])):
            found[seconds(at_wall_time(day, step.starts, zone))] = step.percent
    speeds: list[Speed] = []
    for start, percent in sorted(found.items()):
        if percent != (speeds[-1].percent if speeds else USUAL_SPEED):
            speeds.append(Speed(start, percent))
    return tuple(speeds)
