"""The one door to the search: a problem goes in, the best plan found comes out, and it breaks no rule."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from scheduling.core.check import check
from scheduling.core.cost import Cost, cost, cost_of_orders
from scheduling.core.facts import relax
from scheduling.core.kernel.engine import Engine, count_threads
from scheduling.core.kernel.prepare import prepare
from scheduling.core.kernel.warm import wait_for_kernel
from scheduling.core.plan import Plan
from scheduling.core.problem import FOREVER, Problem
from scheduling.core.settle import keep_feasible, orders_of, settle
from scheduling.core.stop import Progress, Stop
from scheduling.core.timing import force_route


@dataclass(frozen=True, slots=True)
class Result:
    """``iterations`` as in ``Progress``. ``cost`` also holds what the lateness costs that a baseline lets stay."""

    plan: Plan
    cost: Cost
    iterations: int


class BrokenPlanError(RuntimeError):
    """The planner made a plan that the judge refuses: a fault of the planner, never of the input."""


def solve(
    problem: Problem,
    stop: Stop,
    seed: int = 0,
    start: Plan | None = None,
    on_better: Callable[[Progress], None] | None = None,
    *,
    baseline: Plan | None = None,
    threads: int | None = None,
) -> Result:
    """The best plan found until ``stop``; never worse than what of ``start`` can be kept.

    ``on_better`` is told of the first plan and of every better one; ``stop`` is asked twenty times a second, and its
    time begins when the kernel is ready. Both are called from the thread that called ``solve``; what they raise ends
    the search and comes out. What ``baseline`` breaks already may stay, no worse, and counts as inherited; give
    ``retime(problem, present)``. ``threads``: as many as the process has cores, where not given; another number of
    them is another search.
    """
    baseline = _frozen_heads(problem) if baseline is None else baseline
    given, problem = problem, _price_lateness(problem, relax(problem, baseline))
    is_ready = wait_for_kernel(lambda: stop(Progress()))
    stop.begin()
    known = keep_feasible(problem, {} if start is None else orders_of(start))
    search = _Search(problem, stop, on_better)
    orders = orders_of(known)
    if is_ready and problem.jobs and problem.workers:
        orders = search.run(known, seed, count_threads() if threads is None else threads)
    plan = _better_of(problem, settle(problem, orders), known)
    search.end_with(plan)
    if broken := check(given, plan, baseline).broken:
        raise BrokenPlanError(f"the plan breaks {broken[:3]}")
    return Result(plan, cost(problem, plan), search.iterations)


def _price_lateness(given: Problem, relaxed: Problem) -> Problem:
    """What may begin late all the same costs what lateness costs, so that it is mended where that pays."""
    jobs = []
    for was, job in zip(given.jobs, relaxed.jobs, strict=True):
        last = was.begins[-1].end
        is_late = job.begins[-1].end > last and last > -FOREVER
        jobs.append(replace(job, sla=last if job.sla is None else min(job.sla, last)) if is_late else job)
    return replace(relaxed, jobs=tuple(jobs))


def _frozen_heads(problem: Problem) -> Plan:
    """What stays whatever the search does, late where need be."""
    return Plan(tuple(force_route(problem, worker.id, worker.frozen) for worker in problem.workers if worker.frozen))


def _better_of(problem: Problem, plan: Plan, known: Plan) -> Plan:
    if cost(problem, plan).key <= cost(problem, known).key:
        return plan
    return settle(problem, orders_of(known))


class _Search:
    """Speaks with the engine in the words of the problem, and is the rule that it asks."""

    def __init__(self, problem: Problem, stop: Stop, on_better: Callable[[Progress], None] | None) -> None:
        self.problem, self.stop, self.on_better = problem, stop, on_better
        self.best: Cost | None = None
        self.engine: Engine | None = None

    def end_with(self, plan: Plan) -> None:
        """What the search didn't get to say, since it had no time, or since the exact plan is better still."""
        self._tell(cost(self.problem, plan))

    def run(self, known: Plan, seed: int, threads: int) -> dict[int, tuple[int, ...]]:
        """Worker id -> ids of its jobs, of the best plan found."""
        jobs, workers = self.problem.jobs, self.problem.workers
        job_at = {job.id: index for index, job in enumerate(jobs)}
        worker_at = {worker.id: index for index, worker in enumerate(workers)}
        start = {worker_at[worker]: [job_at[job] for job in order] for worker, order in orders_of(known).items()}
        engine = self.engine = Engine(prepare(self.problem, orders_of(known)), start, seed, threads)

        def orders() -> dict[int, tuple[int, ...]]:
            return {workers[w].id: tuple(jobs[j].id for j in stops) for w, stops in engine.routes.items()}

        def tell() -> None:
            self._tell(cost_of_orders(self.problem, orders()))

        tell()
        engine.run(self, tell)
        return orders()

    @property
    def iterations(self) -> int:
        return 0 if self.engine is None else self.engine.steps

    def is_over(self) -> bool:
        return self.stop(self._progress())

    def left(self) -> float | None:
        return self.stop.left(self._progress())

    def left_s(self) -> float | None:
        return self.stop.left_s()

    def steps_left(self) -> int | None:
        return self.stop.steps_left(self._progress())

    def _progress(self) -> Progress:
        return Progress(self.iterations, self.best)

    def _tell(self, found: Cost) -> None:
        if self.best is not None and found.key >= self.best.key:
            return
        self.best = found
        if self.on_better is not None:
            self.on_better(Progress(self.iterations, found, self.left()))
