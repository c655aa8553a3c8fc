"""What has happened can't be planned away: a problem in which what a plan breaks already may stay as bad as it is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from scheduling.core.check import OF_THE_CUSTOMER, Violation, check
from scheduling.core.plan import Plan, Route, Stop
from scheduling.core.problem import Break, Job, Problem, Seconds, Window, Worker

OF_THE_PLACE = frozenset({"area", "forbidden_area"})
OF_THE_CLOCK = frozenset({"break_window", "absence", "shift_end"})
LIMITS = {"max_jobs": "max_jobs", "max_work": "max_work_s", "max_travel": "max_travel_s", "max_leg": "max_leg_s"}


def relax(problem: Problem, baseline: Plan) -> Problem:
    """What ``baseline`` breaks of these becomes possible, and anything worse stays impossible: begins outside their
    bounds, late breaks and absences, overrun shifts; more jobs, work, driving, a longer leg or a fuller van than the
    worker's limits; a place outside the worker's territories (then no other worker may have it, who wouldn't inherit
    that)."""
    broken: dict[int | None, list[Violation]] = defaultdict(list)
    for violation in check(problem, baseline).broken:
        broken[violation.worker].append(violation)
    jobs = {job.id: job for job in problem.jobs}
    workers = {worker.id: worker for worker in problem.workers}
    private = _unused_area(problem)
    for route in baseline.routes:
        faults = broken.get(route.worker, [])
        if route.worker not in workers or not faults:
            continue
        begins = {stop.id: stop.begin for stop in _stops(route.stops, "job")}
        late = {fault.job for fault in faults if fault.rule in OF_THE_CUSTOMER}
        strayed = {fault.job for fault in faults if fault.rule in OF_THE_PLACE}
        for job_id in begins.keys() & jobs.keys():
            if job_id in late:
                jobs[job_id] = _relaxed_job(jobs[job_id], begins[job_id])
            if job_id in strayed:
                jobs[job_id] = replace(
                    jobs[job_id], areas=frozenset({private}), pinned_workers=frozenset({route.worker})
                )
        worker = _relaxed_worker(workers[route.worker], route, faults, private)
        if any(fault.rule == "capacity" for fault in faults):
            worker = replace(
                worker, capacity=_loaded(worker, [jobs[ident] for ident in route.job_ids if ident in jobs])
            )
        workers[route.worker] = worker
    return replace(problem, jobs=tuple(jobs.values()), workers=tuple(workers.values()))


def _unused_area(problem: Problem) -> int:
    """Stands for "where this job is" in a territory that would not allow it."""
    used = [job.areas for job in problem.jobs]
    used += [worker.home_areas | worker.forbidden_areas | (worker.allowed_areas or set()) for worker in problem.workers]
    return max(frozenset[int]().union(*used), default=0) + 1


def _stops(stops: Iterable[Stop], kind: str) -> list[Stop]:
    return [stop for stop in stops if stop.kind == kind]


def _relaxed_job(job: Job, begin: Seconds) -> Job:
    """Each rule by itself reaches to ``begin``, so that none gets worse in exchange for another."""
    if job.pinned_start is not None:
        pin = (Window(min(job.pinned_start, begin), max(job.pinned_start, begin)),)
        free = replace(job, windows=pin, pinned_start=None, promise=None, earliest=None, due=None)
        return replace(free, opening=pin)
    promise = job.promise
    return replace(
        job,
        windows=_reaching(job.windows, begin),
        opening=_reaching(job.opening, begin),
        earliest=None if job.earliest is None else min(job.earliest, begin),
        due=None if job.due is None else max(job.due, begin),
        promise=None if promise is None else Window(min(promise.start, begin), max(promise.end, begin)),
    )


def _relaxed_worker(worker: Worker, route: Route, faults: list[Violation], private: int) -> Worker:
    rules = {fault.rule for fault in faults}
    if rules & OF_THE_PLACE:
        allowed = None if worker.allowed_areas is None else worker.allowed_areas | {private}
        worker = replace(worker, allowed_areas=allowed)
    worker = replace(worker, **_raised_limits(worker, faults))
    if not rules & OF_THE_CLOCK:
        return worker
    begins = {stop.id: stop.begin for stop in _stops(route.stops, "break")}
    return replace(
        worker,
        overtime_s=max(worker.overtime_s, route.returns - worker.shift.end),
        breaks=tuple(
            _relaxed_break(pause, begins[pause.id] - (worker.shift.start if pause.from_start else 0))
            if pause.id in begins
            else pause
            for pause in worker.breaks
        ),
    )


def _raised_limits(worker: Worker, faults: list[Violation]) -> dict[str, Any]:
    """Each limit as far as the worst of its faults goes beyond it."""
    beyond: dict[str, int] = {}
    for fault in faults:
        if fault.rule in LIMITS:
            name = LIMITS[fault.rule]
            beyond[name] = max(beyond.get(name, 0), fault.amount)
    return {name: getattr(worker, name) + amount for name, amount in beyond.items()}


def _loaded(worker: Worker, jobs: list[Job]) -> tuple[int, ...]:
    """The capacity, in each unit as large as what is on board at some time. Deliveries are from the start, pickups
    stay to the end."""
    room = []
    for unit, limit in enumerate(worker.capacity):
        load = most = sum(_amount(job.delivery, unit) for job in jobs)
        for job in jobs:
            load += _amount(job.pickup, unit) - _amount(job.delivery, unit)
            most = max(most, load)
        room.append(max(limit, most))
    return tuple(room)


def _amount(amounts: tuple[int, ...], unit: int) -> int:
    return amounts[unit] if unit < len(amounts) else 0


def _relaxed_break(pause: Break, begin: Seconds) -> Break:
    return replace(pause, windows=_reaching(pause.windows, begin))


def _reaching(windows: tuple[Window, ...], begin: Seconds) -> tuple[Window, ...]:
    """The windows, the one nearest to ``begin`` grown up to it."""
    near = min(windows, key=lambda window: max(window.start - begin, begin - window.end, 0))
    grown = Window(min(near.start, begin), max(near.end, begin))
    return tuple(grown if window is near else window for window in windows)
