"""The master: CP-SAT picks the best combination out of all routes met, at most one for each worker and job."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# Not cp_model: that would read pandas, for most of a second in every process, and nothing here is a table.
from ortools.sat.python import cp_model_helper as cp_sat

from scheduling.core.kernel.layout import BEST_STOPS, Arrays, State

MOST_COLUMNS = 600
# Prices are whole for CP-SAT; hundredths keep apart what rounding would make equal.
SCALE = 100.0
# Sums of all of them stay whole numbers of 64 bits.
MOST = 2.0**60


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
    """The routes that belonged to the best plans, each set of jobs once for a worker, at most ``MOST_COLUMNS``; among
    them all those of the searches' best plans, so that the best combination is never worse."""
    found: dict[object, Column] = {}
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
    ranked = sorted(found.values(), key=lambda one: (one.score, one.worker, one.stops))[:MOST_COLUMNS]
    for state in states:
        costs = state.lanes["best_cost"]
        ranked += [Column(w, stops, float(costs[w]), 0.0) for w, stops in best_routes(state).items()]
    return ranked


def combine(
    arrays: Arrays, columns: Sequence[Column], hint: dict[int, tuple[int, ...]], effort: float, seconds: float | None
) -> dict[int, tuple[int, ...]] | None:
    """Worker -> stops of the best combination; None when CP-SAT found none by then.

    ``effort`` is CP-SAT's deterministic time, ``seconds`` a limit of the clock besides.
    """
    prices = arrays.jobs["price"]
    model = cp_sat.CpModelProto()
    by_worker: dict[int, list[int]] = {}
    by_job: dict[int, list[int]] = {}
    for index, column in enumerate(columns):
        model.variables.add().domain.extend([0, 1])
        by_worker.setdefault(column.worker, []).append(index)
        for job in column.stops:
            by_job.setdefault(job, []).append(index)
    for group in (*by_worker.values(), *by_job.values()):
        model.constraints.add().at_most_one.literals.extend(group)
    model.objective.vars.extend(range(len(columns)))
    gains = [one.cost - float(prices[list(one.stops)].sum()) for one in columns]
    scale = min(SCALE, MOST / (1.0 + sum(map(abs, gains))))
    model.objective.coeffs.extend(round(scale * gain) for gain in gains)
    hinted = {one.worker: index for index, one in enumerate(columns) if hint.get(one.worker) == one.stops}.values()
    model.solution_hint.vars.extend(range(len(columns)))
    model.solution_hint.values.extend(int(index in hinted) for index in range(len(columns)))
    parameters = cp_sat.SatParameters()
    parameters.num_workers = 1
    parameters.max_deterministic_time = effort
    if seconds is not None:
        parameters.max_time_in_seconds = seconds
    solver: Any = cp_sat.SolveWrapper()
    solver.set_parameters(parameters)
    answer = solver.solve(model)
    if answer.status not in (cp_sat.CpSolverStatus.OPTIMAL, cp_sat.CpSolverStatus.FEASIBLE):
        return None
    return {one.worker: one.stops for one, value in zip(columns, answer.solution, strict=True) if value}
