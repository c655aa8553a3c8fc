"""What a plan costs. Both objectives are told; ``Cost.key`` compares plans by the one that the problem asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scheduling.core.plan import Plan, Route
from scheduling.core.problem import Job, Objective, Problem, Seconds, Worker


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

    @property
    def total(self) -> Seconds:
        """Travel seconds, and under "prices" the price of the unserved."""
        return self.travel_s + (self.unserved_cost if self.objective == "prices" else 0)

    @property
    def key(self) -> tuple[int, ...]:
        """Less is better."""
        if self.objective == "prices":
            return (self.total,)
        return (-self.priority, -self.served, self.travel_s)


def cost(problem: Problem, plan: Plan) -> Cost:
    """Jobs and workers that the problem doesn't know count for nothing: ``check`` names them."""
    routes = tuple(_route_cost(problem, route) for route in plan.routes if problem.find_worker(route.worker))
    served = {ident for route in plan.routes for ident in route.job_ids}
    return _cost(problem, served, sum(route.travel_s for route in routes), routes)


def cost_of_orders(problem: Problem, orders: Mapping[int, Sequence[int]]) -> Cost:
    """The cost of worker id -> known job ids in order, without the breakdown by routes, which takes times."""
    served = {ident for job_ids in orders.values() for ident in job_ids}
    travel_s = sum(
        travel_of(problem, problem.worker(worker), [problem.job(ident) for ident in job_ids])
        for worker, job_ids in orders.items()
    )
    return _cost(problem, served, travel_s, ())


def _cost(problem: Problem, served: set[int], travel_s: Seconds, routes: tuple[RouteCost, ...]) -> Cost:
    left_out = [job for job in problem.jobs if job.id not in served]
    return Cost(
        objective=problem.objective,
        travel_s=travel_s,
        unserved_cost=sum(job.unserved_cost or 0 for job in left_out),
        served=len(problem.jobs) - len(left_out),
        unserved=len(left_out),
        priority=sum(job.priority for job in problem.jobs if job.id in served),
        routes=routes,
    )


def travel_of(problem: Problem, worker: Worker, jobs: Sequence[Job]) -> Seconds:
    """Driving from the worker's start over the jobs to the worker's end; 0 for no jobs."""
    rows = problem.travel_rows(worker)
    return sum(rows[a][b] for a, b in _legs(worker, jobs))


def _legs(worker: Worker, jobs: Sequence[Job]) -> list[tuple[int, int]]:
    if not jobs:
        return []
    places = [worker.start, *(job.place for job in jobs), worker.end]
    return [(a, b) for a, b in pairwise(places) if a is not None and b is not None]


def _route_cost(problem: Problem, route: Route) -> RouteCost:
    worker = problem.worker(route.worker)
    jobs = [job for job in map(problem.find_job, route.job_ids) if job is not None]
    metres = problem.travel[worker.profile].distances_m
    return RouteCost(
        worker=worker.id,
        travel_s=travel_of(problem, worker, jobs),
        distance_m=None if metres is None else sum(int(metres[a, b]) for a, b in _legs(worker, jobs)),
        work_s=sum(stop.end - stop.begin for stop in route.stops if stop.kind == "job"),
        waiting_s=sum(stop.begin - stop.arrival for stop in route.stops),
        served=len(jobs),
    )
