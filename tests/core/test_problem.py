import numpy as np
import pytest

from scheduling.core.problem import FOREVER, Break, Job, Problem, ProblemError, Travel, Window, Worker
from tests.core.small import job, line, problem, worker


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
