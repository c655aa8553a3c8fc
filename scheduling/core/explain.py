"""Why a job is not in a plan and what would let it in; why a planned job is where it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from scheduling.core.changes import (
    leave_out_fix,
    limit_fix,
    move_fix,
    other_pin_fix,
    overtime_fix,
    skill_fix,
    territory_fix,
)
from scheduling.core.cost import break_down
from scheduling.core.fixes import Fix, day_fix, due_fix, pin_fix, window_fix
from scheduling.core.insert import Inserter
from scheduling.core.lanes import Insertion
from scheduling.core.plan import Plan, Unserved
from scheduling.core.prices import Parts
from scheduling.core.problem import Job, Problem, Seconds

__all__ = ["Alternative", "Explanation", "Fix", "Why", "explain", "find_fixes", "reasons", "why"]

MOST_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class Explanation:
    """``fixes``: at most one of each kind, the cheapest first."""

    unserved: Unserved
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the plan would cost more (less, where negative) with the job at that worker and hour, all else as it is."""

    worker: int
    begin: Seconds
    extra_s: Seconds


@dataclass(frozen=True, slots=True)
class Why:
    """``parts`` are those that the stop carries in the plan. ``alternatives``: the best of each other worker, and of
    the same worker the best other place in the order; the cheapest first."""

    worker: int
    begin: Seconds
    parts: Parts
    alternatives: tuple[Alternative, ...]


def reasons(problem: Problem, plan: Plan, job: Job) -> Unserved:
    """The finest word for it, and each worker's own blocker (the codes stand in ``fit.BLOCKERS``).

    "no_room": some shifts would do, but the stops in them leave no room. "not_worth": there is room, but the way costs
    more than the job's price.
    """
    return Inserter(problem, plan).reasons(job)


def explain(problem: Problem, plan: Plan, job: Job, *, inserter: Inserter | None = None) -> Explanation:
    """``inserter`` is one that was made of this problem and plan: with it many questions share the preparation."""
    asked = inserter or Inserter(problem, plan)
    return Explanation(asked.reasons(job), find_fixes(asked, job))


def find_fixes(inserter: Inserter, job: Job) -> tuple[Fix, ...]:
    """The smallest single changes that would let the job in, the cheapest of each kind; none where there is room
    already."""
    if inserter.insert(job, limit=1):
        return ()
    pins = [search(inserter, job) for search in (pin_fix, other_pin_fix, move_fix)]
    found = [
        window_fix(inserter, job, later=True),
        window_fix(inserter, job, later=False),
        due_fix(inserter, job),
        day_fix(inserter, job),
        min((fix for fix in pins if fix is not None), key=lambda fix: fix.price_s, default=None),
        overtime_fix(inserter, job),
        skill_fix(inserter, job),
        territory_fix(inserter, job),
        limit_fix(inserter, job),
        leave_out_fix(inserter, job),
    ]
    return tuple(sorted((fix for fix in found if fix is not None), key=lambda fix: (fix.price_s, fix.kind)))


def why(problem: Problem, plan: Plan, job_id: int, *, inserter: Inserter | None = None) -> Why:
    """Raises KeyError when the plan doesn't serve the job."""
    route = next((route for route in plan.routes if job_id in route.job_ids), None)
    if route is None:
        raise KeyError(job_id)
    asked = inserter or Inserter(problem, plan)
    job, position = problem.job(job_id), route.job_ids.index(job_id)
    stop = next(stop for stop in route.stops if stop.kind == "job" and stop.id == job_id)
    parts = next(each.parts for each in break_down(problem, Plan((route,))).routes[0].stops if each.job == job_id)
    others = asked.without(job_id)
    present_s = others.price_in(route, job)
    alternatives = tuple(
        Alternative(one.worker, one.begin, one.price_s - present_s)
        for one in islice(_one_a_worker(others, job, (route.worker, position)), MOST_ALTERNATIVES)
    )
    return Why(route.worker, stop.begin, parts, alternatives)


def _one_a_worker(inserter: Inserter, job: Job, but: tuple[int, int]) -> Iterator[Insertion]:
    seen = set[int]()
    for _, found in inserter.field().cheapest(job):
        if found.worker not in seen and (found.worker, found.position) != but:
            seen.add(found.worker)
            yield found
