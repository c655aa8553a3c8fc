"""The least that one more job can cost at many positions at once. ``Lane.insertion`` says what it does cost."""

from functools import cached_property

import numpy as np

from scheduling.core.hours import Ints
from scheduling.core.lanes import Lane
from scheduling.core.marginal import Marginal
from scheduling.core.positions import Positions, Room
from scheduling.core.problem import Job, Seconds

# Its square times any weight still fits into 64 bits; no shift is longer.
MOST_ABOVE_S = 300_000


class Floors:
    """The floors of one set of positions, whose present prices are read when they are first needed."""

    def __init__(self, marginal: Marginal, positions: Positions) -> None:
        self.marginal, self.lanes = marginal, positions.lanes

    @cached_property
    def base(self) -> "Base":
        return Base(self.marginal, self.lanes)

    def of(self, room: Room, job: Job, begins: Ints, ends: Ints) -> Ints:
        """For each position with a begin from ``begins`` to ``ends``; no more than the exact price."""
        base, lane, weights = self.base, room.lane, self.marginal.weights
        travel = base.travel_s[lane] + room.added_s
        travel = -(-100 * travel // base.best[lane])
        price: Ints = weights.travel * travel // 100 - base.price[lane]
        if self.marginal.is_plain:
            return price
        price += self._of_route(room, begins, travel) + self._of_job(room, job, begins, ends)
        return price

    def returns(self, room: Room, begins: Ints) -> Ints:
        """The earliest return, breaks aside."""
        after = -(-100 * room.tail_s // self.base.best[room.lane])
        found: Ints = begins + room.work_s + room.next_s + after
        return found

    def _of_route(self, room: Room, begins: Ints, travel: Ints) -> Ints:
        """Waiting, and with it paid time, can't be less than what the present return and departure leave; where a way
        or a setup is saved on, they may be anything."""
        base, lane, weights = self.base, room.lane, self.marginal.weights
        static = travel + base.work_s[lane] + room.work_s + room.next_s
        shortcut = (room.added_s < 0) | (room.next_s < 0)
        returns = np.where(shortcut, begins, np.maximum(base.returns[lane], begins))
        waiting = np.where(room.position > 0, returns - base.leaves[lane] - static - base.rest_s[lane], 0)
        waiting = np.maximum(0, np.where(shortcut | (base.best[lane] != 100), 0, waiting))
        price: Ints = weights.paid * (static + base.rest_s[lane] + waiting) // 100 + weights.waiting * waiting // 100
        price += weights.overtime * np.maximum(0, returns - base.shift_end[lane]) // 100
        price += np.where(shortcut, 0, base.others[lane])
        above = np.clip(static + base.ledger_s[lane] - self.marginal.prices.fair_share_s, 0, MOST_ABOVE_S)
        price += weights.fairness * above * above // 3_600**2
        return price

    def _of_job(self, room: Room, job: Job, begins: Ints, ends: Ints) -> Ints:
        weights = self.marginal.weights
        pairs = np.zeros(len(self.lanes), np.int64)
        for number in np.flatnonzero(np.bincount(room.lane, minlength=len(self.lanes))).tolist():
            pairs[number] = self.marginal.prices.pair(self.lanes[number].worker, job)
        after_start = np.maximum(0, begins - self.base.shift_start[room.lane])
        found: Ints = pairs[room.lane] + weights.risk_hour * job.risk * after_start // 360_000
        if job.sla is not None:
            found += weights.late_minute * np.maximum(0, begins - job.sla) // 60
        if job.before is not None:
            away = np.maximum(0, np.maximum(begins - job.before.begin, job.before.begin - ends))
            found += weights.moved_hour * away // 3_600
        return found


class Base:
    """What floors need to know of each lane as it is. ``best``: the highest speed of its hours, in percent."""

    def __init__(self, marginal: Marginal, lanes: list[Lane]) -> None:
        rows = [_base_row(marginal, lane) for lane in lanes]
        columns: Ints = np.array(rows, np.int64).reshape(len(rows), 11).T
        self.travel_s, self.best, self.price, self.work_s, self.returns, self.leaves = columns[:6]
        self.rest_s, self.shift_start, self.shift_end, self.ledger_s, self.others = columns[6:]


def _base_row(marginal: Marginal, lane: Lane) -> tuple[Seconds, ...]:
    worker = lane.worker
    best = max(lane.clock.percents) if lane.clock.starts else 100
    price = lane.price_s
    if marginal.is_plain:
        return (lane.driving_s, best, price, *([0] * 8))
    returns, leaves, others = lane.relaxed
    rest_s = sum(pause.duration_s for pause in worker.breaks)
    spans = (worker.shift.start, worker.shift.end, worker.ledger_s)
    return (lane.driving_s, best, price, lane.work_s, returns, leaves, rest_s, *spans, others)
