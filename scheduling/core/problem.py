"""What has to be planned: jobs, workers, travel. Immutable, validated at construction.

All times are whole seconds since the problem's zero (an instant that the caller chose, often midnight UTC).
A *time window* says when service may begin, both ends included; service may end later; who comes early waits.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Seconds = int
IntMatrix = npt.NDArray[np.int32]
Objective = Literal["prices", "priority"]

FOREVER: Seconds = 10**9


class ProblemError(ValueError):
    """A value of the problem is not possible. ``field`` is its path, such as ``jobs[3].windows``."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def _whole(name: str, value: object, least: int | None = 0) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProblemError(name, f"must be a whole number, not {value!r}")
    if least is not None and value < least:
        raise ProblemError(name, f"must be at least {least}, not {value}")
    if abs(value) > FOREVER:
        raise ProblemError(name, f"must be within {FOREVER}, not {value}")


def _amounts(name: str, values: Iterable[int]) -> None:
    for index, value in enumerate(values):
        _whole(f"{name}[{index}]", value)


def _skills(skills: Mapping[str, int]) -> None:
    for name, level in skills.items():
        _whole(f"skills[{name}]", level)


def _merged(windows: tuple["Window", ...]) -> tuple["Window", ...]:
    """In order of time, overlapping ones made one, so that searches may rely on it."""
    if not windows:
        raise ProblemError("windows", "must hold at least one window")
    merged: list[Window] = []
    for window in sorted(windows):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return tuple(merged)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A closed span of seconds: ``start <= t <= end``."""

    start: Seconds
    end: Seconds

    def __post_init__(self) -> None:
        _whole("window.start", self.start, None)
        _whole("window.end", self.end, None)
        if self.start > self.end:
            raise ProblemError("window", f"starts at {self.start}, after its end {self.end}")

    def __contains__(self, moment: Seconds) -> bool:
        return self.start <= moment <= self.end


ALWAYS = (Window(-FOREVER, FOREVER),)


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of ``duration_s`` that begins inside one of ``windows``."""

    id: int
    windows: tuple[Window, ...]
    duration_s: Seconds

    def __post_init__(self) -> None:
        _whole("id", self.id, None)
        _whole("duration_s", self.duration_s)
        object.__setattr__(self, "windows", _merged(self.windows))


@dataclass(frozen=True, slots=True)
class Job:
    """One appointment that a single worker serves in one piece.

    ``skills`` maps a skill to the least level that it takes. ``unserved_cost`` is the price in seconds of leaving the
    job out; None marks a job that can't be left out of the price (only under the objective "priority").
    ``allowed_workers`` holds worker ids; None means all. ``pinned_start`` fixes the second at which service begins.
    ``setup_s`` is spared when the job before is at the same place.
    """

    id: int
    place: int
    duration_s: Seconds
    setup_s: Seconds = 0
    windows: tuple[Window, ...] = ALWAYS
    skills: Mapping[str, int] = field(default_factory=dict)
    priority: int = 0
    unserved_cost: Seconds | None = None
    allowed_workers: frozenset[int] | None = None
    pinned_start: Seconds | None = None
    delivery: tuple[int, ...] = ()
    pickup: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        _whole("id", self.id, None)
        _whole("place", self.place)
        _whole("duration_s", self.duration_s)
        _whole("setup_s", self.setup_s)
        _whole("priority", self.priority)
        if self.unserved_cost is not None:
            _whole("unserved_cost", self.unserved_cost)
        if self.pinned_start is not None:
            _whole("pinned_start", self.pinned_start, None)
        _skills(self.skills)
        _amounts("delivery", self.delivery)
        _amounts("pickup", self.pickup)
        object.__setattr__(self, "windows", _merged(self.windows))

    @property
    def begins(self) -> tuple[Window, ...]:
        """When service may begin; a pin overrules the windows, which were the customer's wish."""
        if self.pinned_start is None:
            return self.windows
        return (Window(self.pinned_start, self.pinned_start),)


