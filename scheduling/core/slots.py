"""The best arrival windows for one more job, the cheapest first, spread over days where asked."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush

import numpy as np

from scheduling.core.floors import Floors
from scheduling.core.lanes import Insertion
from scheduling.core.positions import Positions, Room
from scheduling.core.problem import ALWAYS, NEVER, Job, Seconds, Window
from scheduling.core.rests import NEVER_S
from scheduling.core.values import common

Exact = Callable[[int], Insertion | None]


@dataclass(frozen=True, slots=True)
class Slot:
    """``price_s``: what the plan costs more with the job in this window."""

    window: Window
    insertion: Insertion
    price_s: Seconds


def with_windows(job: Job, windows: tuple[Window, ...]) -> Job:
    """The job as it is asked about: other wishes in place of its own, and of what was promised before."""
    return replace(job, windows=windows, promise=None)


def cheapest_first(
    floors: Sequence[int], exact: Exact, extra: Sequence[int] | None = None
) -> Iterator[tuple[int, Insertion]]:
    """Numbers of candidates and their insertions, by price, begin, worker and position. ``extra`` is a further price of
    each candidate, which its floor holds already.

    ``floors`` rise; none is above the price that ``exact`` gives for its number (None: no room after all). So a
    candidate is proved to be next once the floor of all that weren't looked at is above it.
    """
    ready: list[tuple[tuple[int, int, int, int], int, Insertion]] = []
    for number, floor in enumerate(floors):
        while ready and ready[0][0][0] < floor:
            yield heappop(ready)[1:]
        insertion = exact(number)
        if insertion is not None:
            price = insertion.price_s + (0 if extra is None else extra[number])
            key = (price, insertion.begin, insertion.worker, insertion.position)
            heappush(ready, (key, number, insertion))
    while ready:
        yield heappop(ready)[1:]


class SlotSearch:
    """``room`` is that of the job at any hour."""

    def __init__(self, positions: Positions, room: Room, floors: Floors, job: Job, windows: Sequence[Window]) -> None:
        self.positions, self.job, self.windows = positions, job, list(dict.fromkeys(windows))
        site = with_windows(job, ALWAYS).begins
        spans = [
            (span.start, span.end, number)
            for number, window in enumerate(self.windows)
            for span in common((window,), site)
            if (span,) != NEVER
        ]
        starts, ends, numbers = np.array(spans, np.int64).reshape(-1, 3).T
        begins = room.begins_within(starts, ends)
        rows, columns = np.nonzero(begins < NEVER_S)
        pairs = room.take(columns)
        least = floors.of(pairs, job, begins[rows, columns], ends[rows])
        order = np.argsort(least, kind="stable")
        self.floors: list[int] = least[order].tolist()
        self.numbers: list[int] = numbers[rows[order]].tolist()
        self.lanes: list[int] = pairs.lane[order].tolist()
        self.places: list[int] = pairs.position[order].tolist()
        self.settled: set[int] = set()
        self.asked: dict[int, Job] = {}

    def run(self, limit: int | None, per_day: int | None, per_half_day: int | None) -> list[Slot]:
        found: list[Slot] = []
        days, halves = Counter[int](), Counter[tuple[int, bool]]()
        middles = self.positions.middles
        for number, insertion in cheapest_first(self.floors, self._exact):
            if limit is not None and len(found) >= limit:
                break
            window = self.windows[self.numbers[number]]
            day = self.positions.lanes[self.lanes[number]].worker.day_number
            half = (day, window.start + window.end >= 2 * middles[day])
            is_full = per_day is not None and days[day] >= per_day
            if is_full or (per_half_day is not None and halves[half] >= per_half_day):
                continue
            if self.numbers[number] in self.settled:
                continue
            self.settled.add(self.numbers[number])
            days[day] += 1
            halves[half] += 1
            found.append(Slot(window, insertion, insertion.price_s))
        return found

    def _exact(self, number: int) -> Insertion | None:
        asked = self.numbers[number]
        if asked in self.settled:
            return None
        if asked not in self.asked:
            self.asked[asked] = with_windows(self.job, (self.windows[asked],))
        return self.positions.lanes[self.lanes[number]].insertion(self.asked[asked], self.places[number])
