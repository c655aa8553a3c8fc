"""The search on instances that a person can hold; it stops by counts, never by the clock."""

import pytest

from scheduling.core.check import check
from scheduling.core.formats.vroom import read_vroom
from scheduling.core.plan import Plan
from scheduling.core.problem import Break, Job, Problem, Window
from scheduling.core.solve import Result, solve
from scheduling.core.stop import Cancelled, MaxIterations, MaxSeconds, Progress, any_of
from tests.bench.generate import generate_day
from tests.core.small import job, line, plan, problem, route, stop, worker


def solved(given: Problem, *, seed: int = 1, start: Plan | None = None) -> Result:
    result = solve(given, any_of(MaxIterations(50_000)), seed, start)
    assert check(given, result.plan).broken == ()
    return result


def routes(result: Result) -> dict[int, tuple[int, ...]]:
    return {one.worker: one.job_ids for one in result.plan.routes}


def test_nothing_to_do() -> None:
    assert solved(problem([])).plan == plan()
    assert solved(problem([], [])).plan == plan()
    assert solved(Problem((), (), {})).plan == plan()


def test_jobs_without_workers_are_listed_with_a_reason() -> None:
    assert [(one.job, one.reason) for one in solved(problem([job(1, 1)], [])).plan.unserved] == [(1, "no_shift")]


def test_everyone_serves_what_is_near() -> None:
    given = problem([job(1, 1), job(2, 4)], [worker(1), worker(2, start=5, end=5)])
    assert routes(solved(given)) == {1: (1,), 2: (2,)}


def test_skills_levels_and_allowed_workers() -> None:
    workers = [worker(1), worker(2, skills={"gas": 1}), worker(3, skills={"gas": 2})]
    given = problem([job(1, 1, skills={"gas": 2}), job(2, 1, allowed_workers=frozenset({2}))], workers)
    assert routes(solved(given)) == {3: (1,), 2: (2,)}


def test_pins_of_time_and_worker_are_kept() -> None:
    given = problem(
        [job(1, 1, pinned_start=3_000, allowed_workers=frozenset({2})), job(2, 1, windows=(Window(0, 60),))],
        [worker(1), worker(2)],
    )
    found = solved(given).plan
    assert [(one.begin, route.worker) for route in found.routes for one in route.stops if one.id == 1] == [(3_000, 2)]
    assert found.unserved == ()


def test_the_gap_between_two_windows_is_not_used() -> None:
    shut_at_noon = (Window(0, 100), Window(1_000, 1_100))
    given = problem([job(1, 1, windows=shut_at_noon), job(2, 1, windows=shut_at_noon), job(3, 1, pinned_start=500)])
    found = solved(given).plan
    assert found.unserved == ()
    begins = {one.id: one.begin for one in found.routes[0].stops}
    assert begins[3] == 500
    assert all(begins[ident] <= 100 or 1_000 <= begins[ident] <= 1_100 for ident in (1, 2))


def test_breaks_are_taken() -> None:
    lunch = Break(9, (Window(200, 250),), 100)
    given = problem([job(1, 1, windows=(Window(0, 80),)), job(2, 5)], [worker(breaks=(lunch,))])
    assert [(one.kind, one.id) for one in solved(given).plan.routes[0].stops] == [("job", 1), ("break", 9), ("job", 2)]


def test_limits_on_number_travel_and_loads() -> None:
    jobs = [job(1, 1), job(2, 1)]
    assert len(solved(problem(jobs, [worker(max_jobs=1)])).plan.unserved) == 1
    assert len(solved(problem([job(1, 1), job(2, 5)], [worker(max_travel_s=200)])).plan.unserved) == 1
    loaded = [job(1, 1, delivery=(2,)), job(2, 2, pickup=(2,)), job(3, 3, pickup=(1,))]
    assert [one.job for one in solved(problem(loaded, [worker(capacity=(2,))])).plan.unserved] != []
    assert routes(solved(problem(loaded[:2], [worker(capacity=(2,))]))) == {1: (1, 2)}


def test_a_setup_is_spared_when_that_makes_both_fit() -> None:
    given = problem([job(1, 0, setup_s=60), job(2, 0, setup_s=60)], [worker(shift=Window(0, 260))])
    assert solved(given).plan.unserved == ()


def test_a_spared_setup_does_not_open_the_gap_between_windows() -> None:
    first = job(1, 0, setup_s=60, windows=(Window(0, 0),))
    second = job(2, 0, setup_s=60, windows=(Window(0, 150), Window(1_000, 1_000)))
    found = solved(problem([first, second])).plan
    assert [(one.id, one.begin) for one in found.routes[0].stops] == [(1, 0), (2, 1_000)]


