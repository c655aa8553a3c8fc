"""VROOM at its deepest exploration. It has a time limit, and no seed."""

import json
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import vroom

from scheduling.core.problem import Problem

LEVEL = 5
MOST_PRIORITY = 100


def cannot(problem: Problem) -> str | None:
    if any(job.priority > MOST_PRIORITY for job in problem.jobs):
        return f"priorities above {MOST_PRIORITY}"
    return None


def plan(data: dict[str, Any], seconds: float, seed: int, cores: int) -> dict[int, tuple[int, ...]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "problem.json"
        path.write_text(json.dumps(data))
        given = vroom.Input.from_json(path)
    answer = given.solve(exploration_level=LEVEL, nb_threads=cores, timeout=timedelta(seconds=seconds))
    orders: dict[int, list[int]] = {}
    steps = answer.routes
    for worker, kind, job in zip(steps["vehicle_id"], steps["type"], steps["id"], strict=True):
        if kind == "job":
            orders.setdefault(int(worker), []).append(int(job))
    return {worker: tuple(jobs) for worker, jobs in orders.items()}
