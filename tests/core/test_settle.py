"""What of the given orders can be kept: the rest goes elsewhere or is left out, and spoils nothing."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling.core.check import check, check_route
from scheduling.core.plan import Plan
from scheduling.core.problem import Window
from scheduling.core.settle import insert_missing, keep_feasible, settle
from scheduling.core.weights import Weights
from tests.core.small import job, plan, problem, route, stop, worker
from tests.core.strategies import all_rules_problems, any_orders

EASY = [job(ident, ident) for ident in (1, 2, 3)]


def ids(made: Plan) -> dict[int, tuple[int, ...]]:
    return {each.worker: each.job_ids for each in made.routes}


def test_orders_that_hold_are_kept() -> None:
    assert ids(keep_feasible(problem(EASY), {1: (3, 1, 2)})) == {1: (3, 1, 2)}


def test_unknown_workers_and_jobs_are_passed_over_and_the_first_naming_counts() -> None:
    given = problem(EASY, [worker(1), worker(2)])
    assert ids(keep_feasible(given, {9: (3,), 2: (1, 8, 1), 1: (1, 2)})) == {2: (1,), 1: (2,)}


def test_an_impossible_stop_is_isolated_however_dear_it_is() -> None:
    dear = job(4, 4, windows=(Window(0, 10),), unserved_cost=10**6, priority=9, pinned_start=0)
    assert ids(keep_feasible(problem([*EASY, dear]), {1: (1, 4, 2, 3)})) == {1: (1, 2, 3)}


def test_one_dear_stop_does_not_drive_out_several_of_more_worth() -> None:
    early = [job(ident, ident, windows=(Window(0, 1_000),)) for ident in (1, 2, 3)]
    blocks = job(4, 1, duration_s=2_000, unserved_cost=12_000, windows=(Window(0, 100),))
    assert ids(keep_feasible(problem([*early, blocks]), {1: (4, 1, 2, 3)})) == {1: (1, 2, 3)}


def test_the_least_worth_gives_way() -> None:
    three = [job(1, 1, unserved_cost=500), job(2, 1, unserved_cost=300), job(3, 1, unserved_cost=400)]
    given = problem(three, [worker(max_jobs=2)])
    assert ids(keep_feasible(given, {1: (3, 2, 1)})) == {1: (3, 1)}


def test_frozen_jobs_are_the_first_whatever_the_orders_say() -> None:
    given = problem(EASY, [worker(1, frozen=(3,)), worker(2), worker(4, frozen=(2,))])
    assert ids(keep_feasible(given, {2: (2, 3), 1: (1,)})) == {1: (3, 1), 4: (2,)}


def test_frozen_jobs_stay_where_they_break_rules_and_nothing_gets_worse() -> None:
    late = job(4, 1, windows=(Window(0, 10),), skills={"gas": 1})
    given = problem([*EASY, late], [worker(frozen=(4,))])
    kept = keep_feasible(given, {1: (1, 2)})
    assert ids(kept) == {1: (4, 1, 2)}
    assert {one.rule for one in check_route(given, kept.routes[0])} == {"window", "skill"}


def test_what_follows_frozen_jobs_makes_way_for_them() -> None:
    given = problem([job(1, 1, duration_s=9_000), job(2, 1, duration_s=2_000)], [worker(frozen=(1,))])
    assert ids(keep_feasible(given, {1: (2, 1)})) == {1: (1,)}


def test_what_is_left_out_is_put_in_where_it_fits_or_listed_with_its_reason() -> None:
    jobs = [*EASY, job(4, 4, skills={"gas": 1}), job(5, 5, due=10)]
    given = problem(jobs, [worker(1, max_jobs=3), worker(2, skills={"gas": 1})])
    made = settle(given, {1: (1, 2, 3, 4)})
    assert ids(made) == {1: (1, 2, 3), 2: (4,)}
    assert {(one.job, one.reason) for one in made.unserved} == {(5, "due")}
    assert check(given, made).is_fine


def test_a_job_is_put_in_where_all_its_price_is_worth_it() -> None:
    cheap = job(4, 1, unserved_cost=130, sla=0)
    base = plan(route(0, [stop(1, 60, 60)], 60))
    for late_minute, expected in ((0, {4}), (200, set())):
        given = problem([EASY[0], cheap], weights=Weights(late_minute=late_minute))
        assert {j for each in insert_missing(given, base).routes for j in each.job_ids} - {1} == expected


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_the_orders_what_is_kept_breaks_nothing(data: st.DataObject) -> None:
    drawn = data.draw(all_rules_problems())
    made = settle(drawn, data.draw(any_orders(drawn)))
    assert check(drawn, made).broken == ()