def test_prices_decide_what_is_left_out() -> None:
    given = problem([job(1, 1, unserved_cost=119), job(2, 5, unserved_cost=601)])
    assert routes(solved(given)) == {1: (1, 2)} or routes(solved(given)) == {1: (2, 1)}
    given = problem([job(1, 1, unserved_cost=119)])
    assert [(one.job, one.reason) for one in solved(given).plan.unserved] == [(1, "not_worth")]


def test_priority_comes_before_number_and_number_before_travel() -> None:
    dear = Job(1, 5, 5_000, priority=3)
    cheap = [Job(ident, 1, 2_500, priority=1) for ident in (2, 3)]
    given = Problem((dear, *cheap), (worker(shift=Window(0, 6_000)),), line(), "priority")
    assert routes(solved(given)) == {1: (1,)}
    same = Problem((Job(1, 1, 5_000, priority=2), *cheap), (worker(shift=Window(0, 6_000)),), line(), "priority")
    assert sorted(routes(solved(same))[1]) == [2, 3]


def test_a_closed_past_is_no_start() -> None:
    given = problem([job(1, 1, windows=(Window(0, 500),)), job(2, 1)], [worker(ready_at=600)])
    found = solved(given).plan
    assert (routes(solved(given)), [(one.job, one.reason) for one in found.unserved]) == (
        {1: (2,)},
        [(1, "window_closed")],
    )


def test_it_is_never_worse_than_its_start() -> None:
    given = problem([job(ident, ident) for ident in range(1, 6)])
    best = solved(given)
    again = solve(given, MaxIterations(0), 3, best.plan)
    assert again.cost.key == best.cost.key


def test_a_broken_start_is_kept_as_far_as_it_can_be() -> None:
    given = problem([job(1, 1, windows=(Window(0, 100),)), job(2, 2, skills={"gas": 1}), job(3, 3)])
    broken = plan(route(0, [stop(3, 0, 0), stop(2, 100, 0), stop(1, 200, 0), stop(9, 300, 0)], 0), route(0, [], 0, 8))
    found = solved(given, start=broken)
    assert routes(found) == {1: (1, 3)}
    assert [(one.job, one.reason) for one in found.plan.unserved] == [(2, "no_skill")]


def test_the_same_seed_gives_the_same_plan() -> None:
    given = problem([job(ident, 1 + ident % 5) for ident in range(1, 9)], [worker(1), worker(2, start=5, end=5)])
    assert solved(given, seed=4).plan == solved(given, seed=4).plan


@pytest.mark.parametrize("steps", [1_500, 20_000])
def test_the_same_seed_gives_the_same_plan_whatever_the_machine_does(steps: int) -> None:
    """Rounds of a day of this size last longer than the search waits between two looks at its rule."""
    day = read_vroom(generate_day(30, 270, seed=5)).problem
    plans = [solve(day, MaxIterations(steps), seed=3, threads=threads).plan for threads in (2, 2, 3, 3)]
    assert plans[0] == plans[1]
    assert plans[2] == plans[3]


def test_no_thread_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="threads must be at least 1, not 0"):
        solve(problem([job(1, 1)]), MaxIterations(1), threads=0)


def test_priorities_may_be_huge() -> None:
    jobs = [job(ident, 1 + ident % 5, priority=1_000_000) for ident in range(1, 40)]
    given = problem(jobs, [worker(1), worker(2)], "priority")
    assert solve(given, MaxIterations(6_000), 1).cost.served > 0


def test_progress_tells_of_every_better_plan() -> None:
    told: list[Progress] = []
    given = problem([job(ident, 1 + ident % 5) for ident in range(1, 9)], [worker(1), worker(2, start=5, end=5)])
    result = solve(given, any_of(MaxIterations(5_000)), 1, on_better=told.append)
    keys = [one.best.key for one in told if one.best is not None]
    assert keys == sorted(set(keys), reverse=True)
    assert keys[-1] == result.cost.key
    assert all(one.left is not None and 0 <= one.left <= 1 for one in told)


def test_cancelling_ends_the_search_with_the_best_plan() -> None:
    asked: list[int] = []

    def enough() -> bool:
        asked.append(1)
        return len(asked) > 3

    given = problem([job(ident, 1 + ident % 5) for ident in range(1, 9)], [worker(1), worker(2)])
    result = solve(given, any_of(MaxSeconds(86_000), Cancelled(enough)), 1)
    assert len(asked) < 10
    assert result.plan.unserved == ()


def test_what_a_callback_raises_comes_out() -> None:
    def fail() -> bool:
        raise LookupError("the row is gone")

    with pytest.raises(LookupError, match="the row is gone"):
        solve(problem([job(ident, 1) for ident in range(1, 6)]), Cancelled(fail))


def test_no_time_at_all_still_gives_a_plan() -> None:
    assert solve(problem([job(1, 1)]), MaxSeconds(0)).plan.unserved == ()


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        MaxSeconds(-1)
    with pytest.raises(ValueError, match="must not be negative"):
        MaxIterations(-1)
