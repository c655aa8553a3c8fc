"""Several searches side by side on one problem, in threads, which meet now and then at the master.

Everything that the result depends on is counted in steps, never in seconds, unless the stopping rule counts seconds:
the same seed and the same limit of iterations give the same plan, whatever else the machine does.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Protocol

import numpy as np

from scheduling.core.kernel.arrays import make_state
from scheduling.core.kernel.layout import Arrays, State
from scheduling.core.kernel.master import best_routes, combine, gather_columns
from scheduling.core.kernel.search import anneal, load

Routes = Mapping[int, Sequence[int]]
Combination = dict[int, tuple[int, ...]] | None

# Temperatures in seconds, the scale of the prices: while jobs that could be served are left out, and when none is, so
# that only driving is left to trade.
HOT, WARM, COLD = 5_000.0, 1_000.0, 15.0
# Jobs taken out a step, in the mean, by each of the searches in turn: no size is the best on every day.
REMOVED = (12, 8, 16, 10)
STEPS_A_ROUND = 6_000
# Without a limit to cool down to, the search cools down over so many steps, and starts again.
STEPS_A_CYCLE = 400_000
MARGIN = 4_000.0
# After which parts of the whole the searches meet at the master, and for how many rounds the first of them waits there.
MEETINGS = (0.4, 0.6, 0.75, 0.87, 0.95)
MASTER_ROUNDS = 4
MASTER_EFFORT = 0.25
ASK_EVERY_S = 0.05


class Rule(Protocol):
    """When the search ends. ``is_over`` is asked twenty times a second, the others once a round; ``left`` is the part
    still to go (1 to 0). None where nobody knows."""

    def is_over(self) -> bool: ...

    def left(self) -> float | None: ...

    def left_s(self) -> float | None: ...

    def steps_left(self) -> int | None: ...


def count_threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Engine:
    """``start``: worker index -> job indices."""

    def __init__(self, arrays: Arrays, start: Routes, seed: int, threads: int) -> None:
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        self.arrays = arrays
        self.states = [make_state(arrays, seed * 1_000 + index) for index in range(threads)]
        self.halt = np.zeros(1, dtype=np.int64)
        self.possible = int((arrays.jobs["last_allowed"] > arrays.jobs["first_allowed"]).sum())
        self.steps = self.rounds = self.master_until = 0
        self.master: Future[Combination] | None = None
        for state in self.states:
            self.load(state, start)
            self._fill(state)

    def load(self, state: State, routes: Routes) -> None:
        most = max((len(stops) for stops in routes.values()), default=0)
        stops = np.zeros((len(self.arrays.workers), max(1, most)), dtype=np.int64)
        counts = np.zeros(len(self.arrays.workers), dtype=np.int64)
        for worker, jobs in routes.items():
            stops[worker, : len(jobs)] = jobs
            counts[worker] = len(jobs)
        load(self.arrays, state, stops, counts)

    def _fill(self, state: State) -> None:
        """Puts in what the start leaves out, so that there is a whole plan before the first look at the clock."""
        anneal(self.arrays, state, 1, -1, COLD, COLD, 0, MARGIN, self.halt)

    @property
    def best(self) -> State:
        return min(self.states, key=lambda state: float(state.counts["best"][0]))

    @property
    def cost(self) -> float:
        return float(self.best.counts["best"][0])

    @property
    def leaves_out(self) -> bool:
        """Whether the best plan leaves out a job that somebody could serve."""
        return int(self.best.lanes["best_count"].sum()) < self.possible

    @property
    def routes(self) -> dict[int, tuple[int, ...]]:
        return best_routes(self.best)

    def run(self, rule: Rule, better: Callable[[], None]) -> None:
        """Searches until the rule says so; tells ``better`` after each round that found a better plan."""
        known, meetings = self.cost, list(MEETINGS)
        done, pace = 0.0, 0.0
        pool = ThreadPoolExecutor(len(self.states) + 1)
        try:
            while not rule.is_over():
                self._round(pool, rule, done, min(1.0, done + pace))
                if self.cost < known - 1e-6:
                    known = self.cost
                    better()
                part = rule.left()
                now = (self.steps % STEPS_A_CYCLE) / STEPS_A_CYCLE if part is None else 1.0 - part
                done, pace = now, max(0.0, now - done)
                if meetings and done >= meetings[0]:
                    meetings = [meeting for meeting in meetings if meeting > done]
                    self._meet(pool, rule.left_s())
        finally:
            # What the master hasn't found by its round is not waited for.
            self.halt[0] = 1
            pool.shutdown(wait=False, cancel_futures=True)

    def _round(self, pool: ThreadPoolExecutor, rule: Rule, done: float, until: float) -> None:
        if self.master is not None and self.rounds >= self.master_until:
            self._leave_master(self.master, rule)
        most = rule.steps_left()
        steps = STEPS_A_ROUND if most is None else min(most, STEPS_A_ROUND)
        first = 0 if self.master is None or len(self.states) == 1 else 1
        running = [self._search(pool, index, steps, done, until) for index in range(first, len(self.states))]
        self._wait(running, rule)
        for each in running:
            each.result()
        self.steps += steps
        self.rounds += 1

    def _wait(self, running: Sequence[Future[Any]], rule: Rule) -> None:
        """Until all are done. The searches stop at once when the rule says so; steps count when they are done, so that
        a rule that counts them never cuts a round."""
        waiting = set(running)
        while waiting:
            _, waiting = wait(waiting, timeout=ASK_EVERY_S)
            if waiting and not self.halt[0] and rule.is_over():
                self.halt[0] = 1

    def _search(self, pool: ThreadPoolExecutor, index: int, steps: int, done: float, until: float) -> Future[int]:
        start = HOT if self.leaves_out else WARM
        hot, cold = (start * (COLD / start) ** part for part in (done, until))
        first, removed = self.steps + 1, REMOVED[index % len(REMOVED)]
        return pool.submit(anneal, self.arrays, self.states[index], steps, first, hot, cold, removed, MARGIN, self.halt)

    def _meet(self, pool: ThreadPoolExecutor, left_s: float | None) -> None:
        """Lets the master combine what all have met, while the others go on."""
        if self.master is None:
            columns, hint = gather_columns(self.states), self.routes
            self.master = pool.submit(combine, self.arrays, columns, hint, MASTER_EFFORT, left_s)
            self.master_until = self.rounds + MASTER_ROUNDS

    def _leave_master(self, master: Future[Combination], rule: Rule) -> None:
        """The search that stands worst goes on from what the master found. All wait for it, so that the result doesn't
        depend on how quick it was."""
        while not master.done() and not rule.is_over():
            wait([master], timeout=ASK_EVERY_S)
        self.master = None
        if master.done() and (found := master.result()) is not None:
            self.load(max(self.states, key=lambda state: float(state.counts["total"][0])), found)


class Steps:
    """The rule that ends a search after so many steps."""

    def __init__(self, engine: Engine, most: int) -> None:
        self.engine, self.most = engine, most

    def is_over(self) -> bool:
        return self.engine.steps >= self.most

    def left(self) -> float:
        return 1 - self.engine.steps / self.most

    def left_s(self) -> None:
        return None

    def steps_left(self) -> int:
        return self.most - self.engine.steps
