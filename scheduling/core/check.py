"""The judge of every plan. It shares no code with the planner: every time is recomputed from the order of the stops.

Rules, by the code that a violation carries:

unknown_worker, two_routes      a route must belong to one worker, and a worker has at most one
unknown_job, served_twice       a job exists and is served once
not_listed, listed_and_served   what isn't served is listed once, with a reason (no_reason)
overlap                         a stop begins before its arrival, or it or the return while the stop before goes on
travel                          less driving than the way takes
window, pinned_start            service begins outside every window, or not at the pinned second
duration, setup                 a job is cut short by work, or by the setup that a new place takes
skill, not_allowed              the worker lacks a skill or its level, or isn't one of the allowed
shift_start, ready_at, shift_end
break_missing, break_twice, break_unknown, break_window, break_short
capacity, max_jobs, max_travel
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from scheduling.core.plan import Plan, Route, Stop
from scheduling.core.problem import Break, Job, Problem, Seconds, Window, Worker


@dataclass(frozen=True, slots=True)
class Violation:
    """``amount`` is by how much the rule is broken: seconds for times, units for loads, else a count."""

    rule: str
    worker: int | None = None
    job: int | None = None
    amount: int = 1
    break_id: int | None = None
    skill: str | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two violations the same one. Who comes late doesn't matter to the customer who waits."""
        worker = None if self.rule in ("window", "pinned_start") else self.worker
        return (self.rule, worker, self.job, self.break_id, self.skill)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``broken`` is new and must be refused; ``inherited`` was so in the baseline and is no worse now."""

    broken: tuple[Violation, ...]
    inherited: tuple[Violation, ...] = ()

    @property
    def is_fine(self) -> bool:
        return not self.broken


def check(problem: Problem, plan: Plan, baseline: Plan | None = None) -> CheckResult:
    found = [*_check_lists(problem, plan)]
    for route in plan.routes:
        found += check_route(problem, route)
    return part(found, _violations(problem, baseline) if baseline is not None else ())


def part(found: Iterable[Violation], before: Iterable[Violation]) -> CheckResult:
    """Parts violations into those that are new or worse than ``before`` and those inherited from it."""
    known: dict[tuple[object, ...], int] = {}
    for violation in before:
        known[violation.key] = max(violation.amount, known.get(violation.key, 0))
    broken: list[Violation] = []
    inherited: list[Violation] = []
    for violation in found:
        (inherited if violation.amount <= known.get(violation.key, 0) else broken).append(violation)
    return CheckResult(tuple(broken), tuple(inherited))


def check_route(problem: Problem, route: Route, extra: Mapping[int, Job] | None = None) -> list[Violation]:
    """What one route breaks by itself. ``extra`` adds jobs that the problem doesn't know."""
    worker = problem.find_worker(route.worker)
    if worker is None:
        return [Violation("unknown_worker", route.worker)]
    return _RouteCheck(problem, worker, route, extra or {}).run()


def _violations(problem: Problem, plan: Plan) -> list[Violation]:
    return [violation for route in plan.routes for violation in check_route(problem, route)]


def _check_lists(problem: Problem, plan: Plan) -> Iterable[Violation]:
    for worker, count in Counter(route.worker for route in plan.routes).items():
        if count > 1:
            yield Violation("two_routes", worker, amount=count - 1)
    served = Counter(job_id for route in plan.routes for job_id in route.job_ids)
    listed = Counter(entry.job for entry in plan.unserved)
    for job_id, count in served.items():
        if count > 1:
            yield Violation("served_twice", job=job_id, amount=count - 1)
        if job_id in listed:
            yield Violation("listed_and_served", job=job_id)
    for job in problem.jobs:
        if job.id not in served and listed[job.id] != 1:
            yield Violation("not_listed", job=job.id)
    for entry in plan.unserved:
        if problem.find_job(entry.job) is None:
            yield Violation("unknown_job", job=entry.job)
        if not entry.reason:
            yield Violation("no_reason", job=entry.job)


