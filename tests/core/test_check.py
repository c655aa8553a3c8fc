"""One broken plan for each rule: it is caught, named, and nothing else is said."""

from typing import Any

import pytest

from scheduling.core.check import CheckResult, Violation, check
from scheduling.core.plan import Plan, Route, Unserved
from scheduling.core.problem import Break, Problem, Speed, Window
from tests.core.small import job, pause, plan, problem, route, stop, worker

ONE = [stop(1, 60, 60)]


def single(**more: Any) -> Problem:
    return problem([job(1, 1, **more)])


def served_by(**more: Any) -> Problem:
    return problem([job(1, 1)], [worker(**more)])


LUNCH = Break(9, (Window(200, 300),), 50)
AWAY = Break(9, (Window(200, 200),), 50, is_absence=True)

CASES = {
    "unknown_worker": (single(), plan(route(0, ONE, 60), route(0, [], 0, 7)), Violation("unknown_worker", 7)),
    "two_routes": (single(), plan(route(0, ONE, 60), route(0, [], 0)), Violation("two_routes", 1)),
    "unknown_job": (
        single(),
        plan(route(0, [*ONE, stop(5, 160, 0)], 60)),
        Violation("unknown_job", 1, 5),
    ),
    "served_twice": (
        single(),
        plan(route(0, [*ONE, stop(1, 160, 0)], 60)),
        Violation("served_twice", job=1),
    ),
    "not_listed": (single(), plan(), Violation("not_listed", job=1)),
    "listed_twice": (single(), plan(unserved=(1, 1)), Violation("not_listed", job=1)),
    "no_reason": (single(), Plan((), (Unserved(1, "", {}),)), Violation("no_reason", job=1)),
    "listed_and_served": (single(), plan(route(0, ONE, 60), unserved=(1,)), Violation("listed_and_served", job=1)),
    "travel": (single(), plan(route(0, [stop(1, 50, 50)], 60)), Violation("travel", 1, 1, 10)),
    "travel_claimed": (single(), plan(route(0, [stop(1, 50, 60)], 60)), Violation("travel", 1, 1, 10)),
    "travel_back": (single(), plan(route(0, ONE, 50)), Violation("travel", 1, None, 10)),
    "window": (single(windows=(Window(0, 50),)), plan(route(0, ONE, 60)), Violation("window", 1, 1, 10)),
    "window_early": (single(windows=(Window(90, 95),)), plan(route(0, ONE, 60)), Violation("window", 1, 1, 30)),
    "pinned_start": (single(pinned_start=100), plan(route(0, ONE, 60)), Violation("pinned_start", 1, 1, 40)),
    "duration": (single(), plan(route(0, [stop(1, 60, 60, work=90)], 60)), Violation("duration", 1, 1, 10)),
    "setup": (single(setup_s=30), plan(route(0, [stop(1, 60, 60, work=110)], 60)), Violation("setup", 1, 1, 20)),
    "skill": (single(skills={"gas": 2}), plan(route(0, ONE, 60)), Violation("skill", 1, 1, skill="gas")),
    "not_allowed": (single(allowed_workers=frozenset({2})), plan(route(0, ONE, 60)), Violation("not_allowed", 1, 1)),
    "promise": (
        single(promise=Window(70, 90), windows=(Window(0, 10),)),
        plan(route(0, ONE, 60)),
        Violation("promise", 1, 1, 10),
    ),
    "opening": (
        single(opening=(Window(0, 20), Window(75, 90)), promise=Window(0, 100)),
        plan(route(0, ONE, 60)),
        Violation("opening", 1, 1, 15),
    ),
    "earliest": (single(earliest=90), plan(route(0, ONE, 60)), Violation("earliest", 1, 1, 30)),
    "due": (single(due=45), plan(route(0, ONE, 60)), Violation("due", 1, 1, 15)),
    "any_skill": (
        problem([job(1, 1, any_skills=({"gas": 2, "oil": 1},))], [worker(skills={"gas": 1})]),
        plan(route(0, ONE, 60)),
        Violation("any_skill", 1, 1, skill="gas|oil"),
    ),
    "certificate": (
        problem([job(1, 1, skills={"gas": 2})], [worker(skills={"gas": 2}, expires={"gas": -1})]),
        plan(route(0, ONE, 60)),
        Violation("certificate", 1, 1, skill="gas"),
    ),
    "certificate_of_a_group": (
        problem([job(1, 1, any_skills=({"gas": 2, "oil": 1},))], [worker(skills={"gas": 2}, expires={"gas": -1})]),
        plan(route(0, ONE, 60)),
        Violation("certificate", 1, 1, skill="gas"),
    ),
    "excluded": (single(excluded_workers=frozenset({1})), plan(route(0, ONE, 60)), Violation("excluded", 1, 1)),
    "pinned_worker": (
        single(pinned_workers=frozenset({2})),
        plan(route(0, ONE, 60)),
        Violation("pinned_worker", 1, 1),
    ),
    "forbidden_area": (
        problem([job(1, 1, areas=frozenset({3, 4}))], [worker(forbidden_areas=frozenset({4}))]),
        plan(route(0, ONE, 60)),
        Violation("forbidden_area", 1, 1),
    ),
    "area": (
        problem([job(1, 1, areas=frozenset({3, 4}))], [worker(allowed_areas=frozenset({5}))]),
        plan(route(0, ONE, 60)),
        Violation("area", 1, 1),
    ),
    "frozen": (
        problem([job(1, 1), job(2, 1)], [worker(frozen=(2,))]),
        plan(route(0, [stop(1, 60, 60), stop(2, 160, 0)], 60)),
        Violation("frozen", 1, 2),
    ),
    "frozen_left_out": (served_by(frozen=(1,)), plan(unserved=(1,)), Violation("frozen", 1, 1)),
    "absence_missing": (served_by(breaks=(AWAY,)), plan(route(0, ONE, 60)), Violation("absence", 1, None, 50, 9)),
    "absence_moved": (
        served_by(breaks=(AWAY,)),
        plan(route(0, [*ONE, pause(9, 210, 50)], 60)),
        Violation("absence", 1, None, 10, 9),
    ),
    "absence_short": (
        served_by(breaks=(AWAY,)),
        plan(route(0, [*ONE, pause(9, 200, 45)], 60)),
        Violation("absence", 1, None, 5, 9),
    ),
    "break_from_start": (
        served_by(shift=Window(-100, 1_000), breaks=(Break(9, (Window(200, 300),), 50, from_start=True),)),
        plan(route(0, [*ONE, pause(9, 210, 50)], 60)),
        Violation("break_window", 1, amount=10, break_id=9),
    ),
    "overtime": (
        served_by(shift=Window(0, 200), overtime_s=15),
        plan(route(0, ONE, 60)),
        Violation("shift_end", 1, amount=5),
    ),
    "max_work": (
        problem([job(1, 1, setup_s=20)], [worker(max_work_s=110)]),
        plan(route(0, [stop(1, 60, 60, work=120)], 60)),
        Violation("max_work", 1, amount=10),
    ),
    "max_leg": (
        problem([job(1, 1)], [worker(max_leg_s=50, end=None)]),
        plan(route(0, ONE, 0)),
        Violation("max_leg", 1, 1, 10),
    ),
    "max_leg_back": (
        problem([job(1, 1)], [worker(max_leg_s=60, end=3)]),
        plan(route(0, ONE, 120)),
        Violation("max_leg", 1, None, 60),
    ),
    "travel_in_slow_hours": (
        problem([job(1, 1)], speeds=(Speed(20, 50),)),
        plan(route(0, [stop(1, 80, 80)], 120)),
        Violation("travel", 1, 1, 10),
    ),
    "travel_back_in_slow_hours": (
        problem([job(1, 1)], speeds=(Speed(170, 50),)),
        plan(route(0, ONE, 100)),
        Violation("travel", 1, None, 5),
    ),
    "max_travel_in_slow_hours": (
        problem([job(1, 1)], [worker(max_travel_s=200)], speeds=(Speed(0, 50),)),
        plan(route(0, [stop(1, 120, 120)], 120)),
        Violation("max_travel", 1, amount=40),
    ),
    "shift_start": (
        served_by(shift=Window(10, 1000)),
        plan(route(0, ONE, 60)),
        Violation("shift_start", 1, amount=10),
    ),
    "ready_at": (served_by(ready_at=30), plan(route(0, ONE, 60)), Violation("ready_at", 1, amount=30)),
    "shift_end": (served_by(shift=Window(0, 200)), plan(route(0, ONE, 60)), Violation("shift_end", 1, amount=20)),
    "break_missing": (served_by(breaks=(LUNCH,)), plan(route(0, ONE, 60)), Violation("break_missing", 1, break_id=9)),
    "break_unknown": (
        single(),
        plan(route(0, [*ONE, pause(9, 160, 50)], 60)),
        Violation("break_unknown", 1, break_id=9),
    ),
    "break_twice": (
        served_by(breaks=(LUNCH,)),
        plan(route(0, [*ONE, pause(9, 200, 50), pause(9, 250, 50)], 60)),
        Violation("break_twice", 1, break_id=9),
    ),
    "break_window": (
        served_by(breaks=(LUNCH,)),
        plan(route(0, [*ONE, pause(9, 160, 50)], 60)),
        Violation("break_window", 1, amount=40, break_id=9),
    ),
    "break_short": (
        served_by(breaks=(LUNCH,)),
        plan(route(0, [*ONE, pause(9, 200, 45)], 60)),
        Violation("break_short", 1, amount=5, break_id=9),
    ),
    "max_jobs": (served_by(max_jobs=0), plan(route(0, ONE, 60)), Violation("max_jobs", 1)),
    "max_travel": (served_by(max_travel_s=100), plan(route(0, ONE, 60)), Violation("max_travel", 1, amount=20)),
    "overlap": (
        problem([job(1, 1), job(2, 1)]),
        plan(route(0, [stop(1, 60, 60), stop(2, 150, 0)], 60)),
        Violation("overlap", 1, 2, 10),
    ),
    "overlap_at_the_end": (
        served_by(end=None),
        plan(Route(1, 0, tuple(ONE), 150, 0)),
        Violation("overlap", 1, amount=10),
    ),
    "capacity_at_the_start": (
        problem([job(1, 1, delivery=(3,))], [worker(capacity=(2,))]),
        plan(route(0, ONE, 60)),
        Violation("capacity", 1, amount=1),
    ),
    "capacity_under_way": (
        problem([job(1, 1, pickup=(2,)), job(2, 1, delivery=(2,))], [worker(capacity=(3,))]),
        plan(route(0, [stop(1, 60, 60), stop(2, 160, 0)], 60)),
        Violation("capacity", 1, amount=1),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_rule_is_caught_and_named(name: str) -> None:
    given, broken, expected = CASES[name]
    assert check(given, broken).broken == (expected,)


def test_a_good_plan_breaks_nothing() -> None:
    given = problem([job(1, 1), job(2, 3)], [worker(breaks=(LUNCH,))])
    good = plan(route(0, [stop(1, 60, 60), pause(9, 200, 50, travel_s=40), stop(2, 330, 80)], 180))
    assert check(given, good) == CheckResult(())


def test_a_good_plan_by_the_hour_breaks_nothing() -> None:
    given = problem([job(1, 1), job(2, 3)], [worker(breaks=(LUNCH,))], speeds=(Speed(180, 50),))
    good = plan(route(0, [stop(1, 60, 60), pause(9, 200, 50, travel_s=40), stop(2, 430, 180)], 360))
    assert check(given, good) == CheckResult(())


def test_one_of_a_group_of_skills_is_enough() -> None:
    given = problem([job(1, 1, any_skills=({"gas": 2, "oil": 1},))], [worker(skills={"oil": 1})])
    assert check(given, plan(route(0, ONE, 60))).is_fine


def test_a_promise_that_the_site_leaves_nothing_of_is_kept_all_the_same() -> None:
    given = single(promise=Window(50, 100), opening=(Window(0, 40),), due=30)
    assert check(given, plan(route(0, ONE, 60))).is_fine


def test_a_pin_stands_above_promise_and_bounds() -> None:
    given = single(pinned_start=60, promise=Window(70, 90), due=50, opening=(Window(0, 10),))
    assert check(given, plan(route(0, ONE, 60))).is_fine


def test_each_broken_bound_is_named() -> None:
    given = single(windows=(Window(0, 20),), due=30, opening=(Window(0, 55),))
    found = check(given, plan(route(0, ONE, 60))).broken
    assert {(one.rule, one.amount) for one in found} == {("opening", 5), ("due", 30), ("window", 40)}


def test_frozen_jobs_stay_first_and_in_order() -> None:
    given = problem([job(1, 1), job(2, 1), job(3, 1)], [worker(frozen=(2, 1))])
    stops = [stop(2, 60, 60), stop(1, 160, 0), stop(3, 260, 0)]
    assert check(given, plan(route(0, stops, 60))).is_fine


def test_an_unused_shift_needs_no_driving_and_no_breaks() -> None:
    given = problem([], [worker(end=3, breaks=(LUNCH,), max_leg_s=1)])
    assert check(given, plan(route(0, [], 0))).is_fine


@pytest.mark.parametrize("rule", ["window", "pinned_start", "promise", "opening", "earliest", "due"])
def test_who_comes_late_does_not_matter_to_the_customer(rule: str) -> None:
    assert Violation(rule, 1, 5, 10).key == Violation(rule, 2, 5, 20).key
    assert Violation("skill", 1, 5).key != Violation("skill", 2, 5).key


def test_what_is_no_worse_than_before_is_inherited() -> None:
    given = problem([job(1, 1, windows=(Window(0, 50),)), job(2, 2)])
    before = plan(route(0, [stop(1, 60, 60)], 60), unserved=(2,))
    after = plan(route(0, [stop(1, 60, 60), stop(2, 220, 60)], 120))
    assert check(given, after, before) == CheckResult((), (Violation("window", 1, 1, 10),))


def test_what_got_worse_is_broken() -> None:
    given = problem([job(1, 1, windows=(Window(0, 50),)), job(2, 1)])
    before = plan(route(0, [stop(1, 60, 60)], 60), unserved=(2,))
    after = plan(route(0, [stop(2, 60, 60), stop(1, 160, 0)], 60))
    assert check(given, after, before) == CheckResult((Violation("window", 1, 1, 110),))


def test_a_late_customer_may_be_given_to_someone_who_comes_earlier() -> None:
    given = problem([job(1, 1, windows=(Window(0, 50),))], [worker(1, ready_at=100), worker(2)])
    before = plan(route(100, [stop(1, 160, 60)], 60))
    after = plan(route(0, [stop(1, 60, 60)], 60, worker_id=2))
    assert check(given, after, before) == CheckResult((), (Violation("window", 2, 1, 10),))
