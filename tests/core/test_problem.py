from typing import Any

import numpy as np
import pytest

from scheduling.core.problem import FOREVER, NEVER, Break, Job, Problem, ProblemError, Travel, Window, Worker
from tests.core.small import job, line, problem, worker


def two_places(way_s: int, speed_factor: float) -> Problem:
    travel = Travel(np.array([[0, way_s], [way_s, 0]], dtype=np.int64))
    return Problem((), (worker(speed_factor=speed_factor),), {"car": travel})


def test_the_longest_way_there_may_be_is_a_number_of_32_bits() -> None:
    given = two_places(FOREVER // 10, 0.1)
    assert given.travel_rows(given.workers[0]) == [[0, FOREVER], [FOREVER, 0]]
    assert np.array(given.travel_rows(given.workers[0]), dtype=np.int32).max() == FOREVER


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Window(5, 4), "window"),
        (lambda: Window(0, 2 * FOREVER), "window.end"),
        (lambda: job(1, -1), "place"),
        (lambda: job(1, True), "place"),
        (lambda: job(1, 1, duration_s=-1), "duration_s"),
        (lambda: job(1, 1, duration_s=1.5), "duration_s"),
        (lambda: job(1, 1, setup_s=-1), "setup_s"),
        (lambda: job(1, 1, windows=()), "windows"),
        (lambda: job(1, 1, skills={"gas": -1}), "skills[gas]"),
        (lambda: job(1, 1, delivery=(1, -2)), "delivery[1]"),
        (lambda: job(1, 1, unserved_cost=-5), "unserved_cost"),
        (lambda: job(1, 1, opening=()), "opening"),
        (lambda: job(1, 1, earliest=0.5), "earliest"),
        (lambda: job(1, 1, due="noon"), "due"),
        (lambda: job(1, 1, sla=2 * FOREVER), "sla"),
        (lambda: job(1, 1, risk=101), "risk"),
        (lambda: job(1, 1, any_skills=({},)), "any_skills[0]"),
        (lambda: job(1, 1, any_skills=({"gas": 1}, {"oil": -1})), "any_skills[1][oil]"),
        (lambda: worker(overtime_s=-1), "overtime_s"),
        (lambda: worker(max_work_s=-1), "max_work_s"),
        (lambda: worker(max_leg_s=1.5), "max_leg_s"),
        (lambda: worker(expires={"gas": 0.5}), "expires[gas]"),
        (lambda: worker(ledger_s=2 * FOREVER), "ledger_s"),
        (lambda: worker(frozen=(1, 1)), "frozen"),
        (lambda: problem([], [worker(frozen=(1,))]), "workers[0].frozen"),
        (lambda: problem([job(1, 1)], [worker(1, frozen=(1,)), worker(2, frozen=(1,))]), "workers[1].frozen"),
        (lambda: job(1, 1, priority=1_000_001), "priority"),
        (lambda: two_places(FOREVER // 10 + 1, 0.1), "workers[0].speed_factor"),
        (lambda: two_places(FOREVER + 1, 100), "durations_s"),
        (lambda: worker(speed_factor=0.0), "speed_factor"),
        (lambda: worker(speed_factor=float("nan")), "speed_factor"),
        (lambda: worker(max_jobs=-1), "max_jobs"),
        (lambda: worker(breaks=(Break(1, (Window(0, 1),), 5), Break(1, (Window(0, 1),), 5))), "breaks"),
        (lambda: Travel(np.zeros((2, 3), dtype=np.int32)), "durations_s"),
        (lambda: Travel(np.full((2, 2), -1, dtype=np.int32)), "durations_s"),
        (lambda: Travel(np.zeros((2, 2), dtype=np.int32), np.zeros((1, 1), dtype=np.int32)), "distances_m"),
        (lambda: problem([job(1, 1), job(1, 2)]), "jobs[1].id"),
        (lambda: problem([job(1, 6)]), "jobs[0].place"),
        (lambda: problem([], [worker(), worker()]), "workers[1].id"),
        (lambda: problem([], [worker(start=9)]), "workers[0].start"),
        (lambda: problem([], [worker(profile="bike")]), "workers[0].profile"),
        (lambda: problem([Job(1, 1, 60)]), "jobs[0].unserved_cost"),
        (lambda: Problem((), (), line(), "cheapest"), "objective"),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_possible_is_refused_by_name(make: object, field: str) -> None:
    with pytest.raises(ProblemError) as caught:
        make()  # type: ignore[operator]
    assert caught.value.field == field


def test_windows_are_put_in_order_and_overlaps_joined() -> None:
    assert job(1, 1, windows=(Window(50, 90), Window(0, 10), Window(5, 20))).windows == (Window(0, 20), Window(50, 90))


def test_lookups() -> None:
    given = problem([job(7, 1)], [worker(3)])
    assert given.job(7).place == 1
    assert given.worker(3).start == 0
    assert given.find_job(8) is None
    with pytest.raises(KeyError):
        given.job(8)


def test_speed_divides_travel_and_rounds_half_to_even() -> None:
    slow = Worker(1, Window(0, 10), speed_factor=8)
    assert problem([], [slow]).travel_rows(slow)[0][:3] == [0, 8, 15]


EARLY, LATE = Window(0, 100), Window(500, 600)


@pytest.mark.parametrize(
    ("rules", "begins"),
    [
        ({}, (Window(-FOREVER, FOREVER),)),
        ({"windows": (EARLY, LATE)}, (EARLY, LATE)),
        ({"windows": (EARLY, LATE), "opening": (Window(50, 550),)}, (Window(50, 100), Window(500, 550))),
        ({"windows": (EARLY,), "earliest": 20, "due": 30}, (Window(20, 30),)),
        ({"windows": (EARLY,), "promise": LATE}, (LATE,)),
        ({"promise": LATE, "due": 520, "earliest": 510}, (Window(510, 520),)),
        ({"promise": LATE, "due": 30}, (LATE,)),
        ({"promise": LATE, "opening": (EARLY,), "pinned_start": 7}, (Window(7, 7),)),
    ],
)
def test_when_a_job_may_begin(rules: dict[str, Any], begins: tuple[Window, ...]) -> None:
    assert job(1, 1, **rules).begins == begins


@pytest.mark.parametrize("rules", [{"windows": (EARLY,), "opening": (LATE,)}, {"earliest": 9, "due": 8}])
def test_bounds_that_leave_nothing_lie_before_every_shift(rules: dict[str, Any]) -> None:
    assert job(1, 1, **rules).begins == NEVER


def test_a_certificate_counts_until_it_has_run_out_before_the_shift() -> None:
    skilled = worker(shift=Window(100, 200), skills={"gas": 2, "oil": 1}, expires={"gas": 99, "oil": 100})
    assert [skilled.level(skill) for skill in ("gas", "oil", "fibre")] == [-1, 1, -1]


def test_whose_shift_it_is_and_on_which_day() -> None:
    assert (worker(5).technician_id, worker(5).day_number) == (5, 0)
    assert worker(5, shift=Window(90_000, 91_000)).day_number == 1
    named = worker(5, technician=7, day=3)
    assert (named.technician_id, named.day_number) == (7, 3)


def test_breaks_counted_from_the_start_of_the_shift() -> None:
    rest = Break(1, (Window(10, 20),), 5, from_start=True, is_absence=True)
    fixed = Break(2, (Window(10, 20),), 5)
    found = worker(shift=Window(100, 200), breaks=(rest, fixed)).clock_breaks
    assert found == (Break(1, (Window(110, 120),), 5, is_absence=True), fixed)