class _RouteCheck:
    """Follows one route stop by stop and collects what it breaks."""

    def __init__(self, problem: Problem, worker: Worker, route: Route, extra: Mapping[int, Job]) -> None:
        self.problem, self.worker, self.route, self.extra = problem, worker, route, extra
        self.durations = problem.travel[worker.profile].durations_s
        self.found: list[Violation] = []
        self.jobs: list[Job] = []

    def run(self) -> list[Violation]:
        self._follow()
        self._check_breaks()
        self._check_loads()
        worker = self.worker
        if worker.max_jobs is not None and len(self.jobs) > worker.max_jobs:
            self._fault("max_jobs", amount=len(self.jobs) - worker.max_jobs)
        return self.found

    def _fault(
        self, rule: str, job: int | None = None, amount: int = 1, pause: int | None = None, skill: str | None = None
    ) -> None:
        self.found.append(Violation(rule, self.worker.id, job, amount, pause, skill))

    def _way(self, here: int | None, there: int | None) -> Seconds:
        if here is None or there is None:
            return 0
        return round(int(self.durations[here, there]) / self.worker.speed_factor)

    def _follow(self) -> None:
        worker, route = self.worker, self.route
        clock, here, driven, total = route.leaves, worker.start, 0, 0
        if clock < worker.shift.start:
            self._fault("shift_start", amount=worker.shift.start - clock)
        if worker.ready_at is not None and clock < worker.ready_at:
            self._fault("ready_at", amount=worker.ready_at - clock)
        for stop in route.stops:
            ident = stop.id if stop.kind == "job" else None
            pause = stop.id if stop.kind == "break" else None
            driven += max(0, min(stop.travel_s, stop.arrival - clock))
            early = max(clock - stop.arrival, stop.arrival - stop.begin, stop.begin - stop.end)
            if early > 0:
                self._fault("overlap", ident, early, pause)
            clock = max(clock, stop.end)
            if stop.kind == "break":
                continue
            job = self.extra.get(stop.id) or self.problem.find_job(stop.id)
            if job is None:
                self._fault("unknown_job", stop.id)
                continue
            need = self._way(here, job.place)
            total += need
            if driven < need:
                self._fault("travel", job.id, need - driven)
            self._check_job(job, stop, spared=bool(self.jobs) and here == job.place)
            self.jobs.append(job)
            here, driven = job.place, 0
        need = self._way(here, worker.end)
        total += need
        driven += max(0, min(route.travel_back_s, route.returns - clock))
        if driven < need:
            self._fault("travel", amount=need - driven)
        if max(route.returns, clock) > worker.shift.end:
            self._fault("shift_end", amount=max(route.returns, clock) - worker.shift.end)
        if route.returns < clock:
            self._fault("overlap", amount=clock - route.returns)
        if worker.max_travel_s is not None and total > worker.max_travel_s:
            self._fault("max_travel", amount=total - worker.max_travel_s)

    def _check_job(self, job: Job, stop: Stop, *, spared: bool) -> None:
        if job.pinned_start is not None:
            if stop.begin != job.pinned_start:
                self._fault("pinned_start", job.id, abs(stop.begin - job.pinned_start))
        elif away := _outside(stop.begin, job.windows):
            self._fault("window", job.id, away)
        given, setup = stop.end - stop.begin, 0 if spared else job.setup_s
        if given < job.duration_s:
            self._fault("duration", job.id, job.duration_s - given)
        elif given < job.duration_s + setup:
            self._fault("setup", job.id, job.duration_s + setup - given)
        for skill, level in job.skills.items():
            if self.worker.skills.get(skill, -1) < level:
                self._fault("skill", job.id, skill=skill)
        if job.allowed_workers is not None and self.worker.id not in job.allowed_workers:
            self._fault("not_allowed", job.id)

    def _check_breaks(self) -> None:
        known: dict[int, Break] = {pause.id: pause for pause in self.worker.breaks}
        taken: set[int] = set()
        for stop in self.route.stops:
            if stop.kind != "break":
                continue
            pause = known.get(stop.id)
            if pause is None:
                self._fault("break_unknown", pause=stop.id)
                continue
            if stop.id in taken:
                self._fault("break_twice", pause=stop.id)
            taken.add(stop.id)
            if away := _outside(stop.begin, pause.windows):
                self._fault("break_window", amount=away, pause=stop.id)
            if stop.end - stop.begin < pause.duration_s:
                self._fault("break_short", amount=pause.duration_s - (stop.end - stop.begin), pause=stop.id)
        if self.jobs:
            for ident in known.keys() - taken:
                self._fault("break_missing", pause=ident)

    def _check_loads(self) -> None:
        """Deliveries are on board from the start, pickups stay on board to the end. No capacity given: no limit."""
        room = self.worker.capacity
        if not room:
            return
        loads = [_amounts(room, job.delivery) for job in self.jobs]
        load = [sum(column) for column in zip(*loads, strict=True)] or [0] * len(room)
        worst = max(0, *(have - limit for have, limit in zip(load, room, strict=True)))
        for job in self.jobs:
            for k, (out, new) in enumerate(zip(_amounts(room, job.delivery), _amounts(room, job.pickup), strict=True)):
                load[k] += new - out
                worst = max(worst, load[k] - room[k])
        if worst:
            self._fault("capacity", amount=worst)


def _amounts(room: tuple[int, ...], amounts: tuple[int, ...]) -> list[int]:
    return [given or 0 for given, _ in zip_longest(amounts[: len(room)], room)]


def _outside(moment: Seconds, windows: tuple[Window, ...]) -> Seconds:
    """How far a moment is from the nearest window; 0 inside one."""
    return min(max(window.start - moment, moment - window.end, 0) for window in windows)
