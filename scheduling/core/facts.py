"""What has happened can't be planned away: a problem in which what a plan breaks already may stay as bad as it is."""

from collections.abc import Iterable
from dataclasses import replace

from scheduling.core.check import check
from scheduling.core.plan import Plan, Stop
from scheduling.core.problem import Break, Job, Problem, Seconds, Window, Worker


def relax(problem: Problem, baseline: Plan) -> Problem:
    """Late begins, late breaks and overrun shifts of ``baseline`` become possible; any later stays impossible."""
    rules = {violation.rule for violation in check(problem, baseline).broken}
    if not rules & {"window", "pinned_start", "break_window", "shift_end"}:
        return problem
    jobs = {stop.id: stop.begin for route in baseline.routes for stop in _stops(route.stops, "job")}
    workers = {
        route.worker: (route.returns, {stop.id: stop.begin for stop in _stops(route.stops, "break")})
        for route in baseline.routes
    }
    return replace(
        problem,
        jobs=tuple(_relaxed_job(job, jobs[job.id]) if job.id in jobs else job for job in problem.jobs),
        workers=tuple(
            _relaxed_worker(worker, *workers[worker.id]) if worker.id in workers else worker
            for worker in problem.workers
        ),
    )


def _stops(stops: Iterable[Stop], kind: str) -> list[Stop]:
    return [stop for stop in stops if stop.kind == kind]


def _relaxed_job(job: Job, begin: Seconds) -> Job:
    windows = _until(job.begins, begin)
    return job if windows == job.begins else replace(job, windows=windows, pinned_start=None)


def _relaxed_worker(worker: Worker, returns: Seconds, begins: dict[int, Seconds]) -> Worker:
    shift = Window(worker.shift.start, max(worker.shift.end, returns))
    return replace(worker, shift=shift, breaks=tuple(_relaxed_break(pause, begins) for pause in worker.breaks))


def _relaxed_break(pause: Break, begins: dict[int, Seconds]) -> Break:
    return replace(pause, windows=_until(pause.windows, begins[pause.id])) if pause.id in begins else pause


def _until(windows: tuple[Window, ...], begin: Seconds) -> tuple[Window, ...]:
    """The windows, the last one longer where ``begin`` is after all of them."""
    if begin <= windows[-1].end:
        return windows
    return (*windows[:-1], Window(windows[-1].start, begin))
