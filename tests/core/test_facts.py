"""A technician runs late: the day stays plannable, and nobody is made to wait longer than now."""

from scheduling.core.check import check
from scheduling.core.problem import Window
from scheduling.core.solve import solve
from scheduling.core.stop import MaxIterations, MaxSolutions, any_of
from scheduling.core.timing import retime
from tests.core.small import job, plan, problem, route, stop, worker

LATE = problem(
    [job(1, 1, windows=(Window(0, 100),)), job(2, 2, pinned_start=300), job(3, 3)],
    [worker(ready_at=200, shift=Window(0, 500))],
)
MORNING = plan(route(0, [stop(1, 60, 60), stop(2, 220, 60, begin=300)], 120), unserved=(3,))
NOW = plan(route(200, [stop(1, 260, 60), stop(2, 420, 60)], 120), unserved=(3,))


def test_the_present_plan_is_told_with_the_times_that_hold_now() -> None:
    assert retime(LATE, MORNING) == NOW


def test_late_promises_stay_planned_as_inherited() -> None:
    result = solve(LATE, any_of(MaxSolutions(20), MaxIterations(2_000)), 1, MORNING, baseline=NOW)
    found = check(LATE, result.plan, NOW)
    assert found.broken == ()
    assert {(one.rule, one.job) for one in found.inherited} == {("window", 1), ("pinned_start", 2), ("shift_end", None)}
    assert [one.job for one in result.plan.unserved] == [3]


def test_without_a_baseline_they_are_left_out_with_the_reason() -> None:
    result = solve(LATE, any_of(MaxSolutions(20), MaxIterations(2_000)), 1, MORNING)
    assert {one.job: one.reason for one in result.plan.unserved if one.job != 3} == {1: "window_closed", 2: "no_shift"}


def test_a_baseline_that_breaks_nothing_changes_nothing() -> None:
    given = problem([job(1, 1), job(2, 2)])
    fine = plan(route(0, [stop(1, 60, 60), stop(2, 220, 60)], 120))
    rule = any_of(MaxSolutions(20), MaxIterations(2_000))
    assert solve(given, rule, 1, fine, baseline=fine).plan == solve(given, rule, 1, fine).plan
