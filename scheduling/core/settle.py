"""From orders of jobs to a plan that breaks no rule: exact times, what can't be kept taken out and put in elsewhere."""

from collections.abc import Mapping, Sequence

from scheduling.core.check import check_route
from scheduling.core.insert import Inserter
from scheduling.core.plan import Plan, Route
from scheduling.core.problem import Job, Problem, Worker
from scheduling.core.timing import time_route

Orders = Mapping[int, Sequence[int]]


def orders_of(plan: Plan) -> dict[int, tuple[int, ...]]:
    """Worker id -> ids of its jobs in order."""
    return {route.worker: route.job_ids for route in plan.routes}


def settle(problem: Problem, orders: Orders) -> Plan:
    """The plan of these orders. Jobs that their route can't keep go where they fit best, else they are left out, with
    every reason; so do jobs that the orders don't name. Unknown ids are passed over."""
    plan = insert_missing(problem, keep_feasible(problem, orders))
    served = {job_id for route in plan.routes for job_id in route.job_ids}
    inserter = Inserter(problem, plan)
    return Plan(plan.routes, tuple(inserter.reasons(job) for job in problem.jobs if job.id not in served))


def keep_feasible(problem: Problem, orders: Orders) -> Plan:
    """Each order as far as its worker can keep it; a job named twice counts where it is named first."""
    routes, seen = [], set[int]()
    for worker_id, job_ids in orders.items():
        worker = problem.find_worker(worker_id)
        if worker is None:
            continue
        fresh = [ident for ident in dict.fromkeys(job_ids) if ident not in seen]
        jobs = [job for job in map(problem.find_job, fresh) if job is not None]
        seen.update(job.id for job in jobs)
        route = _feasible_part(problem, worker, jobs)
        if route is not None:
            routes.append(route)
    return Plan(tuple(routes))


def feasible_route(problem: Problem, worker: Worker, jobs: list[Job]) -> Route | None:
    """The route of all these jobs if it breaks nothing."""
    route = time_route(problem, worker, jobs)
    return None if route is None or check_route(problem, route) else route


def _feasible_part(problem: Problem, worker: Worker, jobs: list[Job]) -> Route | None:
    whole = feasible_route(problem, worker, jobs)
    if not jobs or whole is not None:
        return whole if jobs else None
    position = {job.id: index for index, job in enumerate(jobs)}
    kept: list[Job] = []
    best: Route | None = None
    for job in sorted(jobs, key=_worth, reverse=True):
        tried = sorted([*kept, job], key=lambda one: position[one.id])
        route = feasible_route(problem, worker, tried)
        if route is not None:
            kept, best = tried, route
    return best


def _worth(job: Job) -> tuple[bool, int, int]:
    return (job.pinned_start is not None, job.priority, job.unserved_cost or 0)


def insert_missing(problem: Problem, plan: Plan) -> Plan:
    """Puts in what has room and is worth its way, dearest first, each at its cheapest place."""
    served = {job_id for route in plan.routes for job_id in route.job_ids}
    inserter = Inserter(problem, plan)
    for job in sorted((job for job in problem.jobs if job.id not in served), key=_worth, reverse=True):
        found = inserter.insert(job, limit=1)
        if found and (problem.objective == "priority" or found[0].added_travel_s < (job.unserved_cost or 0)):
            inserter.accept(found[0])
    return Plan(inserter.routes)
