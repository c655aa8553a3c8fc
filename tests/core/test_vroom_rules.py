"""Rules that VROOM doesn't know, written so that it keeps them."""

import pytest

from scheduling.core.formats.vroom_problem import describe_problem
from scheduling.core.problem import FOREVER, Break, Window
from tests.core.small import job, problem, worker

ONLY_THE_SECOND = {
    "excluded": ({"excluded_workers": frozenset({1})}, {}),
    "required": ({"allowed_workers": frozenset({2})}, {}),
    "pinned": ({"pinned_workers": frozenset({2})}, {}),
    "any skill": ({"any_skills": ({"gas": 1, "radio": 1},)}, {"skills": {"radio": 2}}),
    "territory": ({"areas": frozenset({7})}, {"allowed_areas": frozenset({7})}),
    "frozen": ({}, {"frozen": (1,)}),
}


@pytest.mark.parametrize(("of_job", "of_second"), ONLY_THE_SECOND.values(), ids=ONLY_THE_SECOND)
def test_who_may_serve_becomes_a_skill(of_job: dict, of_second: dict) -> None:
    first = {"allowed_areas": frozenset({8})} if "allowed_areas" in of_second else {}
    given = describe_problem(problem([job(1, 1, **of_job), job(2, 1)], [worker(1, **first), worker(2, **of_second)]))
    needs = [set(row["skills"]) for row in given["jobs"]]
    has = [set(row["skills"]) for row in given["vehicles"]]
    assert [needs[0] <= one for one in has] == [False, True]


def test_a_certificate_that_ended_is_worth_nothing() -> None:
    late = worker(1, skills={"gas": 2}, expires={"gas": -1})
    given = describe_problem(problem([job(1, 1, skills={"gas": 1})], [late, worker(2, skills={"gas": 1})]))
    assert [row["skills"] for row in given["vehicles"]] == [[], [1]]


def test_breaks_from_the_start_overtime_and_open_capacity() -> None:
    shift = Window(1_000, 9_000)
    given = worker(1, shift=shift, overtime_s=500, breaks=(Break(5, (Window(100, 200),), 60, from_start=True),))
    (vehicle,) = describe_problem(problem([job(1, 1, delivery=(3, 4), pickup=(0, 1))], [given]))["vehicles"]
    assert vehicle["breaks"][0]["time_windows"] == [[1_100, 1_200]]
    assert (vehicle["time_window"], vehicle["capacity"]) == ([1_000, 9_500], [FOREVER, FOREVER])
