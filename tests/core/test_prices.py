"""Each weight alone: what it makes of a plan that a person can hold."""

from typing import Any

import pytest

from scheduling.core.cost import CostBreakdown, RouteBreakdown, StopBreakdown, break_down, cost, cost_of_orders
from scheduling.core.plan import Plan
from scheduling.core.prices import Parts, Prices
from scheduling.core.problem import Placement, Problem, Speed, Window
from scheduling.core.weights import BALANCED, Weights
from tests.core.small import job, plan, problem, route, stop, worker

HOUR = 3_600
NOTHING: dict[str, Any] = {"travel": 0}
# Leaves at 0, is there at 60, begins at 90, is back at 250.
WAITS = plan(route(0, [stop(1, 60, 60, begin=90)], 60))


def parts_of(given: Problem, made: Plan) -> Parts:
    return cost(given, made).parts


def weighing(jobs: dict[str, Any], workers: list[Any] | None = None, **weights: int) -> Problem:
    return problem([job(1, 1, **jobs)], workers, weights=Weights(**{**NOTHING, **weights}))


def pair(given: Problem) -> int:
    return Prices(given).pair(given.workers[0], given.jobs[0])


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"travel": 150}, Parts(travel=180)),
        ({"paid": 10}, Parts(paid=25)),
        ({"waiting": 50}, Parts(waiting=15)),
        ({}, Parts()),
    ],
)
def test_percent_of_seconds(weights: dict[str, int], expected: Parts) -> None:
    assert parts_of(weighing({}, **weights), WAITS) == expected


def test_percent_is_rounded_down_once_a_route() -> None:
    assert parts_of(weighing({}, travel=1), WAITS) == Parts(travel=1)


def test_overtime_is_what_lies_after_the_end_of_the_shift() -> None:
    late = worker(shift=Window(0, 200), overtime_s=100)
    assert parts_of(weighing({}, [late], overtime=200), WAITS) == Parts(overtime=100)


def test_lateness_counts_from_the_sla_on() -> None:
    assert parts_of(weighing({"sla": 60}, late_minute=10), WAITS) == Parts(lateness=5)
    assert parts_of(weighing({"sla": 90}, late_minute=10), WAITS) == Parts()


def test_risky_jobs_want_to_be_early() -> None:
    assert parts_of(weighing({"risk": 50}, risk_hour=800), WAITS) == Parts(risk=10)


def test_a_moved_hour_counts_both_ways() -> None:
    for begin in (90 - 360, 90 + 360):
        given = weighing({"before": Placement(1, 0, begin)}, moved_hour=100)
        assert parts_of(given, WAITS) == Parts(moved=10)


def test_another_technician_and_another_day_than_published() -> None:
    weights = {"other_technician": 3, "other_day": 500}
    assert pair(weighing({"before": Placement(1, 0, 0)}, **weights)) == 0
    assert pair(weighing({"before": Placement(7, 0, 0)}, **weights)) == 3
    assert pair(weighing({"before": Placement(1, 4, 0)}, **weights)) == 500
    same = worker(5, technician=7, day=4)
    assert pair(weighing({"before": Placement(7, 4, 0)}, [same], **weights)) == 0


def test_somebody_who_is_not_preferred() -> None:
    assert pair(weighing({"preferred_workers": frozenset({2})}, not_preferred=70)) == 70
    assert pair(weighing({"preferred_workers": frozenset({1})}, not_preferred=70)) == 0
    assert pair(weighing({}, not_preferred=70)) == 0


def test_a_stranger_where_others_know_the_site() -> None:
    assert pair(weighing({"known_workers": frozenset({2})}, stranger=70)) == 70
    assert pair(weighing({"known_workers": frozenset({1, 2})}, stranger=70)) == 0


def test_outside_the_home_territory() -> None:
    at_home = worker(home_areas=frozenset({3}))
    assert pair(weighing({"areas": frozenset({4})}, [at_home], outside_home=70)) == 70
    assert pair(weighing({"areas": frozenset({3, 4})}, [at_home], outside_home=70)) == 0
    assert pair(weighing({"areas": frozenset({4})}, outside_home=70)) == 0


