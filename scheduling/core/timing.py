"""When everything on a route happens, given only the order of its jobs.

Breaks are placed where the route ends soonest: between two jobs a break may interrupt the driving, and driving fills
the time until a break may begin. Every begin is the earliest one; the departure is then moved to just before it.
Where the speed changes by the hour, a way takes as long as the hours in which it is driven make it.
"""

from dataclasses import dataclass
from itertools import permutations

from scheduling.core.plan import Plan, Route, Stop
from scheduling.core.problem import Break, Job, Problem, Seconds, Window, Worker
from scheduling.core.travel import Clock

# Up to so many breaks every order of them is tried; more are taken in the order in which their windows close.
ORDERS_TRIED_UP_TO = 3
_NO_STOPS: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class _Label:
    """The best way to have finished some stops: ``late`` seconds past windows in all, then the earliest ``clock``.

    ``drive_s`` is the driving after the last of ``stops``, on the way back."""

    late: Seconds
    clock: Seconds
    before: "_Label | None"
    stops: tuple[Stop, ...]
    drive_s: Seconds

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
    rows, clock = problem.travel_rows(worker), problem.travel[worker.profile].clock
    best: _Label | None = None
    for breaks in _break_orders(worker.clock_breaks):
        label = _run(rows, clock, worker, jobs, breaks, forced)
        if label is not None and label.is_better_than(best):
            best = label
    return None if best is None else _route(rows, clock, worker, jobs, best)


def _break_orders(breaks: tuple[Break, ...]) -> list[tuple[Break, ...]]:
    if len(breaks) <= ORDERS_TRIED_UP_TO:
        return list(permutations(breaks))
    return [tuple(sorted(breaks, key=lambda pause: (pause.windows[-1].end, pause.windows[0].start)))]


def _run(
    rows: list[list[int]],
    clock: Clock | None,
    worker: Worker,
    jobs: list[Job],
    breaks: tuple[Break, ...],
    forced: bool,
) -> _Label | None:
    """``labels[k]`` is the best way to have done the jobs so far and the first k breaks."""
    labels: list[_Label | None] = [_Label(0, worker.leaves_from, None, (), 0)] + [None] * len(breaks)
    here, after_job = worker.start, False
    for job in [*jobs, None]:
        there = worker.end if job is None else job.place
        way = 0 if here is None or there is None or not jobs else rows[here][there]
        spared = after_job and here == there
        reached: list[_Label | None] = [None] * (len(breaks) + 1)
        for taken, label in enumerate(labels):
            for upto, candidate in _legs(label, breaks, taken, clock, way, job, spared, forced):
                if candidate.is_better_than(reached[upto]):
                    reached[upto] = candidate
        labels, here, after_job = reached, there, True
    last = labels[-1]
    if last is None or (last.clock > worker.returns_by and not forced):
        return None
    return last


def _legs(
    label: _Label | None,
    breaks: tuple[Break, ...],
    taken: int,
    clock: Clock | None,
    way: Seconds,
    job: Job | None,
    spared: bool,
    forced: bool,
) -> list[tuple[int, _Label]]:
    """Every way on to ``job`` (None: to the end of the route): without a break, with the next one, the next two ..."""
    if label is None:
        return []
    found = []
    late, now, stops = label.late, label.clock, _NO_STOPS
    left = way if clock is None else 100 * way
    for upto in range(taken, len(breaks) + 1):
        if upto > taken:
            pause = breaks[upto - 1]
            begin, overrun = _next_begin(now, pause.windows)
            if overrun and not forced:
                break
            driven, left = _drive(clock, now, left, begin)
            stops = (*stops, Stop("break", pause.id, now + driven, begin, begin + pause.duration_s, driven))
            late, now = late + overrun, begin + pause.duration_s
        arrival = now + left if clock is None else clock.reach(now, left)
        if job is None:
            found.append((upto, _Label(late, arrival, label, stops, arrival - now)))
            continue
        begin, overrun = _next_begin(arrival, job.begins)
        if overrun and not forced:
            break
        end = begin + job.duration_s + (0 if spared else job.setup_s)
        stop = Stop("job", job.id, arrival, begin, end, arrival - now)
        found.append((upto, _Label(late + overrun, end, label, (*stops, stop), 0)))
    return found


def _drive(clock: Clock | None, now: Seconds, left: int, until: Seconds) -> tuple[Seconds, int]:
    """The seconds driven from ``now`` to ``until`` at most, and what is left then: seconds, with a clock hundredths."""
    if clock is None:
        driven = min(left, until - now)
        return driven, left - driven
    covered = clock.covered(now, until)
    if covered >= left:
        return clock.reach(now, left) - now, 0
    return until - now, left - covered


def _next_begin(moment: Seconds, windows: tuple[Window, ...]) -> tuple[Seconds, Seconds]:
    """The earliest begin from ``moment`` on, and how late that is for the last window."""
    for window in windows:
        if moment <= window.end:
            return max(moment, window.start), 0
    return moment, moment - windows[-1].end


def _route(rows: list[list[int]], clock: Clock | None, worker: Worker, jobs: list[Job], last: _Label) -> Route:
    parts: list[tuple[Stop, ...]] = []
    label: _Label | None = last
    while label is not None:
        parts.append(label.stops)
        label = label.before
    stops = [stop for part in reversed(parts) for stop in part]
    if not stops:
        return Route(worker.id, last.clock, (), last.clock, 0)
    way = 0 if worker.start is None or not jobs else rows[worker.start][jobs[0].place]
    leaves, stops[0] = _just_before(clock, worker.leaves_from, stops[0], way)
    return Route(worker.id, leaves, tuple(stops), last.clock, last.drive_s)


def _just_before(clock: Clock | None, earliest: Seconds, first: Stop, way: Seconds) -> tuple[Seconds, Stop]:
    """The last departure that keeps the begin of the first stop, and that stop with its new arrival.

    A break that stops the driving on the way keeps the departure: less would be driven before it.
    """
    if clock is None:
        leaves, travel_s = first.begin - first.travel_s, first.travel_s
    elif clock.covered(earliest, first.arrival) < 100 * way:
        return earliest, first
    else:
        leaves = clock.leave(first.begin, way)
        travel_s = clock.arrive(leaves, way) - leaves
    return leaves, Stop(first.kind, first.id, leaves + travel_s, first.begin, first.end, travel_s)
