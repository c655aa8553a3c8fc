"""A problem as flat arrays for the compiled search, and the state of one search on it.

Indices stand for ids: job j is ``problem.jobs[j]``, worker w ``problem.workers[w]``; one place more than the travel
times know stands for "nowhere", to and from which no way takes time.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scheduling.core.kernel.layout import (
    BIG,
    COUNTS,
    ENDS,
    JOB,
    LANE,
    PAUSE,
    POOLED,
    REMEMBERED,
    RULES,
    SPAN,
    SPEED,
    WORKER,
    Array,
    Arrays,
    State,
)
from scheduling.core.prices import Prices
from scheduling.core.problem import Break, Job, Problem, Window, Worker

# Whom a removed string is grown around: more neighbours than are ever looked at in a step.
MOST_NEIGHBOURS = 120
POOL_SIZE = 1 << 14
# Sets of jobs are told apart by sums of random bits, the same in every search.
HASH_SEED = 1


def make_arrays(problem: Problem, allowed: Mapping[int, Sequence[int]], frozen: Mapping[int, int]) -> Arrays:
    """``allowed``: job id -> ids of the workers who may serve it; ``frozen``: worker id -> stops that don't move."""
    index_of = {worker.id: index for index, worker in enumerate(problem.workers)}
    chosen = [sorted(index_of[ident] for ident in allowed.get(job.id, ())) for job in problem.jobs]
    windows: list[Window] = []
    travel, kinds = _matrices(problem)
    speeds, spans = _speeds(problem)
    pauses: list[tuple[int, int, int]] = []
    units = max((len(worker.capacity) for worker in problem.workers), default=0)
    prices = Prices(problem)
    jobs = _jobs(problem, chosen, windows, travel)
    workers = _workers(problem, kinds, spans, pauses, windows, frozen, nowhere=travel.shape[1] - 1)
    return Arrays(
        rules=_rules(problem, units, int(workers["breaks"].max(initial=0)), prices),
        jobs=jobs,
        workers=workers,
        travel=travel,
        travel_back=np.ascontiguousarray(travel.transpose(0, 2, 1)),
        speeds=speeds,
        windows=np.array([(window.start, window.end) for window in windows], dtype=SPAN),
        pauses=np.array(pauses, dtype=PAUSE),
        loads=_loads(problem.jobs, units),
        capacity=_capacity(problem.workers, units),
        pair=_pairs(problem, chosen, prices),
        allowed=np.array([w for each in chosen for w in each], dtype=np.int64),
        neighbours=_neighbours(problem.jobs, travel[0]),
        order_keys=_order_keys(problem, chosen, travel[0]),
    )


def make_state(arrays: Arrays, seed: int) -> State:
    """Without any route: every job is left out."""
    rules = arrays.rules[0]
    n, m, most, labels = (int(rules[name]) for name in ("jobs", "workers", "most_stops", "most_breaks"))
    labels += 1
    lanes = np.zeros(m, dtype=LANE)
    lanes["stamp"] = np.arange(1, m + 1)
    routes = np.zeros((m, ENDS + 2 * labels, most + 2), dtype=np.int64)
    routes[:, ENDS : ENDS + labels] = BIG
    routes[:, ENDS, 0] = arrays.workers["leaves_from"]
    counts = np.zeros(1, dtype=COUNTS)
    counts["next_stamp"], counts["open"] = m + 1, n
    counts["total"] = counts["best"] = arrays.jobs["price"].sum()
    counts["random"] = (seed * 2_654_435_761 + 88_172_645_463_325_252) & (2**63 - 1)
    pool = np.zeros(POOL_SIZE, dtype=POOLED)
    pool["score"] = np.inf
    return State(
        counts=counts,
        lanes=lanes,
        routes=routes,
        spent=np.zeros((m, labels, most + 2)),
        trial=np.zeros((2, labels), dtype=np.int64),
        trial_price=np.zeros((2, labels)),
        worker_of=np.full(n, -1, dtype=np.int64),
        open=np.arange(n, dtype=np.int64),
        old_open=np.zeros(n, dtype=np.int64),
        pending=np.zeros(n, dtype=np.int64),
        pending_key=np.zeros(n),
        touched=np.zeros(m, dtype=np.int64),
        remembered=np.zeros((n, m), dtype=REMEMBERED),
        pool=pool,
        pool_stops=np.zeros((POOL_SIZE, most), dtype=np.int32),
    )


