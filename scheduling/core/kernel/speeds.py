"""Compiled: travel by the hour of the day, and moments in windows; ``core.travel`` says the same for everybody else."""

from scheduling.core.kernel.compiling import compiled, inlined
from scheduling.core.kernel.layout import BIG, Array


@compiled
def covered_since(speeds: Array, first: int, last: int, moment: int) -> int:
    """Hundredths of a matrix second driven from the first change of speed to ``moment``; negative before it."""
    if moment < speeds[first].start:
        return (moment - speeds[first].start) * 100
    index = first
    while index + 1 < last and speeds[index + 1].start <= moment:
        index += 1
    return speeds[index].done + (moment - speeds[index].start) * speeds[index].percent


@compiled
def moment_of(speeds: Array, first: int, last: int, covered: int, up: bool) -> int:
    """The first (``up``) or last second by which so much is covered."""
    if covered < 0:
        return speeds[first].start + (-((-covered) // 100) if up else -((-covered + 99) // 100))
    index = first
    while index + 1 < last and speeds[index + 1].done <= covered:
        index += 1
    rest, percent = covered - speeds[index].done, speeds[index].percent
    return speeds[index].start + ((rest + percent - 1) // percent if up else rest // percent)


@compiled
def arrive(speeds: Array, first: int, last: int, moment: int, way: int) -> int:
    if first == last:
        return moment + way
    return moment_of(speeds, first, last, covered_since(speeds, first, last, moment) + 100 * way, True)


@compiled
def leave(speeds: Array, first: int, last: int, moment: int, way: int) -> int:
    if first == last:
        return moment - way
    return moment_of(speeds, first, last, covered_since(speeds, first, last, moment) - 100 * way, False)


@compiled
def way_left(speeds: Array, first: int, last: int, start: int, end: int, way: int) -> int:
    """Matrix seconds of a way that remain after driving from ``start`` to ``end``."""
    if first == last:
        return max(0, way - (end - start))
    covered = covered_since(speeds, first, last, end) - covered_since(speeds, first, last, start)
    return max(0, (100 * way - covered + 99) // 100)


@inlined
def earliest_in(windows: Array, first: int, last: int, moment: int) -> int:
    """The earliest moment from ``moment`` on in one of these windows; BIG when there is none."""
    for index in range(first, last):
        if moment <= windows[index].high:
            return max(moment, windows[index].low)
    return BIG


@inlined
def latest_in(windows: Array, first: int, last: int, moment: int) -> int:
    for index in range(last - 1, first - 1, -1):
        if moment >= windows[index].low:
            return min(moment, windows[index].high)
    return -BIG
