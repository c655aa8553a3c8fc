"""What every part of the bridge counts in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Frame:
    """``zero``: the instant of the core's second 0. ``rows``: a place's row in the travel table. ``units``: keys of the
    units of load, in the order of the core's amounts."""

    zero: datetime
    now: datetime
    rows: Mapping[int, int]
    units: tuple[int, ...]

    def at(self, instant: datetime) -> int:
        return int((instant - self.zero).total_seconds())
