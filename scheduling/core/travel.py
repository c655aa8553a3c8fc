"""Travel between places, by profile and by hour of the day."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from scheduling.core.values import FOREVER, ProblemError, Seconds, require_whole

IntMatrix = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, order=True)
class Speed:
    """From ``start`` on, each second of driving covers ``percent`` of a second of the matrix."""

    start: Seconds
    percent: int

    def __post_init__(self) -> None:
        require_whole("speed.start", self.start, None)
        require_whole("speed.percent", self.percent, 5, 1_000)


class Clock:
    """Arrivals under speeds that change by the hour, in whole hundredths of a second of the matrix.

    ``arrive(t, way_s)``: the first second at which a way of ``way_s`` matrix seconds, begun at ``t``, is done.
    ``leave(t, way_s)``: the last second at which it may begin to be done by ``t``.
    """

    def __init__(self, speeds: Sequence[Speed]) -> None:
        self.starts = [speed.start for speed in speeds]
        self.percents = [100, *(speed.percent for speed in speeds)]
        done = [0]
        for index in range(1, len(self.starts)):
            done.append(done[-1] + (self.starts[index] - self.starts[index - 1]) * self.percents[index])
        self.done = done

    def arrive(self, moment: Seconds, way_s: Seconds) -> Seconds:
        return self.reach(moment, 100 * way_s)

    def leave(self, moment: Seconds, way_s: Seconds) -> Seconds:
        if not self.starts:
            return moment - way_s
        return self._when(self._covered(moment) - 100 * way_s, up=False)

    def reach(self, moment: Seconds, left: int) -> Seconds:
        """As ``arrive``, for what is left of a way, in hundredths of a matrix second."""
        if not self.starts:
            return moment - (-left // 100)
        return self._when(self._covered(moment) + left, up=True)

    def covered(self, start: Seconds, end: Seconds) -> int:
        """Hundredths of a matrix second that driving from ``start`` to ``end`` covers."""
        return 100 * (end - start) if not self.starts else self._covered(end) - self._covered(start)

    def _covered(self, moment: Seconds) -> int:
        """Since the first start; negative before it."""
        index = bisect_right(self.starts, moment)
        if index == 0:
            return (moment - self.starts[0]) * 100
        return self.done[index - 1] + (moment - self.starts[index - 1]) * self.percents[index]

    def _when(self, covered: int, *, up: bool) -> Seconds:
        """The first second by which no less than so much is covered (``up``), or the last by which no more is."""
        index = bisect_right(self.done, covered) - 1
        rest = covered if index < 0 else covered - self.done[index]
        percent = self.percents[index + 1]
        return self.starts[max(index, 0)] + (-(-rest // percent) if up else rest // percent)


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Times and distances between places: square, row = from, column = to. Whole seconds, whole metres.

    ``speeds`` are the hours of the day, in order of their start; before the first, and without any, speed is 100 %.
    Since it is the speed that changes and not the time of the whole way, nobody arrives earlier by leaving later
    (Ichoua, Gendreau and Potvin, European Journal of Operational Research 144, 2003).
    ``clock`` is None without speeds: then a way takes what the matrix says.
    """

    durations_s: IntMatrix
    distances_m: IntMatrix | None = None
    speeds: tuple[Speed, ...] = ()
    clock: Clock | None = field(init=False, repr=False)
    longest_s: Seconds = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, matrix in (("durations_s", self.durations_s), ("distances_m", self.distances_m)):
            if matrix is None:
                continue
            if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
                raise ProblemError(name, f"must be square, not of shape {matrix.shape}")
            if not np.issubdtype(matrix.dtype, np.integer):
                raise ProblemError(name, f"must hold whole numbers, not {matrix.dtype}")
            if matrix.size and int(matrix.min()) < 0:
                raise ProblemError(name, "must not hold negative numbers")
        if self.distances_m is not None and self.distances_m.shape != self.durations_s.shape:
            raise ProblemError("distances_m", "must be as large as durations_s")
        starts = [speed.start for speed in self.speeds]
        if starts != sorted(set(starts)):
            raise ProblemError("speeds", "must be in order of their start, each start once")
        longest = int(self.durations_s.max()) if self.durations_s.size else 0
        if longest > FOREVER:
            raise ProblemError("durations_s", f"must be within {FOREVER}, not {longest}")
        object.__setattr__(self, "longest_s", longest)
        object.__setattr__(self, "clock", Clock(self.speeds) if self.speeds else None)
