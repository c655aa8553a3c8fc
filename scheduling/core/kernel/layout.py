"""How a problem and a search lie in memory: a few arrays of records, since a compiled call pays for each array."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
# One element of an array of records, or a field of it where that is one.
Record = Any
BIG = 10**15

JOB = np.dtype(
    [
        ("place", "i8"),
        ("work_s", "i8"),
        ("setup_s", "i8"),
        ("price", "f8"),
        ("first_window", "i8"),
        ("last_window", "i8"),
        ("sla", "i8"),
        ("risk", "f8"),  # price of each second after the shift's start
        ("before", "i8"),  # published begin, -BIG without one
        ("first_allowed", "i8"),
        ("last_allowed", "i8"),
        ("key", "i8"),  # random bits
    ]
)
WORKER = np.dtype(
    [
        ("kind", "i8"),  # which matrix
        ("is_simple", "i8"),  # no breaks, no speeds, only driving is priced
        ("start", "i8"),
        ("end", "i8"),
        ("leaves_from", "i8"),
        ("shift_start", "i8"),
        ("shift_end", "i8"),
        ("returns_by", "i8"),
        ("ledger_s", "i8"),
        ("max_jobs", "i8"),
        ("max_work", "i8"),
        ("max_travel", "i8"),
        ("max_leg", "i8"),
        ("frozen", "i8"),
        ("breaks", "i8"),
        ("first_break", "i8"),
        ("first_speed", "i8"),
        ("last_speed", "i8"),
    ]
)
RULES = np.dtype(
    [
        ("jobs", "i8"),
        ("workers", "i8"),
        ("most_stops", "i8"),
        ("most_breaks", "i8"),
        ("units", "i8"),
        ("has_loads", "i8"),
        ("is_plain", "i8"),
        ("travel", "f8"),
        ("paid", "f8"),
        ("overtime", "f8"),
        ("waiting", "f8"),
        ("late", "f8"),
        ("moved", "f8"),
        ("fairness", "f8"),
        ("fair_share_s", "f8"),
    ]
)
SPAN = np.dtype([("low", "i8"), ("high", "i8")])
PAUSE = np.dtype([("duration_s", "i8"), ("first_window", "i8"), ("last_window", "i8")])
# ``done``: hundredths of a matrix second covered since the first start of the same profile.
SPEED = np.dtype([("start", "i8"), ("percent", "i8"), ("done", "i8")])

LANE = np.dtype(
    [
        ("count", "i8"),
        ("stamp", "i8"),
        ("price", "f8"),  # without the prices of who serves what
        ("cost", "f8"),
        ("touched_in", "i8"),
        ("old_count", "i8"),
        ("old_stamp", "i8"),
        ("old_cost", "f8"),
        ("best_count", "i8"),
        ("best_cost", "f8"),
        ("best_stamp", "i8"),
    ]
)
COUNTS = np.dtype(
    [
        ("next_stamp", "i8"),
        ("open", "i8"),
        ("touched", "i8"),
        ("total", "f8"),
        ("best", "f8"),
        ("random", "u8"),
    ]
)
REMEMBERED = np.dtype([("stamp", "i8"), ("price", "f8"), ("position", "i8")])
POOLED = np.dtype([("key", "i8"), ("score", "f8"), ("cost", "f8"), ("worker", "i8"), ("count", "i8")])

# Rows of State.routes: at p = 0 stands the start, then the stops, then the end.
PLACES, WAYS, WAY_SUM, WORK_SUM, STOPS, OLD_STOPS, BEST_STOPS, ENDS = range(8)


class Arrays(NamedTuple):
    """A problem, read-only. n jobs, m workers, S places with nowhere, U units of load."""

    rules: Array  # 1
    jobs: Array  # n
    workers: Array  # m
    travel: Array  # matrices, S, S
    travel_back: Array  # the same, transposed
    speeds: Array
    windows: Array
    pauses: Array
    loads: Array  # n, 2, U: delivered, picked up
    capacity: Array  # m, U; -1 without a limit
    pair: Array  # n, m: price of who serves what
    allowed: Array
    neighbours: Array  # n, K
    order_keys: Array  # ways to sort, n


class State(NamedTuple):
    """One search's own. K is one more than the most breaks of a worker.

    ``routes[w, ENDS + k, p]`` is the earliest end of stop p with k breaks taken, ``routes[w, ENDS + K + k, p]`` the
    latest arrival at it; ``spent[w, k, p]`` what the first of them costs.
    """

    counts: Array  # 1
    lanes: Array  # m
    routes: Array  # m, ENDS + 2 K, P + 2
    spent: Array  # m, K, P + 2
    trial: Array  # 2, K
    trial_price: Array  # 2, K
    worker_of: Array  # n; -1: left out
    open: Array  # n: the jobs left out
    old_open: Array  # n
    pending: Array  # n
    pending_key: Array  # n
    touched: Array  # m
    remembered: Array  # n, m
    pool: Array
    pool_stops: Array  # pool, P
