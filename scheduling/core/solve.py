"""The one door to the search: a problem goes in, the best plan found comes out, and it breaks no rule."""

from collections.abc import Callable
from dataclasses import dataclass

from scheduling.core.check import check
from scheduling.core.cost import Cost, cost, cost_of_orders
from scheduling.core.facts import relax
from scheduling.core.fit import own_blocker
from scheduling.core.plan import Plan
from scheduling.core.problem import Problem
from scheduling.core.settle import insert_missing, keep_feasible, orders_of, settle
from scheduling.core.routing import Candidates, Model
from scheduling.core.stop import Progress, Stop

# The stopping rule is asked at every so many neighbours: asking at each would take a quarter of the time.
ASK_EVERY = 512


@dataclass(frozen=True, slots=True)
class Result:
    """``iterations`` and ``solutions`` as in ``Progress``; ``first`` is the cost that the search began with."""

    plan: Plan
    cost: Cost
    first: Cost | None
    iterations: int
    solutions: int


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
) -> Result:
    """The best plan found until ``stop``; never worse than what of ``start`` can be kept.

    ``on_better`` is told of the first plan and of every better one. It and ``stop`` are called from inside the search,
    ``stop`` several hundred times a second: what is slow in them is lost to it. What they raise ends it and comes out.
    What ``baseline`` breaks already may stay, no worse, and counts as inherited; give ``retime(problem, present)``.
    """
    given, problem = problem, problem if baseline is None else relax(problem, baseline)
    candidates = find_candidates(problem)
    model = Model(problem, candidates, seed) if candidates.jobs else None
    stop.begin()
    known = None if start is None else insert_missing(problem, keep_feasible(problem, orders_of(start)))
    search = _Search(problem, stop, on_better)
    if known is not None:
        search.begin_with(cost(problem, known))
    found = None if model is None else search.run(model, known)
    if found is None and known is not None and model is not None and not search.is_over():
        # OR-Tools refused the start: it goes on from a plan of its own, and the better of both wins.
        found = search.run(Model(problem, candidates, seed), None)
    plan = _better_of(problem, settle(problem, {} if found is None else found), known)
    if broken := check(given, plan, baseline).broken:
        raise BrokenPlanError(f"the plan breaks {broken[:3]}")
    return Result(plan, cost(problem, plan), search.first, search.iterations, search.solutions)


def find_candidates(problem: Problem) -> Candidates:
    allowed = {}
    for job in problem.jobs:
        if fitting := tuple(worker.id for worker in problem.workers if own_blocker(problem, worker, job) is None):
            allowed[job.id] = fitting
    used = {worker for fitting in allowed.values() for worker in fitting}
    return Candidates(
        tuple(job for job in problem.jobs if job.id in allowed),
        tuple(worker for worker in problem.workers if worker.id in used),
        allowed,
    )


def _better_of(problem: Problem, plan: Plan, known: Plan | None) -> Plan:
    if known is None or cost(problem, plan).key <= cost(problem, known).key:
        return plan
    return settle(problem, orders_of(known))


class _Search:
    """Counts, asks the stopping rule, and keeps what a callback raised until it can leave OR-Tools."""

    def __init__(self, problem: Problem, stop: Stop, on_better: Callable[[Progress], None] | None) -> None:
        self.problem, self.stop, self.on_better = problem, stop, on_better
        self.iterations = self.solutions = 0
        self.best: Cost | None = None
        self.first: Cost | None = None
        self.raised: BaseException | None = None
        self._price: int | None = None

    def begin_with(self, known: Cost) -> None:
        self.best = self.first = known
        if self.on_better is not None:
            self.on_better(self._progress())

    def run(self, model: Model, start: Plan | None) -> dict[int, tuple[int, ...]] | None:
        self._price = None
        orders = None if start is None else orders_of(start)
        found = model.search(orders, self._stops, lambda: self._accepted(model), self.stop.left_s())
        if self.raised is not None:
            raise self.raised
        return found

    def is_over(self) -> bool:
        return self.stop(self._progress())

    def _progress(self) -> Progress:
        progress = Progress(self.iterations, self.solutions, self.best)
        return Progress(self.iterations, self.solutions, self.best, self.stop.left(progress))

    def _stops(self) -> bool:
        self.iterations += 1
        if self.iterations % ASK_EVERY:
            return self.raised is not None
        return self._guarded(self.is_over)

    def _accepted(self, model: Model) -> None:
        self.solutions += 1
        price = model.price_now()
        if self._price is None or price < self._price:
            self._price = price
            self._guarded(lambda: self._note(model))

    def _note(self, model: Model) -> bool:
        found = cost_of_orders(self.problem, model.orders_now())
        if self.first is None:
            self.first = found
        if self.best is None or found.key < self.best.key:
            self.best = found
            if self.on_better is not None:
                self.on_better(self._progress())
        return False

    def _guarded(self, call: Callable[[], bool]) -> bool:
        try:
            return call()
        except BaseException as error:  # noqa: BLE001 - none passes through OR-Tools: run() raises it again
            self.raised = error
            return True
