"""Blocks as they are built: set back from the street by its width, with a courtyard where there is room."""

from __future__ import annotations

import math
from collections.abc import Sequence

from maps.city.plane import Polygon, Vec, area, contains, cross, sub

HALF_STREET_M = {
    "motorway": 22.0, "ring": 17.0, "avenue": 15.0, "secondary": 10.5, "street": 7.0, "old": 4.0, "road": 9.0,
    "track": 6.0,
}  # fmt: skip
COURTYARD_DEPTH_M = 15.0


def inset(polygon: Sequence[Vec], distances: Sequence[float]) -> Polygon | None:
    """An anticlockwise polygon with each side moved inwards by its own distance; None when nothing sound is left."""
    corners, depths = _without_straight_corners(polygon, distances)
    count = len(corners)
    if count < 3:
        return None
    moved: Polygon = []
    for index in range(count):
        before, here, after = corners[index - 1], corners[index], corners[(index + 1) % count]
        point = _corner(before, here, after, depths[index - 1], depths[index])
        if point is None:
            return None
        moved.append(point)
    if area(moved) <= 60 or not all(contains(polygon, point) for point in moved):
        return None
    turned = any(
        (b[0] - a[0]) * (d[0] - c[0]) + (b[1] - a[1]) * (d[1] - c[1]) <= 0
        for a, b, c, d in zip(corners, [*corners[1:], corners[0]], moved, [*moved[1:], moved[0]], strict=True)
    )
    return None if turned else moved


def courtyard(built: Polygon) -> Polygon | None:
    yard = inset(built, [COURTYARD_DEPTH_M] * len(built))
    return yard if yard is not None and area(yard) > 260 else None


def _without_straight_corners(polygon: Sequence[Vec], distances: Sequence[float]) -> tuple[Polygon, list[float]]:
    corners: Polygon = []
    depths: list[float] = []
    for index, here in enumerate(polygon):
        before, after = polygon[index - 1], polygon[(index + 1) % len(polygon)]
        one, two = sub(here, before), sub(after, here)
        bend = abs(cross(one, two)) / (math.hypot(*one) * math.hypot(*two))
        if bend > 0.02 or abs(distances[index - 1] - distances[index]) > 0.5:
            corners.append(here)
            depths.append(distances[index])
        elif depths:
            depths[-1] = max(depths[-1], distances[index])
    return corners, depths


def _corner(before: Vec, here: Vec, after: Vec, depth_in: float, depth_out: float) -> Vec | None:
    u, v = _unit(sub(here, before)), _unit(sub(after, here))
    turn = cross(u, v)
    p = (here[0] - u[1] * depth_in, here[1] + u[0] * depth_in)
    if abs(turn) < 0.05:
        depth = max(depth_in, depth_out)
        return (here[0] - u[1] * depth, here[1] + u[0] * depth)
    q = (here[0] - v[1] * depth_out, here[1] + v[0] * depth_out)
    t = cross(sub(q, p), v) / turn
    return (p[0] + u[0] * t, p[1] + u[1] * t) if abs(t) < 120 else None


def _unit(vector: Vec) -> Vec:
    span = math.hypot(*vector)
    return (vector[0] / span, vector[1] / span)
