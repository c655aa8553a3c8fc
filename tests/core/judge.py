"""The independent judge of the shared tools, where they are there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
JUDGE = ROOT.parent / "shared" / "tools" / "check_plan.py"
DAYS = ROOT.parent / "shared" / "data" / "days"

needs_judge = pytest.mark.skipif(not JUDGE.exists(), reason="the shared tools are not beside the project")


def judge(problem: Path, plan: Path) -> tuple[dict[str, Any], list[str]]:
    """Its figures and the broken rules."""
    run = subprocess.run(
        [sys.executable, str(JUDGE), str(problem), str(plan)], capture_output=True, text=True, check=False
    )
    assert run.returncode in (0, 1), run.stderr
    figures, *broken = run.stdout.splitlines()
    return json.loads(figures), broken
