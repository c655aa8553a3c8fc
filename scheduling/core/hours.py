"""``travel.Clock`` and ``rests.Rest`` for many moments at once."""

import numpy as np
import numpy.typing as npt

from scheduling.core.rests import NEVER_S
from scheduling.core.travel import Travel

Ints = npt.NDArray[np.int64]


class Hours:
    def __init__(self, travel: Travel) -> None:
        self.starts: Ints = np.array([speed.start for speed in travel.speeds], np.int64)
        self.percents: Ints = np.array([100, *(speed.percent for speed in travel.speeds)], np.int64)
        lengths = np.diff(self.starts)
        self.done: Ints = np.concatenate([[0], np.cumsum(lengths * self.percents[1:-1])])

    def arrive(self, moments: Ints, ways: Ints) -> Ints:
        if not len(self.starts):
            return moments + ways
        return self._when(self._covered(moments) + 100 * ways, up=True)

    def leave(self, moments: Ints, ways: Ints) -> Ints:
        if not len(self.starts):
            return moments - ways
        return self._when(self._covered(moments) - 100 * ways, up=False)

    def arrive_rested(self, moments: Ints, ways: Ints, starts: Ints, ends: Ints, lengths: Ints) -> Ints:
        """With a break on the way; ``NEVER_S`` where it is too late for it."""
        begins = np.maximum(moments, starts)
        if len(self.starts):
            arrivals = np.maximum(self.arrive(moments, ways), begins + lengths)
        else:
            arrivals = begins + lengths + np.maximum(0, ways - (begins - moments))
        return np.where(begins > ends, NEVER_S, arrivals)

    def leave_resting(self, moments: Ints, ways: Ints, starts: Ints, ends: Ints, lengths: Ints) -> Ints:
        """The latest start of a way with a break on it; ``-NEVER_S`` where there is none."""
        spare = moments - lengths
        last = np.minimum(self.leave(moments, ways), spare) if len(self.starts) else spare - ways
        return np.where(spare < starts, -NEVER_S, np.minimum(last, ends))

    def _covered(self, moments: Ints) -> Ints:
        index = np.searchsorted(self.starts, moments, side="right")
        begun = np.maximum(index - 1, 0)
        found: Ints = self.done[begun] + (moments - self.starts[begun]) * self.percents[index]
        return found

    def _when(self, covered: Ints, *, up: bool) -> Ints:
        index = np.searchsorted(self.done, covered, side="right")
        begun = np.maximum(index - 1, 0)
        rest, percent = covered - self.done[begun], self.percents[index]
        found: Ints = self.starts[begun] + (-(-rest // percent) if up else rest // percent)
        return found