def _rules(problem: Problem, units: int, most_breaks: int, prices: Prices) -> Array:
    weights = problem.weights
    rules = np.zeros(1, dtype=RULES)
    given: dict[str, Any] = {
        "jobs": len(problem.jobs),
        "workers": len(problem.workers),
        "most_stops": _most_stops(problem),
        "most_breaks": most_breaks,
        "units": units,
        "has_loads": bool(units) and any(job.delivery or job.pickup for job in problem.jobs),
        "is_plain": weights.is_plain and not any(travel.speeds for travel in problem.travel.values()),
        "travel": weights.travel / 100,
        "paid": weights.paid / 100,
        "overtime": weights.overtime / 100,
        "waiting": weights.waiting / 100,
        "late": weights.late_minute / 60,
        "moved": weights.moved_hour / 3600,
        "fairness": weights.fairness,
        "fair_share_s": prices.fair_share_s,
    }
    for name, value in given.items():
        rules[name] = value
    return rules


def _jobs(problem: Problem, chosen: Sequence[Sequence[int]], windows: list[Window], travel: Array) -> Array:
    weights = problem.weights
    prices = _unserved_prices(problem, travel)
    draw = np.random.default_rng(HASH_SEED)
    keys = draw.integers(1, 2**62, size=len(problem.jobs))
    rows, allowed = [], 0
    for job, mine, price, key in zip(problem.jobs, chosen, prices, keys, strict=True):
        first = len(windows)
        windows += job.begins
        rows.append(
            (
                *(job.place, job.duration_s, job.setup_s, price, first, len(windows)),
                BIG if job.sla is None else job.sla,
                job.risk / 100 * weights.risk_hour / 3600,
                -BIG if job.before is None else job.before.begin,
                *(allowed, allowed + len(mine), key),
            )
        )
        allowed += len(mine)
    return np.array(rows, dtype=JOB)


def _workers(
    problem: Problem,
    kinds: Mapping[tuple[str, float], int],
    spans: Mapping[str, tuple[int, int, int]],
    pauses: list[tuple[int, int, int]],
    windows: list[Window],
    frozen: Mapping[int, int],
    *,
    nowhere: int,
) -> Array:
    rows = []
    for worker in problem.workers:
        first_speed, last_speed, slowest = spans[worker.profile]
        breaks = sorted(worker.clock_breaks, key=_closing)
        first_break = len(pauses)
        for pause in breaks:
            pauses.append((pause.duration_s, len(windows), len(windows) + len(pause.windows)))
            windows += pause.windows
        is_simple = problem.weights.is_plain and not breaks and first_speed == last_speed
        rows.append(
            (
                *(kinds[worker.profile, worker.speed_factor], is_simple),
                nowhere if worker.start is None else worker.start,
                nowhere if worker.end is None else worker.end,
                *(worker.leaves_from, worker.shift.start, worker.shift.end, worker.returns_by, worker.ledger_s),
                *(_limit(worker.max_jobs), _limit(worker.max_work_s)),
                # Limits are in real seconds of driving, the matrix in those at 100 %: at its slowest a way is longest.
                *(_limit(worker.max_travel_s, slowest), _limit(worker.max_leg_s, slowest)),
                *(frozen.get(worker.id, 0), len(breaks), first_break, first_speed, last_speed),
            )
        )
    return np.array(rows, dtype=WORKER)


def _closing(pause: Break) -> tuple[int, int]:
    return pause.windows[-1].end, pause.windows[0].start


def _limit(value: int | None, percent: int = 100) -> int:
    return BIG if value is None else value * percent // 100


def _matrices(problem: Problem) -> tuple[Array, dict[tuple[str, float], int]]:
    kinds: dict[tuple[str, float], int] = {}
    matrices: list[Array] = []
    for worker in problem.workers:
        if kinds.setdefault((worker.profile, worker.speed_factor), len(matrices)) == len(matrices):
            matrices.append(np.array(problem.travel_rows(worker), dtype=np.int32))
    size = max((len(matrix) for matrix in matrices), default=0) + 1
    travel = np.zeros((max(1, len(matrices)), size, size), dtype=np.int32)
    for index, matrix in enumerate(matrices):
        travel[index, : len(matrix), : len(matrix)] = matrix
    return travel, kinds


