import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling.core.cost import RouteCost, break_down, cost, cost_of_orders, route_parts
from scheduling.core.plan import Plan
from scheduling.core.prices import Parts, Prices
from scheduling.core.problem import Job, Problem, Travel, Worker
from scheduling.core.timing import force_route
from tests.core.small import DAY, job, plan, problem, route, stop, worker
from tests.core.strategies import all_rules_problems, any_orders

JOBS = [job(1, 1, priority=2), job(2, 4, unserved_cost=70, priority=3), job(3, 5, unserved_cost=500)]
PLAN = plan(route(0, [stop(1, 60, 60, begin=90)], 60), unserved=(2, 3))


def test_travel_and_the_price_of_what_is_left_out() -> None:
    found = cost(problem(JOBS), PLAN)
    assert (found.total, found.travel_s, found.unserved_cost) == (690, 120, 570)
    assert (found.served, found.unserved, found.priority) == (1, 2, 2)
    assert found.routes == (RouteCost(1, 120, None, 100, 30, 1),)
    assert found.key == (690,)


def test_under_priority_the_price_counts_for_nothing() -> None:
    found = cost(problem(JOBS, objective="priority"), PLAN)
    assert (found.total, found.key) == (120, (-2, -1, 120))


def test_orders_cost_what_their_plan_costs() -> None:
    given = problem(JOBS)
    assert cost_of_orders(given, {1: (1,)}).key == cost(given, PLAN).key


def test_speed_divides_seconds_and_open_ends_cost_nothing() -> None:
    fast = worker(speed_factor=2.0, end=None)
    assert cost(problem(JOBS, [fast]), PLAN).travel_s == 30


def test_distances_are_told_where_they_are_known() -> None:
    square = Travel(np.array([[0, 10], [20, 0]]), np.array([[0, 700], [800, 0]]))
    given = Problem((Job(1, 1, 100),), (Worker(1, DAY, 0, 0),), {"car": square}, "priority")
    assert cost(given, PLAN).routes[0].distance_m == 1500


def test_what_the_problem_does_not_know_counts_for_nothing() -> None:
    stranger = route(0, [stop(9, 60, 60)], 60, worker_id=8)
    assert cost(problem([]), plan(stranger)).key == (0,)


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_the_plan_its_parts_add_up(data: st.DataObject) -> None:
    drawn = data.draw(all_rules_problems())
    orders = data.draw(any_orders(drawn))
    made = Plan(tuple(force_route(drawn, worker_id, ids) for worker_id, ids in orders.items() if ids))
    whole, found = cost(drawn, made), break_down(drawn, made)
    assert (found.parts, found.unserved_cost) == (whole.parts, whole.unserved_cost)
    assert found.parts == sum((each.parts for each in found.routes), Parts())
    assert [each.parts for each in found.routes] == [route_parts(drawn, Prices(drawn), each) for each in made.routes]
    assert cost_of_orders(drawn, orders).key == whole.key
