"""What has to be planned: jobs, workers, travel. Immutable, validated at construction.

All times are whole seconds since the problem's zero (an instant that the caller chose, often midnight UTC).
A *time window* says when service may begin, both ends included; service may end later; who comes early waits.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from scheduling.core.travel import IntMatrix, Speed, Travel
from scheduling.core.values import (
    ALWAYS,
    FOREVER,
    NEVER,
    ProblemError,
    Seconds,
    Window,
    common,
    merged,
    require_amounts,
    require_levels,
    require_whole,
    require_wholes,
)
from scheduling.core.weights import PLAIN, Weights

__all__ = [
    "ALWAYS",
    "FOREVER",
    "MOST_PRIORITY",
    "NEVER",
    "Break",
    "IntMatrix",
    "Job",
    "Objective",
    "Placement",
    "Problem",
    "ProblemError",
    "Seconds",
    "Speed",
    "Travel",
    "Weights",
    "Window",
    "Worker",
]

Objective = Literal["prices", "priority"]
DAY_S = 86_400
# So high that it ranks any two jobs, so low that the sum over a day's jobs stays a number of 64 bits.
MOST_PRIORITY = 1_000_000


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of ``duration_s`` that begins inside one of ``windows``.

    ``from_start``: the windows count from the shift's start instead of the problem's zero. ``is_absence``: not a rest
    but a time away, which no rule may shift.
    """

    id: int
    windows: tuple[Window, ...]
    duration_s: Seconds
    from_start: bool = False
    is_absence: bool = False

    def __post_init__(self) -> None:
        require_whole("id", self.id, None)
        require_whole("duration_s", self.duration_s)
        object.__setattr__(self, "windows", merged(self.windows))


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a job stands in the published plan: its technician, its day, its begin. ``Worker`` says what these are."""

    technician: int
    day: int
    begin: Seconds


@dataclass(frozen=True, slots=True)
class Job:
    """One appointment that a single worker serves in one piece.

    *When it may begin*: at ``pinned_start`` if there is one; else inside ``promise`` if there is one, which stands
    above the customer's ``windows``; and always inside ``opening`` (the site's hours), from ``earliest`` on and until
    ``due``. A promise that opening, earliest and due would leave nothing of is kept all the same.

    *Who may serve it*: a worker with all of ``skills`` at the level given, and with one skill of each group in
    ``any_skills``; one of ``allowed_workers`` and of ``pinned_workers`` (worker ids; None means all; the latter is a
    dispatcher's decision), none of ``excluded_workers``. ``areas`` are the territories that the place lies in.

    *What it carries*: ``delivery`` and ``pickup`` in the units of ``Worker.capacity``.

    *Prices*: ``unserved_cost`` in seconds for leaving it out; None marks a job that can't be left out of the price
    (only under the objective "priority"). ``sla``: a begin after it is late. ``risk``: percent. ``preferred_workers``
    and ``known_workers`` (who know the site) are worker ids. ``before``: its place in the published plan.

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
    opening: tuple[Window, ...] = ALWAYS
    earliest: Seconds | None = None
    due: Seconds | None = None
    promise: Window | None = None
    any_skills: tuple[Mapping[str, int], ...] = ()
    pinned_workers: frozenset[int] | None = None
    excluded_workers: frozenset[int] = frozenset()
    areas: frozenset[int] = frozenset()
    sla: Seconds | None = None
    risk: int = 0
    preferred_workers: frozenset[int] = frozenset()
    known_workers: frozenset[int] = frozenset()
    before: Placement | None = None
    begins: tuple[Window, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require_whole("id", self.id, None)
        for name in ("place", "duration_s", "setup_s"):
            require_whole(name, getattr(self, name))
        require_whole("priority", self.priority, 0, MOST_PRIORITY)
        require_wholes(("unserved_cost",), self)
        require_wholes(("pinned_start", "earliest", "due", "sla"), self, None)
        require_whole("risk", self.risk, 0, 100)
        require_levels("skills", self.skills)
        for index, group in enumerate(self.any_skills):
            if not group:
                raise ProblemError(f"any_skills[{index}]", "must name at least one skill")
            require_levels(f"any_skills[{index}]", group)
        require_amounts("delivery", self.delivery)
        require_amounts("pickup", self.pickup)
        object.__setattr__(self, "windows", merged(self.windows))
        object.__setattr__(self, "opening", merged(self.opening, "opening"))
        object.__setattr__(self, "begins", self._begins())

    def _begins(self) -> tuple[Window, ...]:
        if self.pinned_start is not None:
            return (Window(self.pinned_start, self.pinned_start),)
        first = -FOREVER if self.earliest is None else self.earliest
        last = FOREVER if self.due is None else self.due
        site = common(self.opening, (Window(first, last),)) if first <= last else NEVER
        if self.promise is None:
            return common(self.windows, site)
        promised = common((self.promise,), site)
        return (self.promise,) if promised == NEVER else promised


@dataclass(frozen=True, slots=True)
class Worker:
    """One technician's one shift. ``speed_factor`` divides travel times. ``start`` and ``end`` are places or None.

    ``ready_at`` is the earliest second at which the worker may leave ``start`` (later than the shift's start when part
    of the day has been carried out). ``expires``: last second of a skill's certificate; one that ended before the
    shift's start is worth nothing. ``overtime_s``: how much later than the shift's end the worker may return;
    ``most_overtime_s``: how much of it a dispatcher may allow in all, which only fixes ask for (None: not known).
    ``max_work_s`` limits the service of a shift, ``max_travel_s`` its driving, ``max_leg_s`` each leg of it.
    ``allowed_areas`` and ``forbidden_areas`` bind (None: all are allowed); ``home_areas`` are preferred.
    ``frozen`` are jobs that stay the first ones of this worker, in this order. ``technician`` and ``day`` tell whose
    shift on which day it is (the worker's id and the day of the shift's start, where not given). ``ledger_s`` is what
    the technician worked above (or below) the mean in earlier weeks, as far as this shift is to make up for it.
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
    expires: Mapping[str, Seconds] = field(default_factory=dict)
    overtime_s: Seconds = 0
    most_overtime_s: Seconds | None = None
    max_work_s: Seconds | None = None
    max_leg_s: Seconds | None = None
    home_areas: frozenset[int] = frozenset()
    allowed_areas: frozenset[int] | None = None
    forbidden_areas: frozenset[int] = frozenset()
    frozen: tuple[int, ...] = ()
    technician: int | None = None
    day: int | None = None
    ledger_s: Seconds = 0

    def __post_init__(self) -> None:
        require_whole("id", self.id, None)
        require_wholes(("start", "end", "max_jobs", "max_travel_s", "max_work_s", "max_leg_s"), self)
        require_wholes(("overtime_s", "most_overtime_s"), self)
        require_wholes(("ready_at", "technician", "day", "ledger_s"), self, None)
        if not (math.isfinite(self.speed_factor) and 0.01 <= self.speed_factor <= 100):
            raise ProblemError("speed_factor", f"must be between 0.01 and 100, not {self.speed_factor}")
        require_levels("skills", self.skills)
        require_levels("expires", self.expires, None)
        require_amounts("capacity", self.capacity)
        if len({pause.id for pause in self.breaks}) < len(self.breaks):
            raise ProblemError("breaks", "two breaks carry the same id")
        if len(set(self.frozen)) < len(self.frozen):
            raise ProblemError("frozen", "a job is named twice")

    @property
    def leaves_from(self) -> Seconds:
        return self.shift.start if self.ready_at is None else max(self.shift.start, self.ready_at)

    @property
    def returns_by(self) -> Seconds:
        """The shift's end with all its overtime."""
        return self.shift.end + self.overtime_s

    @property
    def technician_id(self) -> int:
        return self.id if self.technician is None else self.technician

    @property
    def day_number(self) -> int:
        return self.shift.start // DAY_S if self.day is None else self.day

    @property
    def clock_breaks(self) -> tuple[Break, ...]:
        """The breaks with windows in the problem's seconds."""
        return tuple(_on_the_clock(pause, self.shift.start) if pause.from_start else pause for pause in self.breaks)

    def level(self, skill: str) -> int:
        """-1 without the skill, or where its certificate ended before the shift."""
        if self.expires.get(skill, FOREVER) < self.shift.start:
            return -1
        return self.skills.get(skill, -1)


def _on_the_clock(pause: Break, start: Seconds) -> Break:
    windows = tuple(Window(start + window.start, start + window.end) for window in pause.windows)
    return Break(pause.id, windows, pause.duration_s, is_absence=pause.is_absence)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """``objective``: "prices" wants the least of ``weights`` plus prices of the unserved; "priority" wants the most
    priority served, then the most jobs, then the least of ``weights`` (VROOM's order)."""

    jobs: tuple[Job, ...]
    workers: tuple[Worker, ...]
    travel: Mapping[str, Travel]
    objective: Objective = "prices"
    weights: Weights = PLAIN
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
        self._check_workers()
        size = min((len(travel.durations_s) for travel in self.travel.values()), default=FOREVER)
        for index, job in enumerate(self.jobs):
            _place(f"jobs[{index}].place", job.place, size)
            if self.objective == "prices" and job.unserved_cost is None:
                raise ProblemError(f"jobs[{index}].unserved_cost", 'must be given under the objective "prices"')

    def _check_workers(self) -> None:
        frozen: set[int] = set()
        for index, worker in enumerate(self.workers):
            if worker.profile not in self.travel:
                raise ProblemError(f"workers[{index}].profile", f"no travel times for {worker.profile!r}")
            if self.travel[worker.profile].longest_s / worker.speed_factor > FOREVER:
                raise ProblemError(f"workers[{index}].speed_factor", f"makes ways longer than {FOREVER} s")
            size = len(self.travel[worker.profile].durations_s)
            for name, place in (("start", worker.start), ("end", worker.end)):
                _place(f"workers[{index}].{name}", place, size)
            for job_id in worker.frozen:
                if job_id not in self._jobs:
                    raise ProblemError(f"workers[{index}].frozen", f"there is no job {job_id}")
                if job_id in frozen:
                    raise ProblemError(f"workers[{index}].frozen", f"job {job_id} is frozen twice")
                frozen.add(job_id)

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
        """The worker's own travel seconds: the profile's, divided by the speed factor and rounded half to even.

        Under ``Travel.speeds`` these are seconds at 100 %.
        """
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
