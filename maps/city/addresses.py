"""House numbers along the streets: odd on the left, even on the right, only where something is built."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Protocol

from maps.city.plane import Vec
from maps.city.shapes import HALF_STREET_M

LOT_M = {"old": 9.0, "street": 17.0, "secondary": 19.0, "avenue": 22.0, "ring": 60.0}


class InQuarter(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def town(self) -> str: ...
    @property
    def postal_code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Address:
    street: str
    number: int
    quarter: str
    town: str
    postal_code: str
    kind: str
    position: Vec


SideOf = Callable[[Vec, Vec], tuple[str, InQuarter | None]]
StreetRun = tuple[str, str, Sequence[Vec]]


def number_houses(random: Random, streets: Sequence[StreetRun], side_of: SideOf) -> list[Address]:
    """`side_of` tells what is built on the left of a way, and in which quarter."""
    numbers: dict[tuple[str, str], list[int]] = {}
    found: list[Address] = []
    for name, road, path in streets:
        if road not in LOT_M:
            continue
        for a, b in pairwise(path):
            for odd, (start, end) in ((1, (a, b)), (0, (b, a))):
                kind, quarter = side_of(start, end)
                if quarter is None or kind not in ("home", "business"):
                    continue
                next_numbers = numbers.setdefault((name, quarter.town), [2, 1])
                spots = _lots(random, start, end, road, quarter.kind)
                for spot in spots if odd else reversed(spots):
                    found.append(
                        Address(
                            name, next_numbers[odd], quarter.name, quarter.town, quarter.postal_code,
                            _use(random, kind, road, quarter.kind), spot,
                        )
                    )  # fmt: skip
                    next_numbers[odd] += 2
    return found


def _lots(random: Random, start: Vec, end: Vec, road: str, quarter_kind: str) -> list[Vec]:
    """Doors on the left of the way, clear of the corners, in the order of the way."""
    span = math.dist(start, end)
    lot = {"estate": 62.0, "old": LOT_M["old"]}.get(quarter_kind, LOT_M[road])
    corners = 10.0 if quarter_kind == "old" else 22.0
    count = int((span - corners) // lot)
    if count < 1:
        return []
    side = HALF_STREET_M[road] + 5.0
    left = (-(end[1] - start[1]) / span * side, (end[0] - start[0]) / span * side)
    spots: list[Vec] = []
    for index in range(count):
        part = (corners / 2 + (index + 0.5 + random.uniform(-0.2, 0.2)) * (span - corners) / count) / span
        spots.append((start[0] + (end[0] - start[0]) * part + left[0], start[1] + (end[1] - start[1]) * part + left[1]))
    return spots


def _use(random: Random, kind: str, road: str, quarter_kind: str) -> str:
    if kind == "business":
        return "business"
    share = {"old": 0.16, "middle": 0.12}.get(quarter_kind, 0.05) + (0.1 if road in ("avenue", "secondary") else 0.0)
    return "business" if random.random() < share else "home"
