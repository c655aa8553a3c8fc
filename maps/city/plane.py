"""Lines, polygons and their cutting, in metres on a plane (x to the east, y to the north)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

Vec = tuple[float, float]
Polygon = list[Vec]
Cut = tuple[Vec, Vec]


def sub(a: Vec, b: Vec) -> Vec:
    return (a[0] - b[0], a[1] - b[1])


def cross(a: Vec, b: Vec) -> float:
    return a[0] * b[1] - a[1] * b[0]


def along(a: Vec, b: Vec, part: float) -> Vec:
    return (a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part)


def polar(angle: float, radius: float, centre: Vec = (0.0, 0.0)) -> Vec:
    return (centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle))


def area(polygon: Sequence[Vec]) -> float:
    return sum(cross(a, b) for a, b in sides(polygon)) / 2


def sides(polygon: Sequence[Vec]) -> Iterator[Cut]:
    yield from pairwise(polygon)
    yield polygon[-1], polygon[0]


def length(points: Sequence[Vec]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(points))


def contains(polygon: Sequence[Vec], point: Vec) -> bool:
    inside = False
    x, y = point
    for (x1, y1), (x2, y2) in sides(polygon):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def interior_point(polygon: Sequence[Vec], depth: float = 4.0) -> Vec:
    """A point just inside the longest side of an anticlockwise polygon: safe where a centroid may lie outside."""
    a, b = max(sides(polygon), key=lambda side: math.dist(*side))
    span = math.dist(a, b)
    middle = along(a, b, 0.5)
    return (middle[0] - (b[1] - a[1]) / span * depth, middle[1] + (b[0] - a[0]) / span * depth)


def centroid(polygon: Sequence[Vec]) -> Vec:
    total = area(polygon)
    x = sum((a[0] + b[0]) * cross(a, b) for a, b in sides(polygon)) / (6 * total)
    y = sum((a[1] + b[1]) * cross(a, b) for a, b in sides(polygon)) / (6 * total)
    return (x, y)


def distance_to_segment(point: Vec, a: Vec, b: Vec) -> tuple[float, float]:
    """The distance, and the part of the way from a to b where the nearest point lies."""
    d = sub(b, a)
    squared = d[0] * d[0] + d[1] * d[1]
    part = 0.0 if squared == 0 else ((point[0] - a[0]) * d[0] + (point[1] - a[1]) * d[1]) / squared
    part = min(1.0, max(0.0, part))
    return math.dist(point, along(a, b, part)), part


def crossing(a: Vec, b: Vec, c: Vec, d: Vec) -> float | None:
    """The part of the way from a to b where it crosses the segment c-d properly, both ends of c-d included."""
    r, s = sub(b, a), sub(d, c)
    denominator = cross(r, s)
    if abs(denominator) < 1e-9:
        return None
    offset = sub(c, a)
    t, u = cross(offset, s) / denominator, cross(offset, r) / denominator
    return t if -1e-9 <= t <= 1 + 1e-9 and -1e-9 <= u <= 1 + 1e-9 else None


def narrowest_frame(polygon: Sequence[Vec]) -> tuple[float, float, float]:
    """Of the bounding rectangles along a side the smallest: angle of its long side, its length and its width."""
    best = (math.inf, 0.0, 0.0, 0.0)
    for a, b in sides(polygon):
        angle = math.atan2(b[1] - a[1], b[0] - a[0])
        c, s = math.cos(angle), math.sin(angle)
        us = [x * c + y * s for x, y in polygon]
        vs = [y * c - x * s for x, y in polygon]
        du, dv = max(us) - min(us), max(vs) - min(vs)
        best = min(best, (du * dv, angle if du >= dv else angle + math.pi / 2, max(du, dv), min(du, dv)))
    return best[1:]


class PointGrid:
    """Points found again by nearness: the same point is one point, a near one can be snapped to."""

    def __init__(self, cell: float = 40.0) -> None:
        self.cell = cell
        self.cells: dict[tuple[int, int], list[Vec]] = defaultdict(list)

    def add(self, point: Vec) -> Vec:
        known = self.nearest(point, 0.5)
        if known is not None:
            return known
        self.cells[self._cell_of(point)].append(point)
        return point

    def near(self, point: Vec) -> Iterator[Vec]:
        column, row = self._cell_of(point)
        for x in (column - 1, column, column + 1):
            for y in (row - 1, row, row + 1):
                yield from self.cells.get((x, y), ())

    def nearest(self, point: Vec, reach: float) -> Vec | None:
        best = min(((math.dist(point, other), other) for other in self.near(point)), default=None)
        return best[1] if best is not None and best[0] <= reach else None

    def _cell_of(self, point: Vec) -> tuple[int, int]:
        return (math.floor(point[0] / self.cell), math.floor(point[1] / self.cell))


def chords_of(polygon: Polygon, origin: Vec, direction: Vec) -> list[tuple[int, Vec, int, Vec]]:
    """Where a straight line runs inside a polygon: side and point of entry, side and point of exit."""
    heights = [cross(direction, sub(point, origin)) or 1e-9 for point in polygon]
    hits: list[tuple[float, int, Vec]] = []
    for index, (a, b) in enumerate(sides(polygon)):
        h1, h2 = heights[index], heights[(index + 1) % len(polygon)]
        if (h1 > 0) != (h2 > 0):
            point = along(a, b, h1 / (h1 - h2))
            offset = sub(point, origin)
            hits.append((offset[0] * direction[0] + offset[1] * direction[1], index, point))
    hits.sort()
    return [(one[1], one[2], two[1], two[2]) for one, two in zip(hits[::2], hits[1::2], strict=False)]


def divide(polygon: Polygon, first: tuple[int, Vec], second: tuple[int, Vec]) -> tuple[Polygon, Polygon]:
    """Two polygons on both sides of the chord between a point on one side and a point on another."""
    (i, p), (j, q) = sorted((first, second), key=lambda end: end[0])
    inner = [p, *polygon[i + 1 : j + 1], q]
    outer = [q, *polygon[j + 1 :], *polygon[: i + 1], p]
    return _without_doubles(inner), _without_doubles(outer)


def _without_doubles(polygon: Polygon) -> Polygon:
    return [point for index, point in enumerate(polygon) if math.dist(point, polygon[index - 1]) > 1e-6]


def split_at(points: Iterable[Vec], a: Vec, b: Vec, reach: float = 0.3) -> list[Vec]:
    """The way from a to b through those of the points that lie on it."""
    between: list[tuple[float, Vec]] = []
    for point in points:
        distance, part = distance_to_segment(point, a, b)
        if distance < reach and point not in (a, b) and 0.0 < part < 1.0:
            between.append((part, point))
    return [a, *(point for _, point in sorted(set(between))), b]


def smooth(points: Sequence[Vec], step: float) -> list[Vec]:
    """A Catmull-Rom curve through the points, with a vertex about every `step` metres."""
    curve: list[Vec] = [points[0]]
    padded = [points[0], *points, points[-1]]
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        count = max(1, round(math.dist(p1, p2) / step))
        for k in range(1, count + 1):
            t = k / count
            curve.append((_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t)))
    return curve


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
