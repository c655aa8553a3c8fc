"""One broken plan for each rule: it is caught, named, and nothing else is said."""

from typing import Any

import pytest

from scheduling.core.check import CheckResult, Violation, check
from scheduling.core.plan import Plan, Route, Unserved
from scheduling.core.problem import Break, Problem, Window
from tests.core.small import job, pause, plan, problem, route, stop, worker

ONE = [stop(1, 60, 60)]


def single(**more: Any) -> Problem:
    return problem([job(1, 1, **more)])


def served_by(**more: Any) -> Problem:
    return problem([job(1, 1)], [worker(**more)])


LUNCH = Break(9, (Window(200, 300),), 50)

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
    "overlap_at_the_end": (single(), plan(Route(1, 0, tuple(ONE), 150, 0)), Violation("overlap", 1, amount=10)),
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
    found = [one for one in check(given, broken).broken if one.rule == expected.rule]
    assert found == [expected]


def test_a_good_plan_breaks_nothing() -> None:
    given = problem([job(1, 1), job(2, 3)], [worker(breaks=(LUNCH,))])
    good = plan(route(0, [stop(1, 60, 60), pause(9, 200, 50, travel_s=40), stop(2, 330, 80)], 180))
    assert check(given, good) == CheckResult(())


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
