"""From orders of jobs to a plan that breaks no rule: exact times, what can't be kept taken out and put in elsewhere."""

from collections.abc import Mapping, Sequence

from scheduling.core.check import Violation, check_route, part
from scheduling.core.cost import route_parts
from scheduling.core.insert import Inserter, Insertion
from scheduling.core.plan import Plan, Route
from scheduling.core.prices import Prices
from scheduling.core.problem import Job, Problem, Seconds, Worker
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
    """Each order as far as its worker can keep it; a job named twice counts where it is named first.

    Frozen jobs are the first ones of their worker whatever the orders say, and even where they break rules: they are
    facts, which only what comes after them has to make way for.
    """
    frozen = {job_id for worker in problem.workers for job_id in worker.frozen}
    routes, seen = [], set(frozen)
    idle = [worker.id for worker in problem.workers if worker.frozen and worker.id not in orders]
    for worker_id in [*orders, *idle]:
        worker = problem.find_worker(worker_id)
        if worker is None:
            continue
        fresh = [ident for ident in dict.fromkeys(orders.get(worker_id, ())) if ident not in seen]
        jobs = [job for job in map(problem.find_job, fresh) if job is not None]
        seen.update(job.id for job in jobs)
        route = _Keeper(problem, worker).route(jobs)
        if route is not None:
            routes.append(route)
    return Plan(tuple(routes))


class _Keeper:
    """What of an order one worker can keep behind its frozen jobs."""

    def __init__(self, problem: Problem, worker: Worker) -> None:
        self.problem, self.worker = problem, worker
        self.head = [problem.job(ident) for ident in worker.frozen]
        self.inherited: list[Violation] = []
        self.is_forced = False
        if self.head:
            self.is_forced = time_route(problem, worker, self.head) is None
            self.inherited = check_route(problem, self._timed([]))

    def route(self, jobs: list[Job]) -> Route | None:
        """None without any jobs."""
        if not self.head and not jobs:
            return None
        kept = jobs if self._is_feasible(jobs) else max(self._peeled(jobs), self._gathered(jobs), key=self._worth)
        return self._timed(kept) if kept or self.head else None

    def _timed(self, jobs: list[Job], *, forced: bool = False) -> Route:
        route = time_route(self.problem, self.worker, [*self.head, *jobs], forced=forced or self.is_forced)
        if route is None:
            raise AssertionError("only what is feasible is timed without force")
        return route

    def _faults(self, jobs: list[Job]) -> Sequence[Violation]:
        """What the jobs break as soon as they can be served, besides what the frozen ones break."""
        return part(check_route(self.problem, self._timed(jobs, forced=True)), self.inherited).broken

    def _is_feasible(self, jobs: list[Job]) -> bool:
        route = time_route(self.problem, self.worker, [*self.head, *jobs], forced=self.is_forced)
        return route is not None and not part(check_route(self.problem, route), self.inherited).broken

    def _peeled(self, jobs: list[Job]) -> list[Job]:
        """Takes out one job after the other: the one that leaves the fewest faults, then the least of them."""
        kept = list(jobs)
        while kept and not self._is_feasible(kept):
            tries = [[job for job in kept if job is not one] for one in kept]
            kept = min(tries, key=lambda rest: (*self._badness(rest), *(-worth for worth in self._worth(rest))))
        return kept

    def _badness(self, jobs: list[Job]) -> tuple[int, Seconds]:
        faults = self._faults(jobs)
        return len(faults), sum(fault.amount for fault in faults)

    def _gathered(self, jobs: list[Job]) -> list[Job]:
        """Puts in one job after the other, the dearest first, in the given order."""
        position = {job.id: index for index, job in enumerate(jobs)}
        kept: list[Job] = []
        for job in sorted(jobs, key=_first, reverse=True):
            tried = sorted([*kept, job], key=lambda one: position[one.id])
            if self._is_feasible(tried):
                kept = tried
        return kept

    def _worth(self, jobs: list[Job]) -> tuple[int, int]:
        if self.problem.objective == "prices":
            return sum(job.unserved_cost or 0 for job in jobs), len(jobs)
        return sum(job.priority for job in jobs), len(jobs)


def _first(job: Job) -> tuple[bool, bool, int, int]:
    """What goes first where not everything can be kept."""
    return (job.pinned_start is not None, job.promise is not None, job.priority, job.unserved_cost or 0)


def insert_missing(problem: Problem, plan: Plan) -> Plan:
    """Puts in what has room and is worth its price, dearest first, each at its cheapest place."""
    served = {job_id for route in plan.routes for job_id in route.job_ids}
    inserter, prices = Inserter(problem, plan), Prices(problem)
    for job in sorted((job for job in problem.jobs if job.id not in served), key=_first, reverse=True):
        found = inserter.insert(job, limit=1)
        if found and (problem.objective == "priority" or _is_worth(problem, prices, inserter, job, found[0])):
            inserter.accept(found[0])
    return Plan(inserter.routes)


def _is_worth(problem: Problem, prices: Prices, inserter: Inserter, job: Job, found: Insertion) -> bool:
    present = Plan(inserter.routes).route_of(found.worker)
    before = 0 if present is None else route_parts(problem, prices, present).total
    return route_parts(problem, prices, found.route).total - before < (job.unserved_cost or 0)
