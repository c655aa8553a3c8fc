"""The cheapest places for one more job in an existing plan, whose stops keep their worker and their order."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf

from scheduling.core.check import Violation, check_route, part
from scheduling.core.fit import BLOCKERS, own_blocker, static_blocker
from scheduling.core.plan import Plan, Route, Stop, Unserved
from scheduling.core.problem import Job, Problem, ProblemError, Seconds, Window, Worker
from scheduling.core.timing import time_route


@dataclass(frozen=True, slots=True)
class Insertion:
    """``route`` is the worker's route with the job at ``position`` among its jobs."""

    worker: int
    position: int
    route: Route
    added_travel_s: Seconds
    arrival: Seconds
    begin: Seconds
    end: Seconds


def insert(
    problem: Problem,
    plan: Plan,
    job: Job,
    *,
    windows: tuple[Window, ...] | None = None,
    limit: int | None = None,
    workers: Iterable[int] | None = None,
) -> list[Insertion]:
    """Feasible insertions, least added travel first, at most ``limit``. The problem needn't know the job.

    ``windows`` replace the job's own. What the plan breaks already doesn't stand in the way, unless it gets worse.
    """
    return Inserter(problem, plan).insert(job, windows=windows, limit=limit, workers=workers)


@dataclass(frozen=True, slots=True)
class WindowAnswer:
    """Either the cheapest insertion inside the window, or why there is none."""

    window: Window
    insertion: Insertion | None
    unserved: Unserved | None


def best_windows(problem: Problem, plan: Plan, job: Job, windows: Sequence[Window]) -> list[WindowAnswer]:
    """For each window, in the given order, the cheapest insertion with service beginning inside it."""
    inserter = Inserter(problem, plan)
    answers = []
    for window in windows:
        asked = replace(job, windows=(window,))
        found = inserter.insert(asked, limit=1)
        answers.append(WindowAnswer(window, found[0] if found else None, None if found else inserter.reasons(asked)))
    return answers


class Inserter:
    """Asks one plan about several jobs or windows without preparing its routes again."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self._routes = {route.worker: route for route in plan.routes}
        self._served = {job_id for route in plan.routes for job_id in route.job_ids}
        self._lanes: dict[int, _Lane | None] = {}

    def insert(
        self,
        job: Job,
        *,
        windows: tuple[Window, ...] | None = None,
        limit: int | None = None,
        workers: Iterable[int] | None = None,
    ) -> list[Insertion]:
        if job.id in self._served:
            raise ProblemError("job", f"{job.id} is in the plan already")
        wanted = job if windows is None else replace(job, windows=windows)
        chosen = self.problem.workers if workers is None else [self.problem.worker(ident) for ident in workers]
        found: list[Insertion] = []
        for added, worker_id, position in sorted(self._candidates(wanted, chosen)):
            if limit is not None and len(found) >= limit:
                break
            lane = self._lane(self.problem.worker(worker_id))
            insertion = None if lane is None else lane.insertion(wanted, position, added)
            if insertion is not None:
                found.append(insertion)
        return sorted(found, key=lambda one: (one.added_travel_s, one.begin, one.worker, one.position))

    def accept(self, insertion: Insertion) -> None:
        """Goes on with the plan that the insertion makes; its job must be one of the problem's."""
        self._routes[insertion.worker] = insertion.route
        self._served.update(insertion.route.job_ids)
        self._lanes.pop(insertion.worker, None)

    @property
    def routes(self) -> tuple[Route, ...]:
        return tuple(self._routes.values())

    def reasons(self, job: Job) -> Unserved:
        """Every worker's own blocker, and as the reason the finest of them: how near the job came to being served."""
        blockers: dict[int, str] = {}
        for worker in self.problem.workers:
            own = own_blocker(self.problem, worker, job)
            if own is None:
                own = "not_worth" if self.insert(job, limit=1, workers=[worker.id]) else "no_room"
            blockers[worker.id] = own
        reason = max(blockers.values(), key=BLOCKERS.index, default="no_shift")
        return Unserved(job.id, reason, blockers)

    def _candidates(self, job: Job, workers: Iterable[Worker]) -> Iterator[tuple[Seconds, int, int]]:
        for worker in workers:
            if not _meets(job.begins, worker.shift) or static_blocker(worker, job) is not None:
                continue
            lane = self._lane(worker)
            if lane is None or job.place >= len(lane.rows):
                continue
            for position, added in lane.places_for(job):
                yield added, worker.id, position

    def _lane(self, worker: Worker) -> "_Lane | None":
        """None where the route holds jobs that the problem doesn't know."""
        if worker.id not in self._lanes:
            route = self._routes.get(worker.id)
            jobs = [self.problem.find_job(ident) for ident in (() if route is None else route.job_ids)]
            known = [job for job in jobs if job is not None]
            self._lanes[worker.id] = _Lane(self.problem, worker, route, known) if len(known) == len(jobs) else None
        return self._lanes[worker.id]