def _speeds(problem: Problem) -> tuple[Array, dict[str, tuple[int, int, int]]]:
    """The changes of speed, and for each profile its first and last of them and its least percent."""
    rows: list[tuple[int, int, int]] = []
    spans = {}
    for profile, travel in problem.travel.items():
        first, done = len(rows), 0
        for index, speed in enumerate(travel.speeds):
            if index:
                before = travel.speeds[index - 1]
                done += (speed.start - before.start) * before.percent
            rows.append((speed.start, speed.percent, done))
        spans[profile] = (first, len(rows), min((100, *(speed.percent for speed in travel.speeds))))
    return np.array(rows, dtype=SPEED), spans


def _loads(jobs: Sequence[Job], units: int) -> Array:
    loads = np.zeros((len(jobs), 2, units), dtype=np.int64)
    for j, job in enumerate(jobs):
        for row, amounts in enumerate((job.delivery, job.pickup)):
            loads[j, row, : min(units, len(amounts))] = amounts[:units]
    return loads


def _capacity(workers: Sequence[Worker], units: int) -> Array:
    """Where a capacity is given, what it doesn't name is not limited."""
    capacity = np.full((len(workers), units), -1, dtype=np.int64)
    for w, worker in enumerate(workers):
        capacity[w, : len(worker.capacity)] = worker.capacity
    return capacity


def _pairs(problem: Problem, chosen: Sequence[Sequence[int]], prices: Prices) -> Array:
    pair = np.zeros((len(problem.jobs), len(problem.workers)))
    if not problem.weights.is_plain:
        for j, mine in enumerate(chosen):
            for w in mine:
                pair[j, w] = prices.pair(problem.workers[w], problem.jobs[j])
    return pair


def _most_stops(problem: Problem) -> int:
    """No route can hold more: the shortest jobs that fill the longest shift."""
    longest = max((worker.returns_by - worker.leaves_from for worker in problem.workers), default=0)
    total = count = 0
    for duration in sorted(job.duration_s for job in problem.jobs):
        total += duration
        if total > longest:
            break
        count += 1
    return max(1, count)


def _unserved_prices(problem: Problem, travel: Array) -> list[float]:
    """Under "priority" one step of it outweighs every job, and a job all travel."""
    if problem.objective == "prices":
        return [float(job.unserved_cost or 0) for job in problem.jobs]
    all_travel = float(travel.max(initial=0)) * (len(problem.jobs) + len(problem.workers)) + 1
    step = len(problem.jobs) + 1
    return [(job.priority * step + 1) * all_travel for job in problem.jobs]


def _neighbours(jobs: Sequence[Job], matrix: Array) -> Array:
    places = np.array([job.place for job in jobs], dtype=np.int64)
    count = min(len(jobs), MOST_NEIGHBOURS)
    found = np.zeros((len(jobs), count), dtype=np.int64)
    for j, place in enumerate(places):
        both = matrix[place, places].astype(np.int64) + matrix[places, place]
        both[j] = -1
        nearest = np.argpartition(both, count - 1)[:count] if count < len(jobs) else np.arange(len(jobs))
        found[j] = nearest[np.argsort(both[nearest], kind="stable")]
    return found


def _order_keys(problem: Problem, chosen: Sequence[Sequence[int]], matrix: Array) -> Array:
    """Ways to sort what is to be put in, least first: long work, far, near, dear, dear for its work, short windows,
    early windows, few workers."""
    jobs = problem.jobs
    starts = [worker.start for worker in problem.workers if worker.start is not None]
    far = np.array([matrix[starts, job.place].mean() if starts else 0.0 for job in jobs])
    work = np.array([float(job.duration_s + job.setup_s) for job in jobs])
    price = np.array([float(job.unserved_cost or job.priority) for job in jobs])
    width = np.array([float(sum(window.end - window.start for window in job.begins)) for job in jobs])
    early = np.array([float(job.begins[0].start) for job in jobs])
    few = np.array([float(len(mine)) for mine in chosen])
    return np.array([-work, -far, far, -price, -price / (work + 600), width, early, few]).reshape(8, len(jobs))
