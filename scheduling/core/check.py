"""The judge of every plan. It shares no code with the planner: every time is recomputed from the order of the stops.

Rules, by the code that a violation carries:

unknown_worker, two_routes      a route must belong to one worker, and a worker has at most one
unknown_job, served_twice       a job exists and is served once
not_listed, listed_and_served   what isn't served is listed once, with a reason (no_reason)
overlap                         a stop begins before its arrival, or it or the return while the stop before goes on
travel                          less driving than the way takes in its hours
pinned_start, promise, opening, earliest, due, window
                                service begins at another second than the pinned one, outside the promise, the site's
                                hours, the bounds, or (where nothing is pinned or promised) the customer's windows
duration, setup                 a job is cut short by work, or by the setup that a new place takes
skill, any_skill, certificate   the worker lacks a skill or its level, every one of a group, or its proof on the day
excluded, not_allowed, pinned_worker
forbidden_area, area            the place lies in a forbidden territory, or in none of those allowed
frozen                          a frozen job isn't where it stands among the first of its worker
shift_start, ready_at, shift_end
break_missing, break_twice, break_unknown, break_window, break_short
absence                         any of these for an absence; the amount is what of it isn't kept
capacity, max_jobs, max_work, max_travel, max_leg
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from scheduling.core.plan import Plan, Route, Stop
from scheduling.core.problem import Break, Job, Problem, Seconds, Speed, Window, Worker

OF_THE_CUSTOMER = frozenset({"window", "pinned_start", "promise", "opening", "earliest", "due"})


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
        """What makes two violations the same one. Who comes late doesn't matter to the customer who waits, nor to whom
        a worker drives too far."""
        worker = None if self.rule in OF_THE_CUSTOMER else self.worker
        job = None if self.rule == "max_leg" else self.job
        return (self.rule, worker, job, self.break_id, self.skill)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``broken`` is new and must be refused; ``inherited`` was so in the baseline and is no worse now."""

    broken: tuple[Violation, ...]
    inherited: tuple[Violation, ...] = ()

    @property
    def is_fine(self) -> bool:
        return not self.broken


