"""When a search ends. The only place of the core that reads a clock.

A rule is told of the search's ``Progress`` every few milliseconds and says whether to stop. ``begin`` is called once,
when the search starts: reading and preparing a problem isn't counted.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from scheduling.core.cost import Cost


@dataclass(frozen=True, slots=True)
class Progress:
    """``iterations`` counts the steps of each of the searches that run side by side.

    ``best`` is the cost of the best plan so far, None before the first one. ``left`` is the part of the time or
    iterations still to go (1.0 to 0.0), None where the rule can't tell.
    """

    iterations: int = 0
    best: Cost | None = None
    left: float | None = None


class Stop(Protocol):
    def begin(self) -> None: ...

    def __call__(self, progress: Progress, /) -> bool: ...

    def left_s(self) -> float | None:
        """Seconds until the rule stops the search by time; None when time isn't its measure."""

    def left(self, progress: Progress, /) -> float | None:
        """The part still to go, 1.0 to 0.0."""

    def steps_left(self, progress: Progress, /) -> int | None:
        """Iterations still to go; None when they aren't its measure."""


class MaxSeconds:
    def __init__(self, seconds: float) -> None:
        if not seconds >= 0:
            raise ValueError(f"seconds must not be negative, not {seconds}")
        self.seconds = seconds
        self._begun: float | None = None

    def begin(self) -> None:
        self._begun = time.monotonic()

    def left_s(self) -> float:
        if self._begun is None:
            return self.seconds
        return max(0.0, self._begun + self.seconds - time.monotonic())

    def left(self, _progress: Progress) -> float:
        return self.left_s() / self.seconds if self.seconds else 0.0

    def steps_left(self, _progress: Progress) -> None:
        return None

    def __call__(self, _progress: Progress) -> bool:
        return self.left_s() <= 0


class MaxIterations:
    def __init__(self, most: int) -> None:
        if most < 0:
            raise ValueError(f"the count must not be negative, not {most}")
        self.most = most

    def begin(self) -> None:
        """Nothing to start: counts come with the progress."""

    def left_s(self) -> None:
        return None

    def left(self, progress: Progress) -> float:
        return self.steps_left(progress) / self.most if self.most else 0.0

    def steps_left(self, progress: Progress) -> int:
        return max(0, self.most - progress.iterations)

    def __call__(self, progress: Progress) -> bool:
        return progress.iterations >= self.most


class Cancelled:
    """Stops as soon as ``asked()`` is true. It is asked often: let it answer quickly."""

    def __init__(self, asked: Callable[[], bool]) -> None:
        self.asked = asked

    def begin(self) -> None:
        """Nothing to start."""

    def left_s(self) -> None:
        return None

    def left(self, _progress: Progress) -> None:
        return None

    def steps_left(self, _progress: Progress) -> None:
        return None

    def __call__(self, _progress: Progress) -> bool:
        return self.asked()


class AnyOf:
    def __init__(self, rules: tuple[Stop, ...]) -> None:
        self.rules = rules

    def begin(self) -> None:
        for rule in self.rules:
            rule.begin()

    def left_s(self) -> float | None:
        return min((left for rule in self.rules if (left := rule.left_s()) is not None), default=None)

    def left(self, progress: Progress) -> float | None:
        return min((left for rule in self.rules if (left := rule.left(progress)) is not None), default=None)

    def steps_left(self, progress: Progress) -> int | None:
        return min((most for rule in self.rules if (most := rule.steps_left(progress)) is not None), default=None)

    def __call__(self, progress: Progress) -> bool:
        return any(rule(progress) for rule in self.rules)


def any_of(*rules: Stop) -> Stop:
    """Stops as soon as one of the rules does."""
    return AnyOf(rules)