@dataclass(frozen=True, slots=True)
class Worker:
    """One technician's one shift. ``speed_factor`` divides travel times. ``start`` and ``end`` are places or None.

    ``ready_at`` is the earliest second at which the worker may leave ``start`` (later than the shift's start when part
    of the day has been carried out).
    """

    id: int
    shift: Window
    start: int | None = None
    end: int | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    capacity: tuple[int, ...] = ()
    speed_factor: float = 1.0
    max_jobs: int | None = None
    max_travel_s: Seconds | None = None
    ready_at: Seconds | None = None
    profile: str = "car"

    def __post_init__(self) -> None:
        _whole("id", self.id, None)
        for name, value in (("start", self.start), ("end", self.end), ("max_jobs", self.max_jobs)):
            if value is not None:
                _whole(name, value)
        if self.max_travel_s is not None:
            _whole("max_travel_s", self.max_travel_s)
        if self.ready_at is not None:
            _whole("ready_at", self.ready_at, None)
        if not (math.isfinite(self.speed_factor) and 0.01 <= self.speed_factor <= 100):
            raise ProblemError("speed_factor", f"must be between 0.01 and 100, not {self.speed_factor}")
        _skills(self.skills)
        _amounts("capacity", self.capacity)
        if len({pause.id for pause in self.breaks}) < len(self.breaks):
            raise ProblemError("breaks", "two breaks carry the same id")

    @property
    def leaves_from(self) -> Seconds:
        return self.shift.start if self.ready_at is None else max(self.shift.start, self.ready_at)


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Times and distances between places: square, row = from, column = to. Whole seconds, whole metres."""

    durations_s: IntMatrix
    distances_m: IntMatrix | None = None

    def __post_init__(self) -> None:
        for name, matrix in (("durations_s", self.durations_s), ("distances_m", self.distances_m)):
            if matrix is None:
                continue
            if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
                raise ProblemError(name, f"must be square, not of shape {matrix.shape}")
            if not np.issubdtype(matrix.dtype, np.integer):
                raise ProblemError(name, f"must hold whole numbers, not {matrix.dtype}")
            if matrix.size and int(matrix.min()) < 0:
                raise ProblemError(name, "must not hold negative numbers")
        if self.distances_m is not None and self.distances_m.shape != self.durations_s.shape:
            raise ProblemError("distances_m", "must be as large as durations_s")


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """``objective``: "prices" wants the least of travel seconds plus prices of the unserved; "priority" wants the most
    priority served, then the most jobs, then the least travel (VROOM's order)."""

    jobs: tuple[Job, ...]
    workers: tuple[Worker, ...]
    travel: Mapping[str, Travel]
    objective: Objective = "prices"
    _jobs: dict[int, Job] = field(init=False, repr=False)
    _workers: dict[int, Worker] = field(init=False, repr=False)
    _rows: dict[tuple[str, float], list[list[int]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_jobs", {job.id: job for job in self.jobs})
        object.__setattr__(self, "_workers", {worker.id: worker for worker in self.workers})
        object.__setattr__(self, "_rows", {})
        if self.objective not in ("prices", "priority"):
            raise ProblemError("objective", f'must be "prices" or "priority", not {self.objective!r}')
        _unique("jobs", [job.id for job in self.jobs])
        _unique("workers", [worker.id for worker in self.workers])
        for index, worker in enumerate(self.workers):
            if worker.profile not in self.travel:
                raise ProblemError(f"workers[{index}].profile", f"no travel times for {worker.profile!r}")
            size = len(self.travel[worker.profile].durations_s)
            for name, place in (("start", worker.start), ("end", worker.end)):
                _place(f"workers[{index}].{name}", place, size)
        size = min((len(travel.durations_s) for travel in self.travel.values()), default=FOREVER)
        for index, job in enumerate(self.jobs):
            _place(f"jobs[{index}].place", job.place, size)
            if self.objective == "prices" and job.unserved_cost is None:
                raise ProblemError(f"jobs[{index}].unserved_cost", 'must be given under the objective "prices"')

    def job(self, job_id: int) -> Job:
        """Raises KeyError when there is none."""
        return self._jobs[job_id]

    def worker(self, worker_id: int) -> Worker:
        """Raises KeyError when there is none."""
        return self._workers[worker_id]

    def find_job(self, job_id: int) -> Job | None:
        return self._jobs.get(job_id)

    def find_worker(self, worker_id: int) -> Worker | None:
        return self._workers.get(worker_id)

    def travel_rows(self, worker: Worker) -> list[list[int]]:
        """The worker's own travel seconds: the profile's, divided by the speed factor and rounded half to even."""
        key = (worker.profile, worker.speed_factor)
        if key not in self._rows:
            durations: npt.NDArray[Any] = self.travel[worker.profile].durations_s
            self._rows[key] = np.rint(durations / worker.speed_factor).astype(np.int64).tolist()
        return self._rows[key]


def _unique(name: str, ids: list[int]) -> None:
    seen: set[int] = set()
    for index, value in enumerate(ids):
        if value in seen:
            raise ProblemError(f"{name}[{index}].id", f"{value} is used twice")
        seen.add(value)


def _place(name: str, place: int | None, size: int) -> None:
    if place is not None and place >= size:
        raise ProblemError(name, f"place {place} is outside the travel times, which know {size} places")
