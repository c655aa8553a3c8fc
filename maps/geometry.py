"""Plain geometry on the globe: degrees in WGS 84, metres out. GeoJSON has longitude first, all else latitude."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = math.pi * EARTH_RADIUS_M / 180

Ring = Sequence[Sequence[float]]


class GeometryError(ValueError):
    """Coordinates or a shape that cannot be one; the message says which and why."""


class Point(NamedTuple):
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Bounds:
    south: float
    west: float
    north: float
    east: float

    def contains(self, point: Point) -> bool:
        return self.south <= point.latitude <= self.north and self.west <= point.longitude <= self.east

    def as_list(self) -> list[float]:
        return [self.south, self.west, self.north, self.east]


def check_coordinates(latitude: float, longitude: float) -> None:
    for name, value, limit in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        if not math.isfinite(value) or abs(value) > limit:
            raise GeometryError(f"{name} {value!r} is not between -{limit} and {limit}")


def bounds_of(points: Iterable[Point]) -> Bounds:
    latitudes, longitudes = [], []
    for point in points:
        latitudes.append(point.latitude)
        longitudes.append(point.longitude)
    if not latitudes:
        raise GeometryError("bounds of no points at all")
    return Bounds(min(latitudes), min(longitudes), max(latitudes), max(longitudes))


def distance_m(start: Point, end: Point) -> float:
    return float(distances_m([start, end])[0, 1])


def distances_m(points: Sequence[Point]) -> NDArray[np.float64]:
    """Great-circle distances between all points, n x n, by the haversine formula."""
    radians = np.radians(np.asarray(points, dtype=np.float64).reshape(-1, 2))
    latitude, longitude = radians[:, 0], radians[:, 1]
    half_chord = (
        np.sin((latitude[:, None] - latitude[None, :]) / 2) ** 2
        + np.cos(latitude)[:, None]
        * np.cos(latitude)[None, :]
        * np.sin((longitude[:, None] - longitude[None, :]) / 2) ** 2
    )
    angles: NDArray[np.float64] = 2 * np.arcsin(np.sqrt(np.clip(half_chord, 0.0, 1.0)))
    return angles * EARTH_RADIUS_M


def ring_contains(ring: Ring, point: Point) -> bool:
    """Even-odd rule on a GeoJSON ring (longitude, latitude)."""
    inside = False
    x, y = point.longitude, point.latitude
    for (x1, y1, *_), (x2, y2, *_) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def polygon_contains(geometry: dict[str, Any], point: Point) -> bool:
    """Whether a GeoJSON Polygon or MultiPolygon contains the point; holes count as outside."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return any(
        ring_contains(rings[0], point) and not any(ring_contains(hole, point) for hole in rings[1:])
        for rings in polygons
    )


def check_polygon(geometry: object) -> None:
    """Accepts a GeoJSON Polygon or MultiPolygon whose rings are closed, of four positions or more and with an area."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise GeometryError("not a GeoJSON Polygon or MultiPolygon")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        raise GeometryError("coordinates are missing")
    for rings in polygons:
        if not isinstance(rings, list) or not rings:
            raise GeometryError("a polygon has no ring")
        for ring in rings:
            _check_ring(ring)


def _check_ring(ring: object) -> None:
    if not isinstance(ring, list) or len(ring) < 4:
        raise GeometryError("a ring has fewer than four positions")
    for position in ring:
        if not isinstance(position, list | tuple) or len(position) < 2:
            raise GeometryError(f"{position!r} is not a position")
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in position):
            raise GeometryError(f"{position!r} is not a position")
        check_coordinates(latitude=position[1], longitude=position[0])
    if list(ring[0]) != list(ring[-1]):
        raise GeometryError("a ring is not closed: its last position differs from its first")
    if ring_area(ring) == 0:
        raise GeometryError("a ring has no area")


def ring_area(ring: Ring) -> float:
    """Signed area in the ring's own square units, positive when it runs anticlockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2
