"""What a plan costs. Both objectives are told; ``Cost.key`` compares plans by the one that the problem asks for.

Percent weights (``travel``, ``paid``, ``overtime``, ``waiting``) are rounded down once a route: a stop carries what it
adds to the route's whole, so that stops, way back and fairness make exactly the route, and routes exactly the plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from scheduling.core.plan import Plan, Route, Stop
from scheduling.core.prices import Parts, Prices
from scheduling.core.problem import Job, Objective, Problem, Seconds, Worker
from scheduling.core.timing import force_route

NOTHING = Parts()
NO_JOBS: Mapping[int, Job] = {}


@dataclass(frozen=True, slots=True)
class RouteCost:
    worker: int
    travel_s: Seconds
    distance_m: int | None
    work_s: Seconds
    waiting_s: Seconds
    served: int


@dataclass(frozen=True, slots=True)
class Cost:
    """``unserved_cost`` is the sum of the prices of what is left out; 0 where jobs have none."""

    objective: Objective
    travel_s: Seconds
    unserved_cost: Seconds
    served: int
    unserved: int
    priority: int
    routes: tuple[RouteCost, ...]
    parts: Parts

    @property
    def total(self) -> Seconds:
        """What the weights make of the plan, and under "prices" the price of the unserved."""
        return self.parts.total + (self.unserved_cost if self.objective == "prices" else 0)

    @property
    def key(self) -> tuple[int, ...]:
        """Less is better."""
        if self.objective == "prices":
            return (self.total,)
        return (-self.priority, -self.served, self.parts.total)


@dataclass(frozen=True, slots=True)
class StopBreakdown:
    job: int
    parts: Parts


@dataclass(frozen=True, slots=True)
class RouteBreakdown:
    """``parts`` are those of ``stops``, with the way back and the fairness besides."""

    worker: int
    parts: Parts
    stops: tuple[StopBreakdown, ...]


@dataclass(frozen=True, slots=True)
class CostBreakdown:
    parts: Parts
    unserved_cost: Seconds
    routes: tuple[RouteBreakdown, ...]


def cost(problem: Problem, plan: Plan) -> Cost:
    """Jobs and workers that the problem doesn't know count for nothing: ``check`` names them."""
    prices = Prices(problem)
    meters = [_Meter(problem, prices, route) for route in plan.routes if problem.find_worker(route.worker)]
    served = {ident for route in plan.routes for ident in route.job_ids}
    parts = sum((meter.parts for meter in meters), NOTHING)
    return _cost(problem, served, parts, sum(meter.travel_s for meter in meters), tuple(m.route_cost() for m in meters))


def break_down(problem: Problem, plan: Plan) -> CostBreakdown:
    """What each part costs, per route and stop. Jobs and workers that the problem doesn't know count for nothing."""
    prices = Prices(problem)
    known = [route for route in plan.routes if problem.find_worker(route.worker)]
    meters = [_Meter(problem, prices, route, by_stop=True) for route in known]
    served = {ident for route in plan.routes for ident in route.job_ids}
    return CostBreakdown(
        sum((meter.parts for meter in meters), NOTHING),
        sum(job.unserved_cost or 0 for job in problem.jobs if job.id not in served),
        tuple(RouteBreakdown(meter.worker.id, meter.parts, tuple(meter.stops)) for meter in meters),
    )


def route_parts(problem: Problem, prices: Prices, route: Route, extra: Mapping[int, Job] = NO_JOBS) -> Parts:
    """What one route of a known worker costs. ``extra`` adds jobs that the problem doesn't know."""
    return _Meter(problem, prices, route, extra).parts