def test_levels_above_the_one_needed() -> None:
    expert = worker(skills={"gas": 3, "oil": 2})
    assert pair(weighing({"skills": {"gas": 1}}, [expert], spare_level=10)) == 20
    assert pair(weighing({"any_skills": ({"gas": 1, "oil": 1},)}, [expert], spare_level=10)) == 10


def test_rare_skills_that_the_job_does_not_need() -> None:
    some = [worker(1, skills={"gas": 1, "oil": 1}), worker(2, skills={"oil": 1}), worker(3)]
    assert pair(weighing({}, some, rare_skill=30)) == 20 + 10
    assert pair(weighing({"skills": {"gas": 1}}, some, rare_skill=30)) == 10
    run_out = [worker(1, skills={"gas": 1}, expires={"gas": -1}), worker(2)]
    assert pair(weighing({}, run_out, rare_skill=30)) == 0


def test_fairness_is_the_square_of_work_and_driving_with_the_ledger_above_an_equal_share_of_the_work() -> None:
    jobs = [job(1, 1, duration_s=2 * HOUR), job(2, 1, duration_s=2 * HOUR)]
    some = [worker(1, end=None, ledger_s=HOUR - 60), worker(2, ledger_s=50 * HOUR)]
    given = problem(jobs, some, weights=Weights(travel=0, fairness=10))
    assert Prices(given).fair_share_s == 2 * HOUR
    one = plan(route(0, [stop(1, 60, 60, work=2 * HOUR)], 0), unserved=(2,))
    assert parts_of(given, one) == Parts(fairness=10)
    both = plan(route(0, [stop(1, 60, 60, work=2 * HOUR), stop(2, 60 + 2 * HOUR, 0, work=2 * HOUR)], 0))
    assert parts_of(given, both) == Parts(fairness=90)


def test_the_breakdown_adds_up_from_stops_to_the_plan() -> None:
    jobs = [job(1, 1, sla=0, risk=10), job(2, 3, preferred_workers=frozenset({9})), job(3, 2, unserved_cost=70)]
    given = problem(jobs, weights=Weights(travel=77, paid=13, late_minute=30, risk_hour=900, not_preferred=40))
    made = plan(route(0, [stop(1, 60, 60), stop(2, 280, 120)], 180), unserved=(3,))
    found = break_down(given, made)
    first = Parts(travel=46, paid=20, lateness=30, risk=1)
    second = Parts(travel=138 - 46, paid=49 - 20, preference=40)
    back = Parts(travel=277 - 138, paid=72 - 49)
    whole = first + second + back
    stops = (StopBreakdown(1, first), StopBreakdown(2, second))
    assert found == CostBreakdown(whole, 70, (RouteBreakdown(1, whole, stops),))
    assert (cost(given, made).total, cost(given, made).parts) == (whole.total + 70, whole)


def test_driving_under_speeds_is_what_the_route_says() -> None:
    given = problem([job(1, 1)], weights=Weights(), speeds=(Speed(0, 50),))
    found = cost(given, plan(route(0, [stop(1, 120, 120)], 120)))
    assert (found.travel_s, found.parts) == (240, Parts(travel=240))


def test_orders_under_weights_cost_what_their_timed_plan_costs() -> None:
    given = problem([job(1, 1, sla=0, risk=9), job(2, 2)], weights=BALANCED, speeds=(Speed(100, 50),))
    made = plan(route(0, [stop(1, 60, 60), stop(2, 280, 120)], 240))
    assert cost_of_orders(given, {1: (1, 2), 2: ()}).key == cost(given, made).key


def test_under_priority_the_weights_decide_last() -> None:
    given = problem([job(1, 1, priority=4)], objective="priority", weights=Weights(waiting=100))
    assert cost(given, WAITS).key == (-4, -1, 150)