def _meets(windows: Sequence[Window], shift: Window) -> bool:
    return any(window.start <= shift.end and window.end >= shift.start for window in windows)


class _Lane:
    """One worker's route, with bounds that rule out most positions at a glance.

    ``ends[i]`` is the earliest moment to leave stop i (0: the start), ``latest[i]`` the latest begin of job i that
    still keeps the rest. Both leave breaks out, so they rule out nothing that is possible; ``insertion`` decides.
    """

    def __init__(self, problem: Problem, worker: Worker, route: Route | None, jobs: list[Job]) -> None:
        self.problem, self.worker, self.jobs = problem, worker, jobs
        self.rows = problem.travel_rows(worker)
        self.before: list[Violation] = [] if route is None else check_route(problem, route)
        self.is_late = bool(jobs) and time_route(problem, worker, jobs) is None
        self.places = [worker.start, *(job.place for job in jobs), worker.end]
        self.ends = self._earliest_ends()
        self.latest = self._latest_begins()

    def _way(self, here: int | None, there: int | None) -> Seconds:
        return 0 if here is None or there is None else self.rows[here][there]

    def _work(self, index: int) -> Seconds:
        job = self.jobs[index]
        spared = index > 0 and self.jobs[index - 1].place == job.place
        return job.duration_s + (0 if spared else job.setup_s)

    def _earliest_ends(self) -> list[float]:
        ends: list[float] = [self.worker.leaves_from]
        for index, job in enumerate(self.jobs):
            begin = _earliest(job.begins, ends[-1] + self._way(self.places[index], job.place))
            ends.append(begin + self._work(index))
        return ends

    def _latest_begins(self) -> list[float]:
        """One entry more than jobs: the last is the latest arrival at the end."""
        latest: list[float] = [self.worker.shift.end]
        for index in reversed(range(len(self.jobs))):
            way = self._way(self.places[index + 1], self.places[index + 2])
            latest.append(_latest(self.jobs[index].begins, latest[-1] - way - self._work(index)))
        return latest[::-1]

    def places_for(self, job: Job) -> Iterator[tuple[int, Seconds]]:
        """Positions that the bounds allow, each with the travel that it adds."""
        if self.worker.max_jobs is not None and len(self.jobs) >= self.worker.max_jobs and not self.is_late:
            return
        begins = job.begins
        direct_allowed = bool(self.jobs)
        for position in range(len(self.jobs) + 1):
            here, after = self.places[position], self.places[position + 1]
            there, back = self._way(here, job.place), self._way(job.place, after)
            added = there + back - (self._way(here, after) if direct_allowed else 0)
            if not self.is_late:
                spared = position > 0 and here == job.place
                end = _earliest(begins, self.ends[position] + there)
                end += job.duration_s + (0 if spared else job.setup_s)
                if end + back > self.latest[position] and not self._spares_next(job, position):
                    continue
            yield position, added

    def _spares_next(self, job: Job, position: int) -> bool:
        return position < len(self.jobs) and self.jobs[position].place == job.place

    def insertion(self, job: Job, position: int, added: Seconds) -> Insertion | None:
        jobs = [*self.jobs[:position], job, *self.jobs[position:]]
        route = time_route(self.problem, self.worker, jobs, forced=self.is_late)
        if route is None or part(check_route(self.problem, route, {job.id: job}), self.before).broken:
            return None
        stop = _stop_of(route, job.id)
        return Insertion(self.worker.id, position, route, added, stop.arrival, stop.begin, stop.end)


def _stop_of(route: Route, job_id: int) -> Stop:
    return next(stop for stop in route.stops if stop.kind == "job" and stop.id == job_id)


def _earliest(windows: Sequence[Window], moment: float) -> float:
    """The first moment from ``moment`` on that lies in a window; infinite when there is none."""
    for window in windows:
        if moment <= window.end:
            return max(moment, window.start)
    return inf


def _latest(windows: Sequence[Window], moment: float) -> float:
    """The last moment up to ``moment`` that lies in a window; minus infinite when there is none."""
    index = bisect_right(windows, moment, key=lambda window: window.start)
    return min(moment, windows[index - 1].end) if index else -inf
