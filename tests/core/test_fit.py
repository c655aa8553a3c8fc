"""Each blocker alone, and the first of several."""

from typing import Any

import pytest

from scheduling.core.fit import BLOCKERS, own_blocker, static_blocker
from scheduling.core.problem import Break, Speed, Window
from tests.core.small import job, problem, worker

LUNCH = Break(9, (Window(0, 300),), 200)
CLOSED = (Window(9_000, 9_500),)

CASES: dict[str, tuple[str | None, dict[str, Any], dict[str, Any]]] = {
    "nothing": (None, {}, {}),
    "excluded": ("excluded", {"excluded_workers": frozenset({1})}, {}),
    "not_allowed": ("not_allowed", {"allowed_workers": frozenset({2})}, {}),
    "pinned": ("pinned_elsewhere", {"pinned_workers": frozenset({2})}, {}),
    "no_skill": ("no_skill", {"skills": {"gas": 1}}, {}),
    "level": ("no_skill", {"skills": {"gas": 2}}, {"skills": {"gas": 1}}),
    "none_of_a_group": ("no_skill", {"any_skills": ({"gas": 2, "oil": 1},)}, {"skills": {"gas": 1}}),
    "one_of_a_group": (None, {"any_skills": ({"gas": 2, "oil": 1},)}, {"skills": {"oil": 1}}),
    "certificate": ("certificate", {"skills": {"gas": 1}}, {"skills": {"gas": 1}, "expires": {"gas": -1}}),
    "certificate_until_the_start": (None, {"skills": {"gas": 1}}, {"skills": {"gas": 1}, "expires": {"gas": 0}}),
    "skill_before_certificate": (
        "no_skill",
        {"skills": {"gas": 1, "oil": 1}},
        {"skills": {"gas": 1}, "expires": {"gas": -1}},
    ),
    "forbidden": ("area", {"areas": frozenset({3})}, {"forbidden_areas": frozenset({3})}),
    "not_among_areas": ("area", {"areas": frozenset({3})}, {"allowed_areas": frozenset({4})}),
    "no_jobs": ("no_shift", {}, {"max_jobs": 0}),
    "short_shift": ("no_shift", {}, {"shift": Window(0, 200)}),
    "overtime": (None, {}, {"shift": Window(0, 200), "overtime_s": 20}),
    "breaks": ("no_shift", {}, {"shift": Window(0, 400), "breaks": (LUNCH,)}),
    "too_far": ("too_far", {}, {"max_travel_s": 119}),
    "leg_too_long": ("leg_too_long", {"place": 5}, {"max_leg_s": 100}),
    "capacity": ("capacity", {"delivery": (0, 3)}, {"capacity": (9, 2)}),
    "overloaded": ("overloaded", {}, {"max_work_s": 99}),
    "overloaded_with_setup": ("overloaded", {"setup_s": 10}, {"max_work_s": 109}),
    "site_closed": ("site_closed", {"opening": CLOSED}, {"shift": Window(0, 9_000)}),
    "promise": ("promise", {"promise": CLOSED[0]}, {"shift": Window(0, 9_000)}),
    "due": ("due", {"due": 59}, {}),
    "window_closed": ("window_closed", {"windows": CLOSED}, {"shift": Window(0, 9_000)}),
    "earliest": ("window_closed", {"earliest": 9_000}, {"shift": Window(0, 9_000)}),
    "pinned_start": ("window_closed", {"pinned_start": 59}, {}),
    "site_before_promise": (
        "site_closed",
        {"opening": CLOSED, "promise": Window(0, 10), "due": 5, "windows": (Window(0, 1),)},
        {"shift": Window(0, 9_000)},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_keeps_a_worker_from_a_job(name: str) -> None:
    expected, wants, has = CASES[name]
    given = problem([job(1, **{"place": 1, **wants})], [worker(**has)])
    assert own_blocker(given, given.workers[0], given.jobs[0]) == expected


def test_blockers_are_known_to_the_order() -> None:
    assert {expected for expected, _, _ in CASES.values()} == {None, *BLOCKERS} - {"no_room", "not_worth"}


def test_a_job_frozen_in_another_shift_stays_there() -> None:
    given = problem([job(1, 1, skills={"gas": 1})], [worker(1), worker(2, frozen=(1,)), worker(3, skills={"gas": 1})])
    assert [own_blocker(given, each, given.jobs[0]) for each in given.workers] == ["no_skill", None, "pinned_elsewhere"]


def test_a_far_job_may_be_reached_in_short_legs() -> None:
    far = job(1, 4)
    steps = [job(2, 2), job(3, 3, skills={"gas": 1})]
    limited = worker(max_leg_s=120)
    assert own_blocker(problem([far, *steps], [limited]), limited, far) is None
    assert own_blocker(problem([far, steps[1]], [limited]), limited, far) == "leg_too_long"


def test_limits_on_driving_count_the_best_hour() -> None:
    quick = (Speed(5_000, 200),)
    for limit, expected in ((60, None), (59, "too_far")):
        given = problem([job(1, 1)], [worker(max_travel_s=limit)], speeds=quick)
        assert own_blocker(given, given.workers[0], given.jobs[0]) == expected


def test_what_neither_time_nor_place_could_change_needs_no_problem() -> None:
    assert static_blocker(worker(), job(1, 1, windows=CLOSED)) is None
    assert static_blocker(worker(max_work_s=99), job(1, 1)) == "overloaded"
