"""A district cut into blocks by streets: in a grid, or by halving as it grew."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from maps.city.network import Edge
from maps.city.plane import (
    PointGrid,
    Polygon,
    Vec,
    area,
    chords_of,
    crossing,
    distance_to_segment,
    divide,
    narrowest_frame,
    polar,
    sides,
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a district is built: sizes in metres and square metres, `skew` in radians."""

    road: str
    block_m2: float
    skew: float
    snap_m: float = 26.0
    shortest_m: float = 34.0
    smallest_m2: float = 1_500.0
    slimmest: float = 7.0


@dataclass(slots=True)
class Cutter:
    random: Random
    corners: PointGrid
    streets: list[Edge]

    def halve(self, polygon: Polygon, style: Style) -> list[Polygon]:
        """Cuts across the longer axis until each block is about as large as the style wants."""
        pending, done = [polygon], []
        while pending:
            block = pending.pop()
            if area(block) < style.block_m2 * self.random.uniform(1.15, 1.9):
                done.append(block)
                continue
            parts = self._halves(block, style)
            (pending if parts else done).extend(parts or [block])
        return done

    def _halves(self, block: Polygon, style: Style) -> list[Polygon] | None:
        for attempt in range(6):
            angle, _, _ = narrowest_frame(block)
            if attempt >= 4:
                angle += math.pi / 2
            middle = _middle(block, angle, self.random.uniform(0.42, 0.58))
            direction = polar(angle + math.pi / 2 + self.random.uniform(-1, 1) * style.skew, 1.0)
            parts = self.cut_once(block, middle, direction, style)
            if parts:
                return parts
        return None

    def grid(
        self, polygon: Polygon, style: Style, angle: float, origin: Vec, depth_m: float, width_m: float
    ) -> list[Polygon]:
        """Cuts by two families of parallel streets; now and then a block keeps the double size."""
        blocks = [polygon]
        for turn, spacing, skip in ((0.0, depth_m, 0.0), (math.pi / 2, width_m, 0.14)):
            along, across = polar(angle + turn, 1.0), polar(angle + turn + math.pi / 2, 1.0)
            for step in _steps(polygon, origin, across, spacing):
                start = (origin[0] + across[0] * step, origin[1] + across[1] * step)
                blocks = [part for block in blocks for part in self._cut_through(block, start, along, style, skip)]
        return blocks

    def _cut_through(self, block: Polygon, origin: Vec, direction: Vec, style: Style, skip: float) -> list[Polygon]:
        if self.random.random() < skip:
            return [block]
        parts = self.cut_once(block, origin, direction, style)
        if not parts:
            return [block]
        return [piece for part in parts for piece in self._cut_through(part, origin, direction, style, 0.0)]

    def cut_once(self, block: Polygon, origin: Vec, direction: Vec, style: Style) -> list[Polygon] | None:
        for i, p, j, q in chords_of(block, origin, direction):
            first, second = self._snapped(block, i, p, style.snap_m), self._snapped(block, j, q, style.snap_m)
            if math.dist(first[1], second[1]) < style.shortest_m or not _is_clear(block, first[1], second[1]):
                continue
            parts = divide(block, first, second)
            if any(len(part) < 3 or area(part) < style.smallest_m2 or _is_thin(part, style) for part in parts):
                continue
            ends = (self.corners.add(first[1]), self.corners.add(second[1]))
            self.streets.append(Edge(*ends, style.road))
            return list(parts)
        return None

    def _snapped(self, block: Polygon, side: int, point: Vec, reach: float) -> tuple[int, Vec]:
        """The point moved to a corner of this block, or to a street that ends on its far side, when one is near."""
        a, b = block[side], block[(side + 1) % len(block)]
        near = [
            (math.dist(point, corner), place, corner) for place, corner in ((side, a), ((side + 1) % len(block), b))
        ]
        for other in self.corners.near(point):
            distance, part = distance_to_segment(other, a, b)
            if distance < 0.3 and 0 < part < 1:
                near.append((math.dist(point, other), side, other))
        distance, place, corner = min(near)
        return (place, corner) if distance <= reach else (side, point)


def _is_thin(polygon: Polygon, style: Style) -> bool:
    _, long, short = narrowest_frame(polygon)
    return short < 24 or long > short * style.slimmest


def _is_clear(block: Polygon, p: Vec, q: Vec) -> bool:
    """The chord neither crosses a side nor runs along one."""
    for a, b in sides(block):
        touching = [end for end in (p, q) if distance_to_segment(end, a, b)[0] < 0.5]
        if len(touching) == 2:
            return False
        if not touching and crossing(p, q, a, b) is not None:
            return False
    return not any(corner not in (p, q) and distance_to_segment(corner, p, q)[0] < 12 for corner in block)


def _middle(block: Polygon, angle: float, part: float) -> Vec:
    along, across = polar(angle, 1.0), polar(angle + math.pi / 2, 1.0)
    us = [x * along[0] + y * along[1] for x, y in block]
    vs = [x * across[0] + y * across[1] for x, y in block]
    u, v = min(us) + (max(us) - min(us)) * part, (min(vs) + max(vs)) / 2
    return (along[0] * u + across[0] * v, along[1] * u + across[1] * v)


def _steps(polygon: Polygon, origin: Vec, across: Vec, spacing: float) -> Iterable[float]:
    heights = [(x - origin[0]) * across[0] + (y - origin[1]) * across[1] for x, y in polygon]
    first, last = math.ceil(min(heights) / spacing), math.floor(max(heights) / spacing)
    return [number * spacing for number in range(first, last + 1)]
