"""The master: CP-SAT picks the best combination out of all routes met, at most one for each worker and job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from scheduling.core.kernel.layout import BEST_STOPS, Arrays, State

MOST_COLUMNS = 4_000
# Prices are whole for CP-SAT; hundredths keep apart what rounding would make equal.
SCALE = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One worker's possible route. ``score``: the cost of the best plan that it was part of."""

    worker: int
    stops: tuple[int, ...]
    cost: float
    score: float


def best_routes(state: State) -> dict[int, tuple[int, ...]]:
    """Worker -> stops of the best plan of a search."""
    lanes = state.lanes
    return {
        int(w): tuple(state.routes[w, BEST_STOPS, : lanes["best_count"][w]].tolist())
        for w in np.flatnonzero(lanes["best_count"])
    }


def gather_columns(states: Sequence[State]) -> list[Column]:
    """The routes that belonged to the best plans, each set of jobs once for a worker, at most ``MOST_COLUMNS``."""
    found: dict[int, Column] = {}
    for state in states:
        used = np.flatnonzero(state.pool["key"])
        chosen = used[np.argsort(state.pool["score"][used], kind="stable")][:MOST_COLUMNS]
        for slot in chosen.tolist():
            entry = state.pool[slot]
            key, cost, score = int(entry["key"]), float(entry["cost"]), float(entry["score"])
            known = found.get(key)
            if known is None or cost < known.cost - 1e-6:
                score = score if known is None else min(score, known.score)
                stops = tuple(state.pool_stops[slot, : entry["count"]].tolist())
                found[key] = Column(int(entry["worker"]), stops, cost, score)
    return sorted(found.values(), key=lambda one: (one.score, one.worker, one.stops))[:MOST_COLUMNS]


def combine(
    arrays: Arrays, columns: Iterable[Column], hint: dict[int, tuple[int, ...]], effort: float, seconds: float | None
) -> dict[int, tuple[int, ...]] | None:
    """Worker -> stops of the best combination; None when CP-SAT found none by then.

    ``effort`` is CP-SAT's deterministic time, ``seconds`` a limit of the clock besides.
    """
    columns = list(columns)
    prices = arrays.jobs["price"]
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in columns]
    by_worker: dict[int, list[int]] = {}
    by_job: dict[int, list[int]] = {}
    for index, column in enumerate(columns):
        by_worker.setdefault(column.worker, []).append(index)
        for job in column.stops:
            by_job.setdefault(job, []).append(index)
    for group in (*by_worker.values(), *by_job.values()):
        model.add_at_most_one(taken[index] for index in group)
    gains = [round(SCALE * (column.cost - prices[list(column.stops)].sum())) for column in columns]
    model.minimize(sum(gain * one for gain, one in zip(gains, taken, strict=True)))
    for one, column in zip(taken, columns, strict=True):
        model.add_hint(one, hint.get(column.worker) == column.stops)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = effort
    if seconds is not None:
        solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return {
        column.worker: column.stops
        for one, column in zip(taken, columns, strict=True)
        if solver.boolean_value(one)
    }
