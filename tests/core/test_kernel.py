"""The compiled search agrees with the rest: what it takes for possible is, at the price it names."""

from math import isclose
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from scheduling.core.check import check_route
from scheduling.core.cost import cost
from scheduling.core.facts import relax
from scheduling.core.kernel.engine import Engine, Steps
from scheduling.core.kernel.prepare import prepare
from scheduling.core.plan import Plan
from scheduling.core.problem import Problem
from scheduling.core.settle import keep_feasible, orders_of
from scheduling.core.timing import time_route
from tests.core.small import job, problem, worker
from tests.core.strategies import all_rules_problems


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(problem=all_rules_problems())
def test_every_route_of_the_kernel_holds_at_its_price(problem: Problem) -> None:
    known = keep_feasible(problem, {})
    if any(check_route(problem, route) for route in known.routes):
        return
    arrays = prepare(problem, orders_of(known))
    engine = Engine(arrays, _indices(problem, known), seed=1, threads=1)
    engine.run(Steps(engine, 300), lambda: None)
    routes = []
    for w, stops in engine.routes.items():
        route = time_route(problem, problem.workers[w], [problem.jobs[j] for j in stops])
        assert route is not None
        assert check_route(problem, route) == []
        routes.append(route)
    found = cost(problem, Plan(tuple(routes)))
    # With speeds fairness counts driving at 100 %; several breaks may be taken in a better order than the kernel's.
    is_exact = not any(travel.speeds for travel in problem.travel.values())
    if problem.objective == "prices" and is_exact and all(len(worker.breaks) < 2 for worker in problem.workers):
        assert isclose(engine.cost, found.total, abs_tol=2 + 2 * len(problem.jobs), rel_tol=1e-3)


@pytest.mark.parametrize(
    "bounds",
    [{"max_leg_s": 130}, {"max_work_s": 100}, {"max_jobs": 1}, {"capacity": (4,)}],
    ids=["leg", "work", "jobs", "capacity"],
)
def test_a_head_beyond_a_limit_is_kept_and_other_limits_leave_room_behind_it(bounds: dict[str, Any]) -> None:
    """The worker's way to place 3 is 180 s. What costs no more of the limit is put in; else the head alone stays."""
    jobs = [job(1, 3, delivery=(5,)), job(2, 3, duration_s=50), job(3, 2)]
    asked = problem(jobs, [worker(frozen=(1, 2), **bounds)])
    known = keep_feasible(asked, {})
    eased = relax(asked, known)
    engine = Engine(prepare(eased, orders_of(known)), _indices(eased, known), seed=1, threads=1)
    engine.run(Steps(engine, 300), lambda: None)
    has_room = "max_leg_s" in bounds or "capacity" in bounds
    assert {w: list(stops) for w, stops in engine.routes.items()} == {0: [0, 1, 2] if has_room else [0, 1]}


def _indices(problem: Problem, plan: Plan) -> dict[int, list[int]]:
    job_at = {job.id: index for index, job in enumerate(problem.jobs)}
    worker_at = {worker.id: index for index, worker in enumerate(problem.workers)}
    return {worker_at[route.worker]: [job_at[ident] for ident in route.job_ids] for route in plan.routes}
