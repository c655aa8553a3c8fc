"""What changes when a day goes otherwise than planned, and that nothing else does."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling.core.check import check
from scheduling.core.cost import cost
from scheduling.core.plan import Plan, Unserved
from scheduling.core.problem import Problem, ProblemError, Window, Worker
from scheduling.core.repair import (
    Move,
    Search,
    Spot,
    catch_up,
    emergency,
    take_out_workers,
    use_free_time,
)
from scheduling.core.settle import settle
from scheduling.core.stop import MaxIterations
from scheduling.core.timing import force_route, retime
from scheduling.core.weights import EMERGENCY
from tests.core.small import job, problem, worker
from tests.core.strategies import all_rules_problems, any_orders


def planned(given_problem: Problem, orders: dict[int, tuple[int, ...]]) -> Plan:
    routes = tuple(force_route(given_problem, ident, order) for ident, order in orders.items())
    served = {one for order in orders.values() for one in order}
    left = (Unserved(one.id, "no_room", {}) for one in given_problem.jobs if one.id not in served)
    return Plan(routes, tuple(left))


def orders(plan: Plan) -> dict[int, tuple[int, ...]]:
    return {route.worker: route.job_ids for route in plan.routes}


def longer(day: Problem, by_s: int) -> Problem:
    """Worker 1 is at job 1, which takes so much longer."""
    jobs = tuple(replace(one, duration_s=one.duration_s + by_s) if one.id == 1 else one for one in day.jobs)
    workers = tuple(replace(one, frozen=(1,)) if one.id == 1 else one for one in day.workers)
    return replace(day, jobs=jobs, workers=workers)


def without(day: Problem, plan: Plan, gone: int) -> tuple[Problem, Plan]:
    """The job is called off, or nobody was there: its worker goes from the one before it to the one behind."""
    shorter = replace(
        day,
        jobs=tuple(one for one in day.jobs if one.id != gone),
        workers=tuple(replace(one, frozen=set_aside(one.frozen, gone)) for one in day.workers),
    )
    routes = []
    for route in plan.routes:
        if gone not in route.job_ids:
            routes.append(route)
        elif order := set_aside(route.job_ids, gone):
            routes.append(force_route(shorter, route.worker, order))
    return shorter, Plan(tuple(routes), plan.unserved)


def set_aside(order: tuple[int, ...], gone: int) -> tuple[int, ...]:
    return tuple(ident for ident in order if ident != gone)


def test_what_the_ill_worker_has_finished_stays_and_the_rest_goes_to_others() -> None:
    day = problem([job(1, 1), job(2, 2), job(3, 3), job(4, 4)], [worker(1), worker(2), worker(3)])
    plan = planned(day, {1: (1, 2, 3), 2: (4,)})
    begin = plan.routes[0].stops[1].begin
    repair = take_out_workers(day, plan, [1], begin)
    assert orders(repair.plan)[1] == (1,)
    assert {one for order in orders(repair.plan).values() for one in order} == {1, 2, 3, 4}
    assert {move.job for move in repair.moved} >= {2, 3}
    assert all(move.was is not None and move.was.worker == 1 for move in repair.moved if move.job in (2, 3))
    assert repair.unserved == ()
    assert repair.broken_promises == ()


def test_an_ill_worker_who_has_not_begun_loses_everything() -> None:
    day = problem([job(1, 1), job(2, 2)], [worker(1), worker(2)])
    repair = take_out_workers(day, planned(day, {1: (1, 2)}), [1], 0)
    assert orders(repair.plan) == {2: (1, 2)}


def test_a_pin_to_who_is_ill_is_let_go_and_one_to_somebody_else_is_kept() -> None:
    pinned, other = job(1, 1, pinned_workers=frozenset({1})), job(2, 2, pinned_workers=frozenset({1, 3}))
    day = problem([pinned, other], [worker(1), worker(2), worker(3)])
    repair = take_out_workers(day, planned(day, {1: (1, 2)}), [1], 0)
    assert repair.unserved == ()
    assert 2 in orders(repair.plan)[3]


def test_two_shifts_of_one_person_are_taken_out_together() -> None:
    day = problem([job(1, 1), job(2, 2)], [worker(1), worker(2), worker(3)])
    repair = take_out_workers(day, planned(day, {1: (1,), 2: (2,)}), [1, 2], 0)
    assert orders(repair.plan) == {3: (1, 2)}


def test_what_nobody_else_can_serve_is_left_out_with_its_promise_and_a_reason() -> None:
    skilled = job(1, 1, skills={"fibre": 1}, promise=Window(0, 5_000))
    day = problem([skilled, job(2, 2)], [worker(1, skills={"fibre": 1}), worker(2)])
    repair = take_out_workers(day, planned(day, {1: (1,), 2: (2,)}), [1], 0)
    assert orders(repair.plan) == {2: (2,)}
    assert repair.broken_promises == (1,)
    assert [(entry.job, entry.reason) for entry in repair.unserved] == [(1, "no_shift")]
    assert repair.moved == (Move(1, Spot(1, 60), None),)


def test_a_promise_is_kept_by_moving_another_visit() -> None:
    """Worker 2 can take the freed job only where job 2, which may be at any time, makes way to worker 3."""
    freed = job(1, 1, promise=Window(60, 60), skills={"a": 1})
    day = problem(
        [freed, job(2, 2, windows=(Window(0, 130),))],
        [worker(1, skills={"a": 1}), worker(2, skills={"a": 1}), worker(3)],
    )
    repair = take_out_workers(day, planned(day, {1: (1,), 2: (2,)}), [1], 0)
    assert orders(repair.plan) == {2: (1,), 3: (2,)}


def test_a_promise_named_may_break_no_longer_binds_and_is_listed() -> None:
    freed = job(1, 1, promise=Window(60, 60))
    day = problem([freed, job(2, 2, pinned_start=120)], [worker(1), worker(2)])
    plan = planned(day, {1: (1,), 2: (2,)})
    assert take_out_workers(day, plan, [1], 0).broken_promises == (1,)
    assert 1 not in orders(take_out_workers(day, plan, [1], 0).plan).get(2, ())
    repair = take_out_workers(day, plan, [1], 0, may_break=[1])
    assert orders(repair.plan) == {2: (2, 1)}
    assert repair.broken_promises == (1,)


def test_the_search_gives_the_same_answer_for_the_same_seed_and_leaves_others_alone() -> None:
    jobs = [job(ident, ident % 6, windows=(Window(0, 6_000),)) for ident in range(1, 13)]
    day = problem(jobs, [worker(ident) for ident in range(1, 5)])
    plan = planned(day, {1: (1, 2, 3), 2: (6, 4, 5), 3: (9, 7, 8), 4: (12, 10, 11)})
    found = [
        take_out_workers(day, plan, [1], 0, search=Search(MaxIterations(2_000), seed=3, threads=1)) for _ in range(2)
    ]
    assert found[0] == found[1]
    touched = [ident for ident in (2, 3, 4) if orders(found[0].plan)[ident] != orders(plan)[ident]]
    took = [ident for ident in (2, 3, 4) if set(orders(found[0].plan)[ident]) & {1, 2, 3}]
    assert touched == took


def test_an_overrun_that_breaks_nothing_changes_no_route() -> None:
    day = problem([job(1, 1), job(2, 2)], [worker(1), worker(2)])
    repair = catch_up(longer(day, 300), planned(day, {1: (1, 2)}), 1)
    assert orders(repair.plan) == {1: (1, 2)}
    assert repair.moved == (Move(2, Spot(1, 220), Spot(1, 520)),)


def test_after_an_overrun_a_promise_goes_to_somebody_who_can_keep_it() -> None:
    day = problem([job(1, 1), job(2, 2, promise=Window(200, 300)), job(3, 3)], [worker(1), worker(2)])
    repair = catch_up(longer(day, 600), planned(day, {1: (1, 2, 3)}), 1)
    assert orders(repair.plan) == {1: (1, 3), 2: (2,)}
    assert repair.broken_promises == ()


def test_after_an_overrun_what_nobody_else_can_take_stays_late() -> None:
    day = problem([job(1, 1), job(2, 2, promise=Window(200, 300)), job(3, 3)], [worker(1)])
    repair = catch_up(longer(day, 600), planned(day, {1: (1, 2, 3)}), 1)
    assert orders(repair.plan) == {1: (1, 2, 3)}
    assert repair.broken_promises == (2,)
    assert repair.unserved == ()


def test_a_worker_known_to_be_late_hands_over_what_can_be_kept() -> None:
    day = problem([job(1, 1, promise=Window(0, 300)), job(2, 2)], [worker(1, ready_at=1_000), worker(2)])
    repair = catch_up(day, retime(day, planned(day, {1: (1, 2)})), 1)
    assert orders(repair.plan) == {1: (2,), 2: (1,)}


def test_a_visit_that_is_gone_gives_its_time_to_one_without_a_place() -> None:
    tight = worker(1, shift=Window(0, 320))
    day = problem([job(1, 1), job(2, 1), job(3, 1)], [tight])
    repair = use_free_time(*without(day, planned(day, {1: (1, 2)}), 1), 1)
    assert orders(repair.plan) == {1: (2, 3)} or orders(repair.plan) == {1: (3, 2)}
    assert repair.unserved == ()


def test_free_time_is_used_on_one_route_alone() -> None:
    day = problem([job(1, 1), job(2, 2), job(3, 3)], [worker(1), worker(2)])
    repair = use_free_time(day, planned(day, {2: (1,)}), 1)
    assert orders(repair.plan)[2] == (1,)
    assert set(orders(repair.plan)[1]) == {2, 3}


def test_an_emergency_comes_first_and_delays_what_is_free_to_wait() -> None:
    day = problem([job(1, 1), job(2, 2), job(9, 1)], [worker(1)])
    repair = emergency(day, planned(day, {1: (1, 2)}), 9, from_s=0)
    assert orders(repair.plan) == {1: (9, 1, 2)}
    with pytest.raises(ProblemError):
        emergency(day, repair.plan, 9)


def test_an_emergency_without_room_displaces_one_cheaper_visit() -> None:
    short = worker(1, shift=Window(0, 250))
    day = problem([job(1, 1, unserved_cost=500), job(9, 1, unserved_cost=90_000)], [short])
    repair = emergency(day, planned(day, {1: (1,)}), 9)
    assert orders(repair.plan) == {1: (9,)}
    assert [entry.job for entry in repair.unserved] == [1]
    assert repair.after.unserved_cost == 500


def test_an_emergency_leaves_promised_and_pinned_visits_where_they_are() -> None:
    short = worker(1, shift=Window(0, 250))
    for bound in (
        {"promise": Window(0, 200)},
        {"pinned_start": 60},
        {"pinned_workers": frozenset({1})},
    ):
        day = problem([job(1, 1, unserved_cost=500, **bound), job(9, 1, unserved_cost=90_000)], [short])
        repair = emergency(day, planned(day, {1: (1,)}), 9)
        assert orders(repair.plan) == {1: (1,)}
        assert [entry.job for entry in repair.unserved] == [9]
        assert repair.moved == ()


def test_costs_before_and_after_count_what_moved() -> None:
    day = problem([job(1, 1)], [worker(1), worker(2)])
    plan = planned(day, {1: (1,)})
    repair = take_out_workers(day, plan, [1], 0)
    assert repair.before.parts.changed == 0
    assert repair.after.parts.changed == EMERGENCY.other_technician


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data(), day=all_rules_problems())
def test_no_repair_breaks_a_rule_anew(data: st.DataObject, day: Problem) -> None:
    """Of any plan, late and broken as it may be."""
    routes = (force_route(day, ident, order) for ident, order in data.draw(any_orders(day)).items() if order)
    plan = Plan(tuple(routes))
    served = [ident for route in plan.routes for ident in route.job_ids]
    for one in day.workers[:2]:
        moment = one.shift.start + 3_600
        ill = take_out_workers(day, plan, [one.id], moment, search=Search(MaxIterations(200), threads=1))
        route = plan.route_of(one.id)
        kept = [stop.id for stop in (route.stops if route else ()) if stop.end <= moment]
        assert set(orders(ill.plan).get(one.id, ())) <= set(kept)
        late = retime(replace(day, workers=_delayed(day, one.id)), plan)
        catch_up(replace(day, workers=_delayed(day, one.id)), late, one.id)
    for ident in served[:2]:
        route = next(route for route in plan.routes if ident in route.job_ids)
        shorter, left = without(day, plan, ident)
        filled = orders(use_free_time(shorter, left, route.worker).plan)
        others = {worker: order for worker, order in orders(left).items() if worker != route.worker}
        assert {worker: order for worker, order in filled.items() if worker != route.worker} == others
    for wanted in day.jobs:
        if wanted.id not in served:
            found = emergency(day, plan, wanted.id, from_s=0)
            assert len(found.plan.unserved) <= len(day.jobs) - len(served)


def _delayed(day: Problem, ident: int) -> tuple[Worker, ...]:
    return tuple(replace(one, ready_at=one.leaves_from + 5_400) if one.id == ident else one for one in day.workers)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data(), day=all_rules_problems())
def test_a_repair_of_a_sound_plan_is_sound(data: st.DataObject, day: Problem) -> None:
    plan = settle(day, data.draw(any_orders(day)))
    served = [ident for route in plan.routes for ident in route.job_ids]
    for one in day.jobs:
        if one.id in served:
            continue
        found = emergency(day, plan, one.id)
        inherited = check(day, plan).broken
        assert check(day, found.plan, plan).broken == ()
        assert len(check(day, found.plan).broken) <= len(inherited)
        assert (
            cost(replace(day, weights=EMERGENCY), found.plan).unserved_cost
            <= cost(replace(day, weights=EMERGENCY), plan).unserved_cost
        )
