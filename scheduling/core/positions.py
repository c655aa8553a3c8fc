"""All positions of many lanes side by side, so that one question looks at all of them at once.

What the arrays rule out is impossible: breaks are left out of them, and a lane that is late already keeps everything.
What they allow is for ``Lane.insertion`` to decide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt

from scheduling.core.able import Able, Flags
from scheduling.core.hours import Hours, Ints
from scheduling.core.lanes import COLUMNS, Lane
from scheduling.core.problem import Job, Problem, Seconds, Window
from scheduling.core.rests import NEVER_S
from scheduling.core.travel import Travel

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Room:
    """Positions with room, as far as the arrays can tell.

    The job may begin from ``arrive`` to ``last``, or, where the break was taken before, from ``rested`` to
    ``last_rested``. ``added_s`` is the driving that is added, in seconds of the matrix, ``work_s`` the job's work,
    ``next_s`` what the work of the next job becomes longer by its setup, or shorter, ``tail_s`` the way back from the
    job and all work and driving after it.
    """

    lane: Ints
    position: Ints
    arrive: Ints
    last: Ints
    rested: Ints
    last_rested: Ints
    added_s: Ints
    work_s: Ints
    next_s: Ints
    tail_s: Ints

    def take(self, chosen: Ints) -> "Room":
        return Room(*(getattr(self, each.name)[chosen] for each in fields(self)))

    def begins(self, windows: Sequence[Window]) -> Ints:
        """The earliest begin in one of the windows; ``NEVER_S`` where there is none."""
        early, late = begins_in(windows, self.arrive), begins_in(windows, self.rested)
        return np.where(early <= self.last, early, np.where(late <= self.last_rested, late, NEVER_S))

    def begins_within(self, starts: Ints, ends: Ints) -> Ints:
        """A row for each span, a column for each position: the earliest begin in the span, or ``NEVER_S``."""
        first, end = starts[:, None], ends[:, None]
        early, late = np.maximum(self.arrive, first), np.maximum(self.rested, first)
        is_late = (late <= self.last_rested) & (late <= end)
        return np.where((early <= self.last) & (early <= end), early, np.where(is_late, late, NEVER_S))

    def latest_within(self, starts: Ints, ends: Ints) -> Ints:
        """A row for each span, a column for each position: the latest begin in the span, or ``-NEVER_S``."""
        first, end = starts[:, None], ends[:, None]
        early, late = np.minimum(self.last, end), np.minimum(self.last_rested, end)
        early = np.where((early >= first) & (early >= self.arrive), early, -NEVER_S)
        return np.maximum(early, np.where((late >= first) & (late >= self.rested), late, -NEVER_S))


class Positions:
    """The lanes by number, and one entry of each array per position. ``able`` is about the lanes' workers, in order."""

    def __init__(self, problem: Problem, lanes: Sequence[Lane], able: Able | None = None) -> None:
        self.lanes = list(lanes)
        self.able = able or Able([lane.worker for lane in lanes])
        blocks = np.concatenate([np.zeros((len(COLUMNS), 0), np.int64), *(lane.block for lane in lanes)], axis=1)
        columns = dict(zip(COLUMNS, blocks, strict=True))
        self.lane: Ints = np.repeat(np.arange(len(lanes)), [len(lane.jobs) + 1 for lane in lanes])
        self.position, self.here, self.after = columns["position"], columns["here"], columns["after"]
        self.direct, self.tail, self.next_setup = columns["direct"], columns["tail"], columns["next_setup"]
        self.has_next = columns["has_next"] > 0
        self.leave, self.leave_rested = columns["leave"], columns["leave_rested"]
        self.latest, self.latest_spared = columns["latest"], columns["latest_spared"]
        self.unrested, self.unrested_spared = columns["unrested"], columns["unrested_spared"]
        self.rests = columns["rest_start"], columns["rest_end"], columns["rest_s"]
        self.factor: Floats = np.array([lane.worker.speed_factor for lane in lanes])[self.lane]
        self.profiles = self._profiles(problem)
        self.limits = _Limits(lanes)

    def _profiles(self, problem: Problem) -> list[tuple[Travel, Hours, Ints]]:
        names = [lane.worker.profile for lane in self.lanes]
        found = []
        for name in dict.fromkeys(names):
            of_lane = np.array([each == name for each in names], np.bool_)
            travel = problem.travel[name]
            found.append((travel, Hours(travel), np.flatnonzero(of_lane[self.lane])))
        return found

    @cached_property
    def middles(self) -> dict[int, float]:
        """Day -> the middle between its first shift's start and its last one's end."""
        spans: dict[int, tuple[Seconds, Seconds]] = {}
        for worker in (lane.worker for lane in self.lanes):
            start, end = spans.get(worker.day_number, (worker.shift.start, worker.shift.end))
            spans[worker.day_number] = (min(start, worker.shift.start), max(end, worker.shift.end))
        return {day: (start + end) / 2 for day, (start, end) in spans.items()}

    def room(self, job: Job) -> Room:
        """Where the job may have room, its own windows aside."""
        here, position = self.here, self.position
        there, back, allowed = self._ways(job.place)
        added = there + back - self.direct
        spares_next = (self.after == job.place) & self.has_next
        work = job.duration_s + np.where((here == job.place) & (position > 0), 0, job.setup_s)
        allowed &= self.able.flags(job)[self.lane]
        allowed &= self.limits.allowed(job, self.lane, added, np.where(spares_next, self.next_setup, 0))
        latest = np.where(spares_next, self.latest_spared, self.latest)
        unrested = np.where(spares_next, self.unrested_spared, self.unrested)
        times = np.empty((4, len(here)), np.int64)
        for _, hours, where in self.profiles:
            chosen = where if len(where) < len(here) else slice(None)
            rest = [column[chosen] for column in self.rests]
            leave, way = self.leave[chosen], there[chosen]
            times[0, chosen] = hours.arrive(leave, way)
            times[2, chosen] = np.minimum(
                hours.arrive(self.leave_rested[chosen], way), hours.arrive_rested(leave, way, *rest)
            )
            end, way = latest[chosen], back[chosen]
            times[1, chosen] = np.maximum(hours.leave(unrested[chosen], way), hours.leave_resting(end, way, *rest))
            times[3, chosen] = hours.leave(end, way)
        times[1] -= work
        times[3] -= work
        allowed &= (times[0] <= times[1]) | (times[2] <= times[3])
        is_spared = (here == self.after) & self.has_next & (position > 0)
        next_s = self.next_setup * (is_spared.astype(np.int64) - spares_next)
        arrive, last, rested, last_rested = times
        room = Room(self.lane, position, arrive, last, rested, last_rested, added, work, next_s, back + self.tail)
        return room.take(np.flatnonzero(allowed))

    def room_in(self, job: Job) -> Room:
        """As ``room``, and inside one of the job's own windows."""
        room = self.room(job)
        return room.take(np.flatnonzero(room.begins(job.begins) < NEVER_S))

    def _ways(self, place: int) -> tuple[Ints, Ints, Flags]:
        there, back = np.zeros_like(self.here), np.zeros_like(self.here)
        known = np.zeros(len(self.here), np.bool_)
        for travel, _, where in self.profiles:
            if place >= len(travel.durations_s):
                continue
            known[where] = True
            for found, places, ways in (
                (there, self.here, travel.durations_s[:, place]),
                (back, self.after, travel.durations_s[place]),
            ):
                ends = places[where]
                found[where] = np.where(ends < 0, 0, np.rint(ways[ends] / self.factor[where]).astype(np.int64))
        return there, back, known


