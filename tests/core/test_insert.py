from dataclasses import replace

import pytest

from scheduling.core.check import check
from scheduling.core.explain import reasons
from scheduling.core.insert import Inserter, insert
from scheduling.core.problem import Break, ProblemError, Window
from tests.core.small import job, plan, problem, route, stop, worker

TWO = problem([job(1, 1), job(2, 4)], [worker(1), worker(2, start=5, end=5)])
PRESENT = plan(route(0, [stop(1, 60, 60), stop(2, 340, 180)], 240))


def test_the_cheapest_place_comes_first() -> None:
    found = insert(TWO, PRESENT, job(3, 2))
    assert [(one.worker, one.position, one.added_travel_s) for one in found] == [
        (1, 1, 0),
        (1, 2, 0),
        (1, 0, 120),
        (2, 0, 360),
    ]
    assert found[0].route == route(0, [stop(1, 60, 60), stop(3, 220, 60), stop(2, 440, 120)], 240)
    assert (found[0].arrival, found[0].begin, found[0].end) == (220, 220, 320)


def test_limit_and_workers_narrow_the_answer() -> None:
    assert [one.worker for one in insert(TWO, PRESENT, job(3, 2), limit=1)] == [1]
    assert [one.worker for one in insert(TWO, PRESENT, job(3, 2), workers=[2])] == [2]


def test_the_windows_of_others_are_kept() -> None:
    tight = problem([job(1, 1, windows=(Window(60, 60),)), job(2, 4, windows=(Window(340, 400),))], [worker()])
    assert insert(tight, PRESENT, job(3, 2)) == insert(tight, PRESENT, job(3, 2), workers=[1])
    assert [one.position for one in insert(tight, PRESENT, job(3, 2))] == [2]


def test_asked_windows_replace_the_jobs_own() -> None:
    found = insert(TWO, PRESENT, job(3, 2, windows=(Window(0, 0),)), windows=(Window(1000, 1100),), limit=1)
    assert [(one.worker, one.begin) for one in found] == [(1, 1000)]


def test_asked_windows_replace_an_earlier_promise_but_not_the_due_second() -> None:
    told = job(3, 2, promise=Window(0, 0), due=1_050)
    assert [one.begin for one in insert(TWO, PRESENT, told, windows=(Window(1000, 1100),), limit=1)] == [1000]
    assert insert(TWO, PRESENT, told, windows=(Window(1060, 1100),)) == []


def test_the_least_price_comes_first_not_the_least_driving() -> None:
    given = replace(TWO, weights=replace(TWO.weights, not_preferred=1_000))
    found = insert(given, PRESENT, job(3, 2, preferred_workers=frozenset({2})))
    assert [(one.worker, one.added_travel_s, one.price_s) for one in found] == [
        (2, 360, 360),
        (1, 0, 1_000),
        (1, 0, 1_000),
        (1, 120, 1_120),
    ]


def test_an_accepted_job_is_in_the_plan() -> None:
    inserter = Inserter(problem([job(1, 1), job(3, 1)]), plan())
    inserter.accept(inserter.insert(inserter.problem.job(1), limit=1)[0])
    assert inserter.routes == (route(0, [stop(1, 60, 60)], 60),)
    assert [(one.position, one.price_s) for one in inserter.insert(inserter.problem.job(3))] == [(0, 0), (1, 0)]


def test_a_break_has_to_stay_possible() -> None:
    lunch = Break(9, (Window(200, 240),), 50)
    given = problem([job(1, 1)], [worker(breaks=(lunch,), shift=Window(0, 420))])
    present = plan(route(0, [stop(1, 60, 60)], 60))
    assert insert(given, present, job(3, 1, duration_s=151)) == []
    assert [one.position for one in insert(given, present, job(3, 1, duration_s=150))] == [0]


def test_a_technician_who_is_late_can_still_take_what_makes_nothing_worse() -> None:
    given = problem([job(1, 1, windows=(Window(0, 50),))], [worker(ready_at=100)])
    present = plan(route(100, [stop(1, 160, 60)], 60))
    assert [one.position for one in insert(given, present, job(3, 2))] == [1]


def test_what_is_in_the_plan_is_refused() -> None:
    with pytest.raises(ProblemError, match="1 is in the plan already"):
        insert(TWO, PRESENT, job(1, 1))


def test_each_window_gets_its_cheapest_insertion() -> None:
    morning, night = Window(0, 500), Window(9_990, 9_999)
    found = Inserter(TWO, PRESENT).best_slots(job(3, 2), [morning, night])
    assert [(slot.window, slot.insertion.begin) for slot in found] == [(morning, 220)]


def test_every_worker_gets_the_own_blocker() -> None:
    workers = [
        worker(1),
        worker(2, skills={"gas": 1}),
        worker(3, skills={"gas": 2}, shift=Window(0, 300)),
        worker(4, skills={"gas": 2}, shift=Window(600, 2000)),
        worker(5, skills={"gas": 2}, capacity=(1,)),
        worker(6, skills={"gas": 2}, max_travel_s=10),
        worker(7, skills={"gas": 2}),
    ]
    asked = job(
        3, 2, skills={"gas": 2}, windows=(Window(0, 500),), delivery=(2,), allowed_workers=frozenset({1, 2, 3, 4, 5, 6})
    )
    found = reasons(problem([], workers), plan(), asked)
    assert found.blockers == {
        1: "no_skill",
        2: "no_skill",
        3: "no_shift",
        4: "window_closed",
        5: "capacity",
        6: "too_far",
        7: "not_allowed",
    }
    assert found.reason == "window_closed"


def test_no_room_is_said_only_where_the_shift_alone_would_do() -> None:
    given = problem([job(1, 1, duration_s=9_000)], [worker(1), worker(2, skills={}, shift=Window(0, 5))])
    full = plan(route(0, [stop(1, 60, 60, work=9_000)], 60))
    found = reasons(given, full, job(3, 2, duration_s=2_000))
    assert (found.reason, found.blockers) == ("no_room", {1: "no_room", 2: "no_shift"})


def test_no_workers_is_no_shift() -> None:
    assert reasons(problem([], []), plan(), job(3, 2)).reason == "no_shift"


def test_room_that_costs_more_than_the_price_is_not_worth_it() -> None:
    given = problem([job(3, 5, unserved_cost=10)])
    assert reasons(given, plan(), given.job(3)).reason == "not_worth"
    assert check(given, plan(unserved=(3,))).broken == ()
