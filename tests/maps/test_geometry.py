from __future__ import annotations

from typing import Any

import pytest

from maps.geometry import (
    Bounds,
    GeometryError,
    Point,
    bounds_of,
    check_coordinates,
    check_polygon,
    distance_m,
    polygon_contains,
)

SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
HOLE = [[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0], [1.0, 1.0]]


def test_distance_from_madrid_to_barcelona() -> None:
    assert distance_m(Point(40.4168, -3.7038), Point(41.3874, 2.1686)) == pytest.approx(505_400, rel=0.002)


def test_bounds() -> None:
    bounds = bounds_of([Point(39, -3), Point(40, -2)])
    assert bounds == Bounds(39, -3, 40, -2)
    assert [bounds.contains(point) for point in (Point(39.5, -2.5), Point(41, -2.5))] == [True, False]


def test_a_hole_is_outside() -> None:
    polygon = {"type": "Polygon", "coordinates": [SQUARE, HOLE]}
    assert [polygon_contains(polygon, Point(y, 0.5)) for y in (0.5, 5.0)] == [True, False]
    assert not polygon_contains(polygon, Point(2, 2))


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, 181), (float("nan"), 0)])
def test_impossible_coordinates_are_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(GeometryError):
        check_coordinates(latitude, longitude)


@pytest.mark.parametrize(
    "shape",
    [
        None,
        {"type": "Point", "coordinates": [0, 0]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [SQUARE[:-1]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [400, 0], [4, 4], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[["a", 0], [4, 0], [4, 4], ["a", 0]]]},
    ],
)
def test_what_is_no_polygon_is_refused(shape: Any) -> None:
    with pytest.raises(GeometryError):
        check_polygon(shape)


def test_polygons_are_accepted() -> None:
    check_polygon({"type": "Polygon", "coordinates": [SQUARE, HOLE]})
    check_polygon({"type": "MultiPolygon", "coordinates": [[SQUARE]]})
