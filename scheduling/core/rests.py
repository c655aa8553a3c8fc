"""A worker's longest break as a bound knows it: one span to begin in, driving before and after it."""

from dataclasses import dataclass
from math import inf

from scheduling.core.problem import Seconds, Worker
from scheduling.core.travel import Clock

# Later than any moment of a problem, so that sums of a few of them stay whole and in order.
NEVER_S = 10**12


@dataclass(frozen=True, slots=True)
class Rest:
    """Begins from ``start`` to ``end`` at the earliest chance once it is due; what lies between several windows counts
    as open, and other breaks as nothing: it never comes later or takes longer than the worker's own breaks do."""

    start: Seconds
    end: Seconds
    duration_s: Seconds

    def arrive(self, clock: Clock, moment: float, way_s: Seconds) -> float:
        """The earliest arrival with the break on the way; infinite when it is too late for it."""
        begin = max(moment, self.start)
        if begin > self.end:
            return inf
        if clock.starts:
            return max(clock.arrive(int(moment), way_s), begin + self.duration_s)
        return begin + self.duration_s + max(0, way_s - (begin - moment))

    def leave(self, clock: Clock, moment: float, way_s: Seconds) -> float:
        """The latest start of a way with the break on it that ends by ``moment``; minus infinite when there is none."""
        spare = moment - self.duration_s
        if spare < self.start:
            return -inf
        if clock.starts:
            return min(clock.leave(int(moment), way_s), spare, self.end)
        return min(spare - way_s, self.end)


NO_REST = Rest(-NEVER_S, -NEVER_S, 0)


def rest_of(worker: Worker) -> Rest:
    pause = max(worker.clock_breaks, key=lambda pause: pause.duration_s, default=None)
    return NO_REST if pause is None else Rest(pause.windows[0].start, pause.windows[-1].end, pause.duration_s)