def check(problem: Problem, plan: Plan, baseline: Plan | None = None) -> CheckResult:
    found = [*_check_lists(problem, plan), *_violations(problem, plan)]
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
    """What the routes break, and what frozen jobs miss where their worker has no route."""
    found = [violation for route in plan.routes for violation in check_route(problem, route)]
    used = {route.worker for route in plan.routes}
    idle = [worker for worker in problem.workers if worker.id not in used]
    return [*found, *(Violation("frozen", worker.id, job) for worker in idle for job in worker.frozen)]


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
        self.travel = problem.travel[worker.profile]
        self.found: list[Violation] = []
        self.jobs: list[Job] = []
        self.work_s = self.driven_s = 0
        self.pieces: list[tuple[Seconds, Seconds]] = []

    def run(self) -> list[Violation]:
        self._follow()
        self._check_breaks()
        self._check_loads()
        self._check_limits()
        ids = self.route.job_ids
        for index, job_id in enumerate(self.worker.frozen):
            if index >= len(ids) or ids[index] != job_id:
                self._fault("frozen", job_id)
        return self.found

    def _fault(
        self, rule: str, job: int | None = None, amount: int = 1, pause: int | None = None, skill: str | None = None
    ) -> None:
        self.found.append(Violation(rule, self.worker.id, job, amount, pause, skill))

    def _follow(self) -> None:
        worker, route = self.worker, self.route
        clock, here = route.leaves, worker.start
        if clock < worker.shift.start:
            self._fault("shift_start", amount=worker.shift.start - clock)
        if worker.ready_at is not None and clock < worker.ready_at:
            self._fault("ready_at", amount=worker.ready_at - clock)
        for stop in route.stops:
            ident = stop.id if stop.kind == "job" else None
            self._note_driving(clock, stop.arrival, stop.travel_s)
            early = max(clock - stop.arrival, stop.arrival - stop.begin, stop.begin - stop.end)
            if early > 0:
                self._fault("overlap", ident, early, stop.id if stop.kind == "break" else None)
            clock = max(clock, stop.end)
            if stop.kind == "break":
                continue
            job = self.extra.get(stop.id) or self.problem.find_job(stop.id)
            if job is None:
                self._fault("unknown_job", stop.id)
                continue
            self._check_way(here, job.place, job.id)
            self._check_job(job, stop, spared=bool(self.jobs) and here == job.place)
            self.jobs.append(job)
            here = job.place
        self._note_driving(clock, route.returns, route.travel_back_s)
        self._check_way(here, worker.end if self.jobs else here, None)
        latest = worker.shift.end + worker.overtime_s
        if max(route.returns, clock) > latest:
            self._fault("shift_end", amount=max(route.returns, clock) - latest)
        if route.returns < clock:
            self._fault("overlap", amount=clock - route.returns)

    def _note_driving(self, clock: Seconds, arrival: Seconds, travel_s: Seconds) -> None:
        """Who drives arrives when the driving ends, and began after what was before."""
        driven = max(0, min(travel_s, arrival - clock))
        self.pieces.append((arrival - driven, arrival))

    def _check_way(self, here: int | None, there: int | None, job: int | None) -> None:
        """Whether the driving since the last place was enough for the way, and not too long."""
        need = 0
        if here is not None and there is not None:
            need = round(int(self.travel.durations_s[here, there]) / self.worker.speed_factor)
        driven = sum([end - start for start, end in self.pieces])
        speeds = self.travel.speeds
        covered = sum([_covered(speeds, *piece) for piece in self.pieces]) if speeds else 100 * driven
        if covered < 100 * need:
            self._fault("travel", job, -((covered - 100 * need) // 100))
        driven = driven if speeds else need
        self.driven_s += driven
        self.pieces = []
        if self.worker.max_leg_s is not None and driven > self.worker.max_leg_s:
            self._fault("max_leg", job, driven - self.worker.max_leg_s)

    def _check_job(self, job: Job, stop: Stop, *, spared: bool) -> None:
        self._check_begin(job, stop.begin)
        given, setup = stop.end - stop.begin, 0 if spared else job.setup_s
        self.work_s += job.duration_s + setup
        if given < job.duration_s:
            self._fault("duration", job.id, job.duration_s - given)
        elif given < job.duration_s + setup:
            self._fault("setup", job.id, job.duration_s + setup - given)
        self._check_skills(job)
        self._check_worker(job)

    def _check_begin(self, job: Job, begin: Seconds) -> None:
        """Each rule that the begin breaks is named, so that an earlier fault can't hide one that got worse."""
        if job.pinned_start is not None:
            if begin != job.pinned_start:
                self._fault("pinned_start", job.id, abs(begin - job.pinned_start))
            return
        if job.promise is not None and begin in job.promise and not _can_be_kept(job, job.promise):
            return
        if job.promise is not None:
            self._check_span("promise", job, begin, (job.promise,))
        else:
            self._check_span("window", job, begin, job.windows)
        self._check_span("opening", job, begin, job.opening)
        if job.earliest is not None and begin < job.earliest:
            self._fault("earliest", job.id, job.earliest - begin)
        if job.due is not None and begin > job.due:
            self._fault("due", job.id, begin - job.due)

    def _check_span(self, rule: str, job: Job, begin: Seconds, windows: tuple[Window, ...]) -> None:
        if away := _outside(begin, windows):
            self._fault(rule, job.id, away)

    def _check_skills(self, job: Job) -> None:
        for skill, level in job.skills.items():
            if self.worker.skills.get(skill, -1) < level:
                self._fault("skill", job.id, skill=skill)
            elif self._has_run_out(skill):
                self._fault("certificate", job.id, skill=skill)
        for group in job.any_skills:
            held = [skill for skill, level in group.items() if self.worker.skills.get(skill, -1) >= level]
            if not held:
                self._fault("any_skill", job.id, skill="|".join(sorted(group)))
            elif all(map(self._has_run_out, held)):
                self._fault("certificate", job.id, skill="|".join(sorted(held)))

    def _has_run_out(self, skill: str) -> bool:
        last = self.worker.expires.get(skill)
        return last is not None and last < self.worker.shift.start

    def _check_worker(self, job: Job) -> None:
        worker = self.worker
        if worker.id in job.excluded_workers:
            self._fault("excluded", job.id)
        if job.allowed_workers is not None and worker.id not in job.allowed_workers:
            self._fault("not_allowed", job.id)
        if job.pinned_workers is not None and worker.id not in job.pinned_workers:
            self._fault("pinned_worker", job.id)
        if job.areas & worker.forbidden_areas:
            self._fault("forbidden_area", job.id)
        if worker.allowed_areas is not None and not job.areas & worker.allowed_areas:
            self._fault("area", job.id)

    def _check_breaks(self) -> None:
        known = {pause.id: (pause, _moved(pause, self.worker.shift.start)) for pause in self.worker.breaks}
        taken: set[int] = set()
        for stop in self.route.stops:
            if stop.kind != "break":
                continue
            if stop.id not in known:
                self._fault("break_unknown", pause=stop.id)
                continue
            pause, windows = known[stop.id]
            if stop.id in taken:
                self._break_fault("break_twice", pause, 1)
            taken.add(stop.id)
            if away := _outside(stop.begin, windows):
                self._break_fault("break_window", pause, away)
            if stop.end - stop.begin < pause.duration_s:
                self._break_fault("break_short", pause, pause.duration_s - (stop.end - stop.begin))
        if self.jobs:
            for ident in known.keys() - taken:
                pause = known[ident][0]
                self._break_fault("break_missing", pause, pause.duration_s if pause.is_absence else 1)

    def _break_fault(self, rule: str, pause: Break, amount: int) -> None:
        if pause.is_absence:
            self._fault("absence", amount=max(1, min(amount, pause.duration_s)), pause=pause.id)
        else:
            self._fault(rule, amount=amount, pause=pause.id)

    def _check_limits(self) -> None:
        worker = self.worker
        limits = (
            ("max_jobs", len(self.jobs), worker.max_jobs),
            ("max_work", self.work_s, worker.max_work_s),
            ("max_travel", self.driven_s, worker.max_travel_s),
        )
        for rule, amount, most in limits:
            if most is not None and amount > most:
                self._fault(rule, amount=amount - most)

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


def _moved(pause: Break, start: Seconds) -> tuple[Window, ...]:
    """The break's windows in the problem's seconds."""
    shift = start if pause.from_start else 0
    return tuple(Window(window.start + shift, window.end + shift) for window in pause.windows)


def _covered(speeds: tuple[Speed, ...], start: Seconds, end: Seconds) -> int:
    """Hundredths of a second of the matrix that driving from ``start`` to ``end`` covers."""
    total, at, percent = 0, start, 100
    for speed in speeds:
        upto = min(speed.start, end)
        if upto > at:
            total += (upto - at) * percent
            at = upto
        percent = speed.percent
    return total + max(0, end - at) * percent


def _can_be_kept(job: Job, promise: Window) -> bool:
    """Whether the site's hours, earliest and due leave anything of the promise."""
    first = promise.start if job.earliest is None else max(promise.start, job.earliest)
    last = promise.end if job.due is None else min(promise.end, job.due)
    return any(max(first, window.start) <= min(last, window.end) for window in job.opening)


def _outside(moment: Seconds, windows: tuple[Window, ...]) -> Seconds:
    """How far a moment is from the nearest window; 0 inside one."""
    away: Seconds | None = None
    for window in windows:
        if window.start <= moment <= window.end:
            return 0
        gap = window.start - moment if moment < window.start else moment - window.end
        away = gap if away is None else min(away, gap)
    return away or 0
