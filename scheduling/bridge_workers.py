"""A technician's shift as a worker of the core."""

from collections.abc import Collection, Mapping
from datetime import date, time, timedelta
from itertools import takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from maps.models import Place
from scheduling.bridge_frame import Frame
from scheduling.bridge_known import seconds_to_make_up
from scheduling.bridge_lanes import Lane
from scheduling.bridge_time import at_wall_time, predicted_end
from scheduling.core.problem import FOREVER, Break, Window, Worker
from scheduling.models import Stop, TerritoryKind

# Breaks that stand for an absence in the middle of a shift are numbered from here.
ABSENCE_IDS = 5 * 10**8
# Units that a technician's van has no row for.
UNLIMITED = FOREVER


class _Span(NamedTuple):
    """What absences at its edges leave of a shift. ``away`` are those in its middle, ``back_by`` when the next absence
    or shift begins: overtime ends there."""

    start: int
    end: int
    away: tuple[tuple[int, int, int], ...]
    back_by: int


class WorkerBridge:
    """``freeze_s``: free stops planned to begin within so many seconds stay where they are. ``look_up`` comes first."""

    def __init__(self, frame: Frame, lanes: Collection[Lane], freeze_s: int) -> None:
        self.frame, self.now, self.at = frame, frame.now, frame.at
        self.lanes = lanes
        self.freeze_until = frame.now + timedelta(seconds=freeze_s) if freeze_s else None
        self.ledger: Mapping[int, int] = {}
        self.begins: dict[int, list[int]] = {}
        for lane in lanes:
            self.begins.setdefault(lane.shift.technician_id, []).append(self.at(lane.shift.starts_at))

    def look_up(self, first: date) -> None:
        self.ledger = seconds_to_make_up(self.lanes, first)

    def row(self, place: Place | None) -> int | None:
        return None if place is None else self.frame.rows.get(place.pk)

    def worker(self, lane: Lane) -> Worker:
        shift, technician = lane.shift, lane.shift.technician
        span = self._span(lane)
        ready, place = self._going_on(lane, span)
        can_work = span.start < span.end and technician.active
        areas = {kind: frozenset(_areas(lane, kind)) for kind in TerritoryKind.values}
        return Worker(
            id=shift.pk,
            shift=Window(span.start, max(span.start, span.end)),
            start=place,
            end=self.row(shift.end_place),
            skills={held.skill.code: held.level for held in technician.skills.all()},
            expires=self._expires(lane),
            breaks=(*self._breaks(lane, span, ready), *_absences(span, ready)),
            capacity=self._capacity(lane),
            speed_factor=technician.speed_factor,
            profile=technician.travel_profile,
            max_jobs=_left(technician.max_visits, len(lane.fixed)) if can_work else 0,
            max_travel_s=_left(technician.max_travel_s, sum(stop.travel_s for stop in lane.fixed)),
            max_work_s=_left(technician.max_work_s, sum(self._worked(stop) for stop in lane.fixed)),
            max_leg_s=technician.max_leg_s,
            ready_at=ready,
            overtime_s=_within(span, technician.planned_overtime_s),
            most_overtime_s=_within(span, technician.max_overtime_s),
            home_areas=areas[TerritoryKind.HOME],
            allowed_areas=areas[TerritoryKind.ALLOWED] | areas[TerritoryKind.HOME]
            if areas[TerritoryKind.ALLOWED]
            else None,
            forbidden_areas=areas[TerritoryKind.FORBIDDEN],
            frozen=self._frozen(lane, span),
            technician=technician.pk,
            day=shift.date.toordinal(),
            ledger_s=self.ledger.get(technician.pk, 0),
        )

    def _span(self, lane: Lane) -> _Span:
        """An absence cuts the shift at its edge, or is a time away in the middle."""
        start, end = self.at(lane.shift.starts_at), self.at(lane.shift.ends_at)
        planned_end, away, back_by = end, [], FOREVER
        for absence in lane.absences:
            away_from, away_to = self.at(absence.starts_at), self.at(absence.ends_at)
            if away_from >= planned_end:
                back_by = min(back_by, away_from)
            elif away_to <= start or away_from >= end:
                continue
            elif away_from <= start:
                start = min(away_to, end)
            elif away_to >= end:
                end = back_by = away_from
            else:
                away.append((ABSENCE_IDS + absence.pk, away_from, away_to))
        later = [begin for begin in self.begins[lane.shift.technician_id] if begin >= planned_end]
        return _Span(start, end, tuple(away), min([back_by, *later]))

    def _breaks(self, lane: Lane, span: _Span, ready: int) -> list[Break]:
        """Breaks whose time is over have been taken; the others begin when the worker is ready, and early enough to end
        within what is left of the shift. One that has no such begin is none."""
        found = []
        planned_start = self.at(lane.shift.starts_at)
        for pause in lane.shift.breaks.all():
            put_off = span.start - planned_start if pause.from_start else 0
            earliest = max(self.at(pause.earliest_at) + put_off, ready)
            latest = min(self.at(pause.latest_at) + put_off, span.end - pause.duration_s)
            if latest < earliest:
                continue
            zero = span.start if pause.from_start else 0
            window = Window(earliest - zero, latest - zero)
            found.append(Break(pause.pk, (window,), pause.duration_s, from_start=pause.from_start))
        return found

    def _going_on(self, lane: Lane, span: _Span) -> tuple[int, int | None]:
        """When and from where the technician can go on: after the last stop that began, never before now, and not
        before an absence under way is over.

        A stop under way keeps its planned time even if it began early: it may take as long as was planned.
        """
        ready, place = span.start, self.row(lane.shift.start_place)
        if lane.shift.starts_at <= self.now:
            ready = max(ready, self.at(self.now))
        for stop in lane.fixed:
            ready = max(ready, self.at(predicted_end(stop, self.now)))
            if stop.finished_at is None:
                ready = max(ready, self.at(stop.ends_at) + stop.overrun_s)
            place = self.row(stop.appointment.place)
        for _, away_from, away_to in span.away:
            if away_from < ready < away_to:
                ready = away_to
        return ready, place

    def _worked(self, stop: Stop) -> int:
        began = stop.started_at or stop.arrived_at or stop.starts_at
        return max(0, int((predicted_end(stop, self.now) - began).total_seconds()))

    def _expires(self, lane: Lane) -> dict[str, int]:
        """The last second of each certificate: its last day ends at midnight where the shift is."""
        zone = ZoneInfo(lane.shift.zone)
        expires = {}
        for held in lane.shift.technician.skills.all():
            if held.valid_until is not None:
                midnight = at_wall_time(held.valid_until + timedelta(days=1), time(), zone)
                expires[held.skill.code] = max(-FOREVER, min(FOREVER, self.at(midnight) - 1))
        return expires

    def _capacity(self, lane: Lane) -> tuple[int, ...]:
        """What the van can still take: pickups of stops that are done stay on board to the end."""
        amounts = {row.unit_id: row.amount for row in lane.shift.technician.capacities.all()}
        if not amounts:
            return ()
        left = {unit: amounts.get(unit, UNLIMITED) for unit in self.frame.units}
        for stop in lane.fixed:
            for load in stop.appointment.loads.all():
                if load.unit_id in amounts and load.unit_id in left:
                    left[load.unit_id] = max(0, left[load.unit_id] - load.pickup)
        return tuple(left[unit] for unit in self.frame.units)

    def _frozen(self, lane: Lane, span: _Span) -> tuple[int, ...]:
        """What an absence has no time left for isn't held fast."""
        until = self.freeze_until
        if until is None:
            return ()
        gone_at = span.end if span.end < self.at(lane.shift.ends_at) else FOREVER
        near = takewhile(lambda one: one.starts_at < until and self.at(one.ends_at) <= gone_at, lane.free)
        return tuple(stop.appointment_id for stop in near)


def _areas(lane: Lane, kind: str) -> list[int]:
    return [row.territory_id for row in lane.shift.technician.areas.all() if row.kind == kind]


def _absences(span: _Span, ready: int) -> list[Break]:
    return [
        Break(ident, (Window(away_from, away_from),), away_to - away_from, is_absence=True)
        for ident, away_from, away_to in span.away
        if away_from >= ready
    ]


def _within(span: _Span, overtime_s: int) -> int:
    """Overtime until the next absence or shift."""
    return max(0, min(overtime_s, span.back_by - span.end))


def _left(most: int | None, done: int) -> int | None:
    return None if most is None else max(0, most - done)
