import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from tests.core.judge import judge, needs_judge

PROBLEM: dict[str, Any] = {
    "jobs": [{"id": 1, "location": [-2.1, 40.1], "service": 600}, {"id": 2, "location": [-2.2, 40.0], "skills": [7]}],
    "vehicles": [{"id": 1, "start": [-2.13, 40.07], "end": [-2.13, 40.07], "time_window": [0, 20_000]}],
}


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM))
    return path


def solve(problem: Path, plan: Path, **more: Any) -> None:
    call_command("solve", str(problem), output=plan, time_limit=0.2, seed=1, **more)


def test_it_plans_and_tells_what_came_of_it(problem: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    solve(problem, tmp_path / "plan.json")
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert [entry["id"] for entry in plan["unassigned"]] == [2]
    assert [step["type"] for step in plan["routes"][0]["steps"]] == ["start", "job", "end"]
    assert capsys.readouterr().out.startswith("1 ")


@needs_judge
def test_the_written_matrix_lets_others_judge(problem: Path, tmp_path: Path) -> None:
    solve(problem, tmp_path / "plan.json", write_matrix=tmp_path / "full.json")
    figures, broken = judge(tmp_path / "full.json", tmp_path / "plan.json")
    assert (figures["served"], figures["unserved"], broken) == (1, 1, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Expecting property name"),
        ('{"jobs": []}', "vehicles: is missing"),
        ("[]", "must be an object, not a list"),
    ],
)
def test_a_bad_file_is_refused(problem: Path, tmp_path: Path, text: str, message: str) -> None:
    problem.write_text(text)
    with pytest.raises(CommandError, match=message):
        solve(problem, tmp_path / "plan.json")
    assert not (tmp_path / "plan.json").exists()


def test_a_missing_file_and_a_closed_folder_are_refused(problem: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        solve(tmp_path / "nowhere.json", tmp_path / "plan.json")
    with pytest.raises(CommandError, match="No such file"):
        solve(problem, tmp_path / "nowhere" / "plan.json")


@pytest.mark.parametrize(
    ("changes", "limit", "said"),
    [
        ({"vehicles": []}, 0.2, "vehicles: there are none, so no job can be served"),
        ({}, 0, "--time-limit 0: no time to search, the plan is only a first one"),
        ({}, 0.2, ""),
    ],
)
def test_what_gives_a_poor_plan_is_told(
    problem: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], limit: float, said: str
) -> None:
    problem.write_text(json.dumps(PROBLEM | changes))
    with override("es"):
        call_command("solve", str(problem), output=tmp_path / "plan.json", time_limit=limit, seed=1)
    written = capsys.readouterr()
    assert written.err.strip().removeprefix(f"{problem}: ") == said
    assert "served" in written.out


@pytest.mark.parametrize("limit", ["-1", "soon", "nan"])
def test_a_bad_time_limit_is_refused(problem: Path, tmp_path: Path, limit: str) -> None:
    with pytest.raises(CommandError, match="time-limit"):
        call_command("solve", str(problem), "--output", str(tmp_path / "plan.json"), "--time-limit", limit)