def cost_of_orders(problem: Problem, orders: Mapping[int, Sequence[int]]) -> Cost:
    """The cost of worker id -> known job ids in order, without the breakdown by routes.

    Where only driving costs anything and a way takes the same at every hour, this needs no times.
    """
    served = {ident for job_ids in orders.values() for ident in job_ids}
    if not problem.weights.is_plain or any(travel.clock is not None for travel in problem.travel.values()):
        routes = [force_route(problem, worker, list(job_ids)) for worker, job_ids in orders.items() if job_ids]
        return replace(cost(problem, Plan(tuple(routes))), routes=())
    each = [
        travel_of(problem, problem.worker(worker), [problem.job(ident) for ident in job_ids])
        for worker, job_ids in orders.items()
    ]
    return _cost(problem, served, Parts(sum(problem.weights.travel * way_s // 100 for way_s in each)), sum(each), ())


def _cost(problem: Problem, served: set[int], parts: Parts, travel_s: Seconds, routes: tuple[RouteCost, ...]) -> Cost:
    left_out = [job for job in problem.jobs if job.id not in served]
    return Cost(
        objective=problem.objective,
        travel_s=travel_s,
        unserved_cost=sum(job.unserved_cost or 0 for job in left_out),
        served=len(problem.jobs) - len(left_out),
        unserved=len(left_out),
        priority=sum(job.priority for job in problem.jobs if job.id in served),
        routes=routes,
        parts=parts,
    )


def travel_of(problem: Problem, worker: Worker, jobs: Sequence[Job]) -> Seconds:
    """Seconds of the matrix from the worker's start over the jobs to the worker's end; 0 for no jobs."""
    rows = problem.travel_rows(worker)
    return sum(rows[a][b] for a, b in _legs(worker, jobs))


def _legs(worker: Worker, jobs: Sequence[Job]) -> list[tuple[int, int]]:
    if not jobs:
        return []
    places = [worker.start, *(job.place for job in jobs), worker.end]
    return [(a, b) for a, b in pairwise(places) if a is not None and b is not None]


class _Meter:
    """Runs along one route and adds up. Driving is the matrix's, and under speeds what the route says.

    ``stops`` are filled where ``by_stop`` asks for them: without, a route is priced ten times as quickly.
    """

    def __init__(
        self,
        problem: Problem,
        prices: Prices,
        route: Route,
        extra: Mapping[int, Job] = NO_JOBS,
        *,
        by_stop: bool = False,
    ) -> None:
        self.problem, self.prices, self.route = problem, prices, route
        self.worker = problem.worker(route.worker)
        self.has_clock = problem.travel[self.worker.profile].clock is not None
        self.travel_s = self.work_s = self.waiting_s = 0
        self.jobs: list[Job] = []
        self.stops: list[StopBreakdown] = []
        self.percents = NOTHING
        rows, here, driven, parts = problem.travel_rows(self.worker), self.worker.start, 0, NOTHING
        for stop in route.stops:
            driven += stop.travel_s
            self.waiting_s += stop.begin - stop.arrival
            job = None if stop.kind == "break" else extra.get(stop.id) or problem.find_job(stop.id)
            if job is None:
                continue
            self.travel_s += self._way(rows, here, job.place, driven)
            self.work_s += stop.end - stop.begin
            here, driven = job.place, 0
            self.jobs.append(job)
            own = NOTHING if prices.is_plain else self._stop_parts(job, stop)
            parts = parts if own is NOTHING else parts + own
            if by_stop:
                self.stops.append(StopBreakdown(job.id, own + self._adds(stop.end)))
        if self.jobs:
            self.travel_s += self._way(rows, here, self.worker.end, driven + route.travel_back_s)
            fairness = prices.fairness(self.worker, self.work_s + self.travel_s)
            parts += replace(self._percents(route.returns), fairness=fairness)
        self.parts = parts

    def _way(self, rows: list[list[int]], here: int | None, there: int | None, driven: Seconds) -> Seconds:
        if self.has_clock:
            return driven
        return 0 if here is None or there is None else rows[here][there]

    def _percents(self, until: Seconds) -> Parts:
        """What the percent weights add up to by ``until``."""
        weights = self.problem.weights
        return Parts(
            travel=weights.travel * self.travel_s // 100,
            paid=weights.paid * max(0, until - self.route.leaves) // 100,
            overtime=weights.overtime * max(0, until - self.worker.shift.end) // 100,
            waiting=weights.waiting * self.waiting_s // 100,
        )

    def _adds(self, until: Seconds) -> Parts:
        """The same, less what they came to at the stop before."""
        before, now = self.percents, self._percents(until)
        self.percents = now
        return Parts(
            now.travel - before.travel,
            now.paid - before.paid,
            now.overtime - before.overtime,
            now.waiting - before.waiting,
        )

    def _stop_parts(self, job: Job, stop: Stop) -> Parts:
        prices, worker = self.prices, self.worker
        return Parts(
            lateness=prices.lateness(job, stop.begin),
            risk=prices.risk(worker, job, stop.begin),
            moved=prices.moved(job, stop.begin),
            changed=prices.changed(worker, job),
            preference=prices.preference(worker, job),
            overqualified=prices.overqualified(worker, job),
        )

    def route_cost(self) -> RouteCost:
        metres = self.problem.travel[self.worker.profile].distances_m
        return RouteCost(
            worker=self.worker.id,
            travel_s=self.travel_s,
            distance_m=None if metres is None else sum(int(metres[a, b]) for a, b in _legs(self.worker, self.jobs)),
            work_s=sum(stop.end - stop.begin for stop in self.route.stops if stop.kind == "job"),
            waiting_s=self.waiting_s,
            served=len(self.jobs),
        )
