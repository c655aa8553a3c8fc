"""A technician runs late: the day stays plannable, and nobody is made to wait longer than now."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling.core.check import check, check_route
from scheduling.core.facts import relax
from scheduling.core.fit import own_blocker
from scheduling.core.plan import Plan
from scheduling.core.problem import Break, Job, Problem, Speed, Window
from scheduling.core.solve import solve
from scheduling.core.stop import MaxIterations, any_of
from scheduling.core.timing import force_route, retime, schedule_route
from tests.core.small import job, plan, problem, route, stop, worker
from tests.core.strategies import all_rules_problems, any_orders

LATE = problem(
    [job(1, 1, windows=(Window(0, 100),)), job(2, 2, pinned_start=300), job(3, 3)],
    [worker(ready_at=200, shift=Window(0, 500))],
)
MORNING = plan(route(0, [stop(1, 60, 60), stop(2, 220, 60, begin=300)], 120), unserved=(3,))
NOW = plan(route(200, [stop(1, 260, 60), stop(2, 420, 60)], 120), unserved=(3,))


def test_the_present_plan_is_told_with_the_times_that_hold_now() -> None:
    assert retime(LATE, MORNING) == NOW


def test_late_promises_stay_planned_as_inherited() -> None:
    result = solve(LATE, any_of(MaxIterations(2_000)), 1, MORNING, baseline=NOW)
    found = check(LATE, result.plan, NOW)
    assert found.broken == ()
    assert {(one.rule, one.job) for one in found.inherited} == {("window", 1), ("pinned_start", 2), ("shift_end", None)}
    assert [one.job for one in result.plan.unserved] == [3]


def test_without_a_baseline_they_are_left_out_with_the_reason() -> None:
    result = solve(LATE, any_of(MaxIterations(2_000)), 1, MORNING)
    assert {one.job: one.reason for one in result.plan.unserved if one.job != 3} == {1: "window_closed", 2: "no_shift"}


def test_a_baseline_that_breaks_nothing_changes_nothing() -> None:
    given = problem([job(1, 1), job(2, 2)])
    fine = plan(route(0, [stop(1, 60, 60), stop(2, 220, 60)], 120))
    rule = any_of(MaxIterations(2_000))
    assert solve(given, rule, 1, fine, baseline=fine).plan == solve(given, rule, 1, fine).plan


def baseline_of(given: Problem, *job_ids: int) -> Plan:
    return Plan((force_route(given, 1, job_ids),))


@pytest.mark.parametrize(
    ("rule", "late"),
    [
        ("promise", job(1, 1, promise=Window(0, 100), windows=(Window(0, 10),))),
        ("opening", job(1, 1, opening=(Window(0, 100),))),
        ("due", job(1, 1, due=100)),
        ("window", job(1, 1, windows=(Window(0, 50), Window(70, 100)))),
        ("pinned_start", job(1, 1, pinned_start=100, due=30)),
    ],
)
def test_a_begin_may_be_as_late_as_now_and_no_later(rule: str, late: Job) -> None:
    given = problem([late, job(2, 1)], [worker(ready_at=200)])
    now = baseline_of(given, 1)
    assert [one.rule for one in check_route(given, now.routes[0])] == [rule]
    eased = relax(given, now)
    assert schedule_route(eased, 1, [1]) == now.routes[0]
    assert schedule_route(eased, 1, [2, 1]) is None
    assert rule in {one.rule for one in check(given, baseline_of(given, 2, 1), now).broken}


def test_a_begin_that_came_too_early_may_stay() -> None:
    given = problem([job(1, 1, earliest=500, windows=(Window(400, 600),))])
    early = plan(route(0, [stop(1, 60, 60)], 60))
    assert relax(given, early).job(1).begins == (Window(60, 600),)


def test_rules_do_not_get_worse_in_exchange_for_each_other() -> None:
    given = problem([job(1, 1, windows=(Window(0, 100),), due=220)], [worker(ready_at=200)])
    now = baseline_of(given, 1)
    eased = relax(given, now).job(1)
    assert (eased.windows, eased.due) == ((Window(0, 260),), 260)


def test_overrun_overtime_may_stay_without_becoming_cheaper() -> None:
    given = problem([job(1, 1)], [worker(shift=Window(0, 200), overtime_s=10)])
    eased = relax(given, baseline_of(given, 1)).worker(1)
    assert (eased.shift, eased.overtime_s) == (Window(0, 200), 20)


@pytest.mark.parametrize("from_start", [True, False])
@pytest.mark.parametrize("is_absence", [True, False])
def test_late_breaks_may_stay(from_start: bool, is_absence: bool) -> None:
    rest = Break(9, (Window(90, 90),), 50, from_start=from_start, is_absence=is_absence)
    given = problem([job(1, 1)], [worker(ready_at=200, breaks=(rest,), shift=Window(10, 9_000))])
    now = baseline_of(given, 1)
    eased = relax(given, now)
    assert schedule_route(eased, 1, [1]) == now.routes[0]
    assert check(given, now, now).is_fine


def test_driving_made_longer_by_slow_hours_may_stay() -> None:
    given = problem([job(1, 1)], [worker(ready_at=200, max_travel_s=120)], speeds=(Speed(200, 50),))
    assert relax(given, baseline_of(given, 1)).worker(1).max_travel_s == 240


LOADED = job(1, 3, delivery=(5, 0), pickup=(0, 2))
BEYOND: dict[str, tuple[dict[str, Any], str, Any]] = {
    "max_jobs": ({"max_jobs": 1}, "max_jobs", 2),
    "max_work": ({"max_work_s": 150}, "max_work_s", 200),
    "max_travel": ({"max_travel_s": 100}, "max_travel_s", 360),
    "max_leg": ({"max_leg_s": 130}, "max_leg_s", 180),
    "capacity": ({"capacity": (4, 9)}, "capacity", (5, 9)),
}


@pytest.mark.parametrize("rule", BEYOND)
def test_a_limit_passed_already_may_stay_so_and_be_passed_no_further(rule: str) -> None:
    """The way to place 3 is 180 s. Job 3 takes longer, lies further off, weighs more than there is room for."""
    jobs = [LOADED, job(2, 3), job(3, 5, duration_s=200, delivery=(6, 10))]
    bounds, field, eased_to = BEYOND[rule]
    given = problem(jobs, [worker(1, **bounds), worker(2, **bounds)])
    now = baseline_of(given, 1, 2)
    eased = relax(given, now)
    assert (getattr(eased.worker(1), field), eased.worker(2)) == (eased_to, given.worker(2))
    assert schedule_route(eased, 1, [1, 2]) == now.routes[0]
    assert check_route(eased, now.routes[0]) == []
    assert {one.rule for one in check(given, now, now).inherited} == {rule}
    more = baseline_of(given, 1, 2, 3)
    assert {one.rule for one in check_route(eased, more.routes[0])} == {rule}
    assert rule in {one.rule for one in check(given, more, now).broken}


@pytest.mark.parametrize("bounds", [bounds for bounds, _, _ in BEYOND.values()], ids=BEYOND)
def test_a_frozen_head_beyond_a_limit_leaves_a_plan_that_is_no_worse(bounds: dict[str, Any]) -> None:
    jobs = [LOADED, job(2, 3), job(4, 3, duration_s=10), job(5, 5, delivery=(3, 3))]
    given = problem(jobs, [worker(1, frozen=(1, 2), **bounds), worker(2, max_leg_s=130)])
    result = solve(given, any_of(MaxIterations(500)), 1, threads=1)
    assert result.plan.routes[0].job_ids[:2] == (1, 2)


@pytest.mark.parametrize("bounds", [{"forbidden_areas": frozenset({3})}, {"allowed_areas": frozenset({4})}])
def test_a_job_forced_into_a_territory_stays_with_its_worker_alone(bounds: dict[str, Any]) -> None:
    jobs = [job(1, 1, areas=frozenset({3})), job(2, 1, areas=frozenset({3}))]
    given = problem(jobs, [worker(1, **bounds), worker(2)])
    eased = relax(given, baseline_of(given, 1))
    blockers = {(w.id, j.id): own_blocker(eased, w, j) for w in eased.workers for j in eased.jobs}
    assert blockers == {(1, 1): None, (1, 2): "area", (2, 1): "pinned_elsewhere", (2, 2): None}


def test_a_missing_skill_is_no_fact_that_may_stay() -> None:
    given = problem([job(1, 1, skills={"gas": 1})])
    assert own_blocker(relax(given, baseline_of(given, 1)), worker(), given.jobs[0]) == "no_skill"


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_the_present_plan_its_times_stay_possible_and_get_no_worse(data: st.DataObject) -> None:
    drawn = data.draw(all_rules_problems())
    orders = data.draw(any_orders(drawn))
    now = Plan(tuple(force_route(drawn, worker_id, ids) for worker_id, ids in orders.items() if ids))
    eased = relax(drawn, now)
    for present in now.routes:
        found = schedule_route(eased, present.worker, present.job_ids)
        assert found is not None
        assert found.returns <= present.returns
        told = check(drawn, Plan((found,)), now).broken
        assert [one for one in told if one.worker == present.worker or one.job in present.job_ids] == []
