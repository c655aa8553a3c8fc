"""Six days of real towns that nobody of this project wrote: all visits served, and both judges find nothing broken."""

import json
from pathlib import Path

import pytest

from scheduling.core.check import check
from scheduling.core.formats.vroom import read_vroom
from scheduling.core.formats.vroom_answer import write_vroom
from scheduling.core.solve import solve
from scheduling.core.stop import MaxIterations
from tests.core.judge import DAYS, judge, needs_judge

# Under half a second of search; the first plan that serves everybody comes long before.
ENOUGH = MaxIterations(200_000)

needs_days = pytest.mark.skipif(not DAYS.is_dir(), reason="the real days are not beside the project")


@needs_days
@needs_judge
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ["cosenza-191", "florence-165", "milan-76", "reggio-emilia-55", "rome-44", "udine-75"])
def test_a_real_day_is_served_whole_and_breaks_no_rule(name: str, seed: int, tmp_path: Path) -> None:
    given = read_vroom(json.loads((DAYS / f"{name}.json").read_text()))
    result = solve(given.problem, ENOUGH, seed)
    assert check(given.problem, result.plan).broken == ()
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_text(json.dumps(given.data))
    plan.write_text(json.dumps(write_vroom(given, result.plan)))
    figures, broken = judge(problem, plan)
    assert broken == []
    assert (figures["served"], figures["unserved"]) == (int(name.rpartition("-")[2]), 0)
    assert figures["travel_s"] == result.cost.travel_s
