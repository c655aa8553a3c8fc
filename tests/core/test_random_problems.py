"""Whatever the problem, the plan breaks nothing, lists what it leaves out, and the independent judge agrees."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from scheduling.core.check import check
from scheduling.core.cost import cost
from scheduling.core.formats.vroom import read_vroom
from scheduling.core.formats.vroom_answer import write_vroom
from scheduling.core.insert import insert
from scheduling.core.plan import Plan
from scheduling.core.solve import solve
from scheduling.core.stop import MaxIterations, any_of
from tests.core.judge import JUDGE, judge
from tests.core.strategies import problems


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("random")


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=problems())
def test_no_plan_is_broken(data: dict[str, Any], folder: Path) -> None:
    given_problem = read_vroom(data)
    problem = given_problem.problem
    result = solve(problem, any_of(MaxIterations(3_000)), seed=1)
    assert check(problem, result.plan).broken == ()
    assert cost(problem, result.plan) == result.cost
    for entry in result.plan.unserved:
        assert set(entry.blockers) == {worker.id for worker in problem.workers}
        found = insert(problem, result.plan, problem.job(entry.job))
        assert (entry.reason == "not_worth") == bool(found)
    again = solve(problem, any_of(MaxIterations(1_000)), seed=2, start=result.plan)
    assert check(problem, again.plan).broken == ()
    assert again.cost.key <= result.cost.key
    if JUDGE.exists():
        _judged(data, write_vroom(given_problem, again.plan), again.cost.travel_s, folder)


def _judged(data: dict[str, Any], answer: dict[str, Any], travel_s: int, folder: Path) -> None:
    (folder / "problem.json").write_text(json.dumps(data))
    (folder / "plan.json").write_text(json.dumps(answer))
    figures, broken = judge(folder / "problem.json", folder / "plan.json")
    assert broken == []
    assert figures["travel_s"] == travel_s
    if "cost" in figures:
        assert figures["cost"] == answer["summary"]["cost"]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=problems())
def test_every_insertion_passes_the_judge(data: dict[str, Any]) -> None:
    problem = read_vroom(data).problem
    for job in problem.jobs[:2]:
        rest = [other for other in problem.jobs if other.id != job.id]
        part = type(problem)(tuple(rest), problem.workers, problem.travel, problem.objective)
        plan = solve(part, any_of(MaxIterations(1_000)), seed=1).plan
        for found in insert(part, plan, job):
            others = tuple(route for route in plan.routes if route.worker != found.worker)
            unserved = tuple(entry for entry in plan.unserved if entry.job != job.id)
            after = Plan((*others, found.route), unserved)
            assert check(problem, after).broken == ()
            assert cost(problem, after).travel_s == cost(part, plan).travel_s + found.added_travel_s
