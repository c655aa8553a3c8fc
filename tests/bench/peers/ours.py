"""Ours: the one door to the search."""

from typing import Any

from scheduling.core.formats.vroom import read_vroom
from scheduling.core.problem import Problem
from scheduling.core.settle import orders_of
from scheduling.core.solve import solve
from scheduling.core.stop import MaxSeconds


def cannot(problem: Problem) -> str | None:
    return None


def plan(data: dict[str, Any], seconds: float, seed: int, cores: int) -> dict[int, tuple[int, ...]]:
    return orders_of(solve(read_vroom(data).problem, MaxSeconds(seconds), seed).plan)