class _Limits:
    """Limits of the lanes that a position may break."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self.jobs_left = _flat([_left(lane.worker.max_jobs, len(lane.jobs))] for lane in lanes)
        self.work_left = _flat([_left(lane.worker.max_work_s, lane.work_s)] for lane in lanes)
        self.travel_left = _flat([_left(_travel_limit(lane), lane.driving_s)] for lane in lanes)

    def allowed(self, job: Job, lane: Ints, added: Ints, saved: Ints) -> Flags:
        fits: Flags = self.jobs_left[lane] >= 1
        fits &= self.work_left[lane] >= job.duration_s - saved
        fits &= self.travel_left[lane] >= added
        return fits


def begins_in(windows: Sequence[Window], arrive: Ints) -> Ints:
    """The earliest begin from each arrival on that lies in a window; ``NEVER_S`` when there is none."""
    starts = np.array([window.start for window in windows], np.int64)
    ends = np.array([window.end for window in windows], np.int64)
    index = np.searchsorted(ends, arrive)
    inside = np.minimum(index, len(ends) - 1)
    found: Ints = np.where(index < len(ends), np.maximum(arrive, starts[inside]), NEVER_S)
    return found


def _left(limit: Seconds | None, used: Seconds) -> Seconds:
    """What is broken already may stay as it is, so never less than nothing."""
    return NEVER_S if limit is None else max(0, limit - used)


def _travel_limit(lane: Lane) -> Seconds | None:
    """None where the time for a way depends on the hour."""
    return None if lane.clock.starts else lane.worker.max_travel_s


def _flat(rows: Iterable[Sequence[int]]) -> Ints:
    return np.array([value for row in rows for value in row], np.int64)
