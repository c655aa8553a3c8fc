"""When everything on a route happens, given only the order of its jobs.

Breaks are placed where the route ends soonest: between two jobs a break may interrupt the driving, and driving fills
the time until a break may begin. Every begin is the earliest one; the departure is then moved to just before it.
"""

from dataclasses import dataclass
from itertools import pairwise, permutations

from scheduling.core.plan import Plan, Route, Stop
from scheduling.core.problem import Break, Job, Problem, Seconds, Window, Worker

# Up to so many breaks every order of them is tried; more are taken in the order in which their windows close.
ORDERS_TRIED_UP_TO = 3
_NO_STOPS: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class _Label:
    """The best way to have finished some stops: ``late`` seconds past windows in all, then the earliest ``clock``."""

    late: Seconds
    clock: Seconds
    before: "_Label | None"
    stops: tuple[Stop, ...]

    def is_better_than(self, other: "_Label | None") -> bool:
        return other is None or (self.late, self.clock) < (other.late, other.clock)


def schedule_route(problem: Problem, worker_id: int, job_ids: tuple[int, ...] | list[int]) -> Route | None:
    """The earliest times for these jobs in this order, or None when windows, breaks and shift leave none.

    Looks at times alone: skills, capacities and limits on travel or number are for ``check``.
    """
    return time_route(problem, problem.worker(worker_id), [problem.job(job_id) for job_id in job_ids])


def force_route(problem: Problem, worker_id: int, job_ids: tuple[int, ...] | list[int]) -> Route:
    """As ``schedule_route``, but windows and shift may be overrun, as little as can be, where there is no other way."""
    route = time_route(problem, problem.worker(worker_id), [problem.job(job_id) for job_id in job_ids], forced=True)
    if route is None:
        raise AssertionError("a forced route always has times")
    return route


def retime(problem: Problem, plan: Plan) -> Plan:
    """The plan's routes in their order at the times that hold now, late where need be: the baseline for ``check`` when
    part of the day has happened. Routes with a worker or jobs that the problem doesn't know stay as they are."""
    return Plan(tuple(_retimed(problem, route) for route in plan.routes), plan.unserved)


def _retimed(problem: Problem, route: Route) -> Route:
    known = all(problem.find_job(ident) is not None for ident in route.job_ids)
    if not known or problem.find_worker(route.worker) is None:
        return route
    return force_route(problem, route.worker, route.job_ids)


def time_route(problem: Problem, worker: Worker, jobs: list[Job], *, forced: bool = False) -> Route | None:
    """Like ``schedule_route`` for jobs that the problem needn't know."""
    rows = problem.travel_rows(worker)
    best: _Label | None = None
    for breaks in _break_orders(worker.breaks):
        label = _run(rows, worker, jobs, breaks, forced)
        if label is not None and label.is_better_than(best):
            best = label
    return None if best is None else _route(rows, worker, jobs, best)


def _break_orders(breaks: tuple[Break, ...]) -> list[tuple[Break, ...]]:
    if len(breaks) <= ORDERS_TRIED_UP_TO:
        return list(permutations(breaks))
    return [tuple(sorted(breaks, key=lambda pause: (pause.windows[-1].end, pause.windows[0].start)))]


def _run(
    rows: list[list[int]], worker: Worker, jobs: list[Job], breaks: tuple[Break, ...], forced: bool
) -> _Label | None:
    """``labels[k]`` is the best way to have done the jobs so far and the first k breaks."""
    labels: list[_Label | None] = [_Label(0, worker.leaves_from, None, ())] + [None] * len(breaks)
    here, after_job = worker.start, False
    for job in [*jobs, None]:
        there = worker.end if job is None else job.place
        travel = 0 if here is None or there is None else rows[here][there]
        spared = after_job and here == there
        reached: list[_Label | None] = [None] * (len(breaks) + 1)
        for taken, label in enumerate(labels):
            for upto, candidate in _legs(label, breaks, taken, travel, job, spared, forced):
                if candidate.is_better_than(reached[upto]):
                    reached[upto] = candidate
        labels, here, after_job = reached, there, True
    last = labels[-1]
    if last is None or (last.clock > worker.shift.end and not forced):
        return None
    return last


def _legs(
    label: _Label | None,
    breaks: tuple[Break, ...],
    taken: int,
    travel: Seconds,
    job: Job | None,
    spared: bool,
    forced: bool,
) -> list[tuple[int, _Label]]:
    """Every way on to ``job`` (None: to the end of the route): without a break, with the next one, the next two ..."""
    if label is None:
        return []
    found = []
    late, clock, left, stops = label.late, label.clock, travel, _NO_STOPS
    for upto in range(taken, len(breaks) + 1):
        if upto > taken:
            pause = breaks[upto - 1]
            begin, overrun = _next_begin(clock, pause.windows)
            if overrun and not forced:
                break
            driven = min(left, begin - clock)
            stops = (*stops, Stop("break", pause.id, clock + driven, begin, begin + pause.duration_s, driven))
            late, clock, left = late + overrun, begin + pause.duration_s, left - driven
        arrival = clock + left
        if job is None:
            found.append((upto, _Label(late, arrival, label, stops)))
            continue
        begin, overrun = _next_begin(arrival, job.begins)
        if overrun and not forced:
            break
        end = begin + job.duration_s + (0 if spared else job.setup_s)
        stop = Stop("job", job.id, arrival, begin, end, left)
        found.append((upto, _Label(late + overrun, end, label, (*stops, stop))))
    return found


def _next_begin(moment: Seconds, windows: tuple[Window, ...]) -> tuple[Seconds, Seconds]:
    """The earliest begin from ``moment`` on, and how late that is for the last window."""
    for window in windows:
        if moment <= window.end:
            return max(moment, window.start), 0
    return moment, moment - windows[-1].end


def _route(rows: list[list[int]], worker: Worker, jobs: list[Job], last: _Label) -> Route:
    parts: list[tuple[Stop, ...]] = []
    label: _Label | None = last
    while label is not None:
        parts.append(label.stops)
        label = label.before
    stops = [stop for part in reversed(parts) for stop in part]
    if not stops:
        return Route(worker.id, last.clock, (), last.clock, 0)
    first = stops[0]
    if first.kind == "job":
        stops[0] = Stop("job", first.id, first.begin, first.begin, first.end, first.travel_s)
    else:
        stops[0] = Stop("break", first.id, first.begin, first.begin, first.end, first.travel_s)
    leaves = stops[0].begin - first.travel_s
    places = [worker.start, *(job.place for job in jobs), worker.end]
    total = sum(rows[a][b] for a, b in pairwise(places) if a is not None and b is not None)
    back = total - sum(stop.travel_s for stop in stops)
    return Route(worker.id, leaves, tuple(stops), last.clock, back)
