from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from scheduling.core.cost import cost
from scheduling.core.explain import Alternative, Explanation, explain, reasons, why
from scheduling.core.insert import Inserter
from scheduling.core.plan import Plan
from scheduling.core.prices import Parts
from scheduling.core.problem import Job, Problem, Window
from tests.core.small import job, line, plan, problem, route, stop, worker
from tests.core.test_slots import asked, tried_one_by_one

TWO = problem([job(1, 1), job(2, 4)], [worker(1), worker(2, start=5, end=5)])
PRESENT = plan(route(0, [stop(1, 60, 60), stop(2, 340, 180)], 240))


def test_an_explanation_holds_the_reason_and_the_fixes() -> None:
    given_problem = problem([job(3, 2, windows=(Window(0, 100),))])
    asked_job, inserter = given_problem.job(3), Inserter(given_problem, plan())
    found = explain(given_problem, plan(), asked_job, inserter=inserter)
    assert found == explain(given_problem, plan(), asked_job)
    assert found.unserved == reasons(given_problem, plan(), asked_job)
    assert (found.unserved.reason, found.unserved.blockers) == ("window_closed", {1: "window_closed"})
    assert [(fix.kind, fix.amount_s) for fix in found.fixes] == [("window_later", 300)]


def test_no_workers_leave_nothing_to_fix() -> None:
    given_problem = problem([job(3, 2)], [])
    assert explain(given_problem, plan(), given_problem.job(3)) == Explanation(
        reasons(given_problem, plan(), given_problem.job(3)), ()
    )


def test_why_names_what_the_next_best_would_cost_more() -> None:
    found = why(TWO, PRESENT, 2)
    assert (found.worker, found.begin, found.parts) == (1, 340, Parts(travel=180))
    # Worker 2 lives next to it and drives 120 s, worker 1 drives 360 s for it; before job 1 it is on the same way.
    assert found.alternatives == (Alternative(2, 60, -240), Alternative(1, 240, 0))


def test_why_of_the_only_stop_of_a_route() -> None:
    given_problem = Problem((job(1, 1),), (worker(1), worker(2, start=5, end=5)), line())
    found = why(given_problem, plan(route(0, [stop(1, 60, 60)], 60)), 1)
    assert found.alternatives == (Alternative(2, 240, 360),)


def test_why_counts_who_is_preferred() -> None:
    given_problem = replace(TWO, weights=replace(TWO.weights, not_preferred=500))
    given_problem = replace(given_problem, jobs=(job(1, 1), job(2, 4, preferred_workers=frozenset({1}))))
    assert why(given_problem, PRESENT, 2).alternatives == (Alternative(1, 240, 0), Alternative(2, 60, 260))


def test_what_is_not_in_the_plan_has_no_why() -> None:
    with pytest.raises(KeyError):
        why(TWO, plan(), 1)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(question=asked())
def test_every_alternative_costs_what_it_says(question: tuple[Problem, Plan, Job]) -> None:
    given_problem, present, _ = question
    for of in present.routes[:2]:
        job_id = of.job_ids[0]
        rest = Plan(Inserter(given_problem, present).without(job_id).routes)
        now = cost(given_problem, present).parts.total - cost(given_problem, rest).parts.total
        best: dict[int, int] = {}
        for price, _, ident, position in tried_one_by_one(given_problem, rest, given_problem.job(job_id)):
            if (ident, position) != (of.worker, 0):
                best.setdefault(ident, price - now)
        found = why(given_problem, present, job_id).alternatives
        assert [one.extra_s for one in found] == sorted(best.values())[:5]
        assert {one.worker: one.extra_s for one in found} == best
