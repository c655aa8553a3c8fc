"""One worker's route as something to put a job into: what it breaks and costs now, and the exact answer for a place."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import inf

import numpy as np

from scheduling.core.check import Violation, check_route, part
from scheduling.core.hours import Ints
from scheduling.core.marginal import Marginal
from scheduling.core.plan import Route, Stop
from scheduling.core.problem import Job, Problem, Seconds, Window, Worker
from scheduling.core.rests import NEVER_S, NO_REST, rest_of
from scheduling.core.timing import time_route
from scheduling.core.travel import Clock


@dataclass(frozen=True, slots=True)
class Insertion:
    """``route`` is the worker's route with the job at ``position`` among its jobs.

    ``price_s`` is what the plan costs more by all the weights, the price of leaving the job out aside.
    """

    worker: int
    position: int
    route: Route
    added_travel_s: Seconds
    arrival: Seconds
    begin: Seconds
    end: Seconds
    price_s: Seconds


@dataclass(frozen=True, slots=True)
class Change:
    """How a lane differs from the plan's route: another worker's rules, a job taken out, jobs with other rules."""

    worker: Worker | None = None
    without: int | None = None
    jobs: Mapping[int, Job] = field(default_factory=dict)


NO_CHANGE = Change()


COLUMNS = (
    *("position", "here", "after", "direct", "tail", "next_setup", "has_next", "leave", "leave_rested"),
    *("latest", "latest_spared", "unrested", "unrested_spared", "rest_start", "rest_end", "rest_s"),
)


class Lane:
    """``ends[i]`` is the earliest moment to leave stop i (0: the start) before the break, ``ends_rested`` after it.
    ``latest[i]`` is the latest begin of job i that still keeps the rest, the last one the latest arrival at the end;
    ``latest_unrested`` where the break is still to come; ``.._spared`` where the job before is at the same place.
    They know one break at most, so they rule out nothing that is possible; ``insertion`` decides.
    """

    def __init__(
        self, problem: Problem, prices: Marginal, worker: Worker, route: Route | None, change: Change = NO_CHANGE
    ) -> None:
        """Raises KeyError when the route holds jobs that the problem doesn't know."""
        self.problem, self.prices, self.route, self.change = problem, prices, route, change
        self.own_worker, self.worker = worker, worker if change.worker is None else change.worker
        self.own_jobs = [problem.job(ident) for ident in (() if route is None else route.job_ids)]
        self.jobs = [change.jobs.get(job.id, job) for job in self.own_jobs if job.id != change.without]
        self.rows = problem.travel_rows(worker)
        self.clock = Clock(problem.travel[worker.profile].speeds)
        self.timed = time_route(problem, self.worker, self.jobs) if self.jobs else None
        self.is_late = bool(self.jobs) and self.timed is None
        self.places = [worker.start, *(job.place for job in self.jobs), worker.end]
        self.rest = NO_REST if self.is_late else rest_of(self.worker)
        self.ends, self.ends_rested = self._earliest_ends()
        self.latest, self.latest_spared = self._latest_begins(rested=True)
        self.latest_unrested, self.latest_unrested_spared = self._latest_begins(rested=False)

    @cached_property
    def judge(self) -> Problem:
        """The problem that knows the lane's worker as changed; enough of it to judge one route."""
        if self.change.worker is None:
            return self.problem
        frozen = [self.problem.job(ident) for ident in self.worker.frozen]
        jobs = {job.id: job for job in [*frozen, *self.own_jobs]}
        return Problem(tuple(jobs.values()), (self.worker,), self.problem.travel, self.problem.objective)

    @cached_property
    def before(self) -> list[Violation]:
        """What the route breaks already. It doesn't stand in the way, unless it gets worse."""
        if self.route is None:
            return [Violation("frozen", self.worker.id, job_id) for job_id in self.worker.frozen]
        return check_route(self.problem, self.route)

    @cached_property
    def travel_s(self) -> Seconds:
        """Driving of the plan's own route."""
        return 0 if self.route is None else self._driven(self.own_jobs, self.route)

    @cached_property
    def price_s(self) -> Seconds:
        """What the plan's own route costs, less the pairs that the lane keeps."""
        if self.route is None:
            return 0
        price = self.prices.route(self.own_worker, self.own_jobs, self.route, self.travel_s)
        if self.change is NO_CHANGE:
            return price
        pairs = self.prices.pairs
        return price + pairs(self.own_worker, self.own_jobs) - pairs(self.worker, self.jobs)

    @cached_property
    def block(self) -> Ints:
        """One column per position; the rows are ``COLUMNS``. A late lane has room for anything."""
        size = len(self.jobs) + 1
        rest = [[self.rest.start] * size, [self.rest.end] * size, [self.rest.duration_s] * size]
        times = [self.latest, self.latest_spared, self.latest_unrested, self.latest_unrested_spared]
        rows = [
            list(range(size)),
            [-1 if place is None else place for place in self.places[:-1]],
            [-1 if place is None else place for place in self.places[1:]],
            self.direct_ways,
            self.tails,
            [*(job.setup_s for job in self.jobs), 0],
            [1] * len(self.jobs) + [0],
            [-NEVER_S] * size if self.is_late else self.ends,
            [NEVER_S] * size if self.is_late else self.ends_rested,
            *([NEVER_S] * size if self.is_late else row for row in times),
            *rest,
        ]
        return np.clip(np.array(rows, np.float64), -NEVER_S, NEVER_S).astype(np.int64)

    @cached_property
    def direct_ways(self) -> list[Seconds]:
        """The ways that an insertion at each position replaces."""
        if not self.jobs:
            return [0]
        return [self.way(a, b) for a, b in pairwise(self.places)]

    @cached_property
    def tails(self) -> list[Seconds]:
        """For each position the work and, in matrix seconds, the driving from the begin of the next job on."""
        found = [0]
        for index in reversed(range(len(self.jobs))):
            found.append(found[-1] + self._work(index) + self._way_to(index + 1))
        return found[::-1]

    @cached_property
    def work_s(self) -> Seconds:
        return sum(self._work(index) for index in range(len(self.jobs)))

    @cached_property
    def driving_s(self) -> Seconds:
        """Of the lane as changed, in matrix seconds."""
        return sum(self.direct_ways)

    def way(self, here: int | None, there: int | None) -> Seconds:
        return 0 if here is None or there is None else self.rows[here][there]

    def way_over(self, jobs: Sequence[Job]) -> Seconds:
        if not jobs:
            return 0
        places = [self.worker.start, *(job.place for job in jobs), self.worker.end]
        return sum(self.way(a, b) for a, b in pairwise(places))

    def insertion(self, job: Job, position: int) -> Insertion | None:
        """None when there is no room for it."""
        jobs = [*self.jobs[:position], job, *self.jobs[position:]]
        route = time_route(self.problem, self.worker, jobs, forced=self.is_late)
        if route is None or part(check_route(self.judge, route, {job.id: job, **self.change.jobs}), self.before).broken:
            return None
        stop = stop_of(route, job.id)
        added = self._driven(jobs, route) - self.travel_s
        price = self._price(jobs, route, job)
        return Insertion(self.worker.id, position, route, added, stop.arrival, stop.begin, stop.end, price)

    def price_with(self, route: Route, job: Job) -> Seconds:
        """As ``Insertion.price_s``, for a route that holds the job besides the lane's own."""
        known = {one.id: one for one in [*self.jobs, job]}
        return self._price([known[ident] for ident in route.job_ids], route, job)

    def _price(self, jobs: Sequence[Job], route: Route, job: Job) -> Seconds:
        price = self.prices.route(self.worker, jobs, route, self._driven(jobs, route)) - self.price_s
        return price + self.prices.pairs(self.worker, [job])

    @cached_property
    def relaxed(self) -> tuple[Seconds, Seconds, Seconds]:
        """What no further job makes less, where it isn't on a shorter way: the return; the latest that the route may
        begin with the same first job; what the hours of the jobs cost."""
        if self.timed is None:
            return -NEVER_S, NEVER_S, 0
        begins = [
            min(a, b) - self._work(k) for k, (a, b) in enumerate(zip(self.ends[1:], self.ends_rested[1:], strict=True))
        ]
        others = sum(self.prices.at_least(self.worker, job, int(b)) for job, b in zip(self.jobs, begins, strict=True))
        if self.clock.starts:
            return -NEVER_S, NEVER_S, others
        clock, way = self.worker.leaves_from, self._way_to(0)
        leaves = [earliest(self.jobs[0].begins, clock + way) - way]
        for pause in self.worker.clock_breaks:
            begin = earliest(pause.windows, clock)
            if begin < inf:
                leaves.append(begin - min(way, begin - clock))
        return self.timed.returns, int(min(max(leaves), NEVER_S)), others

    def _driven(self, jobs: Sequence[Job], route: Route) -> Seconds:
        """Of the matrix, and where speeds change by the hour what the route says, as ``cost`` counts it."""
        if jobs and self.clock.starts:
            return sum(stop.travel_s for stop in route.stops) + route.travel_back_s
        return self.way_over(jobs)

    def _work(self, index: int) -> Seconds:
        job = self.jobs[index]
        return job.duration_s + (0 if self._is_spared(index) else job.setup_s)

    def _is_spared(self, index: int) -> bool:
        return index > 0 and self.jobs[index - 1].place == self.jobs[index].place

    def _earliest_ends(self) -> tuple[list[float], list[float]]:
        """Before the break and after it."""
        ends: list[float] = [self.worker.leaves_from]
        rested: list[float] = [inf]
        for index, job in enumerate(self.jobs):
            way, work = self._way_to(index), self._work(index)
            arrival = min(self._arrive(rested[-1], way), self.rest.arrive(self.clock, ends[-1], way))
            rested.append(earliest(job.begins, arrival) + work)
            ends.append(earliest(job.begins, self._arrive(ends[-1], way)) + work)
        return ends, rested

    def _latest_begins(self, *, rested: bool) -> tuple[list[float], list[float]]:
        """``rested``: nothing but jobs is left to do; else the break as well. Without setups that could be spared in
        the second list."""
        last = self.worker.returns_by if rested or self.rest is NO_REST else -inf
        full, spared, known = [last], [last], [last]
        for index in reversed(range(len(self.jobs))):
            job, way = self.jobs[index], self._way_to(index + 1)
            leave = self._leave(known[-1], way)
            if not rested:
                leave = max(leave, self.rest.leave(self.clock, self._latest_as_it_is(index + 1), way))
            full.append(latest(job.begins, leave - job.duration_s - job.setup_s))
            spared.append(latest(job.begins, leave - job.duration_s))
            known.append(spared[-1] if self._is_spared(index) else full[-1])
        return full[::-1], spared[::-1]

    def _latest_as_it_is(self, index: int) -> float:
        is_spared = index < len(self.jobs) and self._is_spared(index)
        return (self.latest_spared if is_spared else self.latest)[index]

    def _way_to(self, index: int) -> Seconds:
        return self.way(self.places[index], self.places[index + 1])

    def _arrive(self, moment: float, way: Seconds) -> float:
        return moment if moment == inf else self.clock.arrive(int(moment), way)

    def _leave(self, moment: float, way: Seconds) -> float:
        return moment if moment == -inf else self.clock.leave(int(moment), way)


def stop_of(route: Route, job_id: int) -> Stop:
    return next(stop for stop in route.stops if stop.kind == "job" and stop.id == job_id)


def earliest(windows: Sequence[Window], moment: float) -> float:
    """The first moment from ``moment`` on that lies in a window; infinite when there is none."""
    for window in windows:
        if moment <= window.end:
            return max(moment, window.start)
    return inf


def latest(windows: Sequence[Window], moment: float) -> float:
    """The last moment up to ``moment`` that lies in a window; minus infinite when there is none."""
    index = bisect_right(windows, moment, key=lambda window: window.start)
    return min(moment, windows[index - 1].end) if index else -inf
