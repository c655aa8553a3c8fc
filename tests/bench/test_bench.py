import json
import subprocess
import sys
from pathlib import Path

from scheduling.core.stop import MaxIterations
from tests.bench.generate import generate_day
from tests.bench.measure import format_head, format_row, measure
from tests.core.judge import DAYS, JUDGE, ROOT


def test_a_day_is_planned_and_judged() -> None:
    row = measure("two", generate_day(2, seed=1), MaxIterations(20_000), seed=1)
    assert (row.day, row.visits, row.workers, row.broken) == ("two", 14, 2, 0)
    assert row.judge == (0 if JUDGE.exists() else None)
    assert not row.is_broken
    assert len(format_row(row)) == len(format_head())


def test_a_file_of_ones_own_is_planned_too(tmp_path: Path) -> None:
    mine, figures = tmp_path / "mine.json", tmp_path / "figures.json"
    mine.write_text(json.dumps(generate_day(2, seed=1)))
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.bench",
            "--quick",
            "--seconds",
            "0",
            "--problem",
            str(mine),
            "--json",
            str(figures),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    days = [row["day"] for row in json.loads(figures.read_text())["days"]]
    assert days == ["generated-35", "generated-35-lunch", *sorted(path.stem for path in DAYS.glob("*.json")), "mine"]
    assert run.stdout.splitlines()[-1] == "No plan breaks a rule."
    assert ("The six real days are left out" in run.stdout) == (not DAYS.is_dir())
