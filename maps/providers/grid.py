"""Travel along the streets of generated regions: an index into ways found once, when the region was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from maps.geometry import METRES_PER_DEGREE, Bounds, Point
from maps.models import Region, RegionKind
from maps.providers.estimate import check_hour_factors, hour_factor
from maps.region_files import RegionGraph
from maps.regions import graph_of
from maps.travel import UNANSWERED, TravelTable

REACH_M = 500.0
WALK_M_PER_S = 1.2
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """Where points touch the street: edge, part of the way along it, metres to walk; too far ones are not `near`."""

    edge: NDArray[np.intp]
    part: FloatArray
    walk_m: FloatArray
    near: NDArray[np.bool_]

    def kept(self, chosen: NDArray[np.bool_]) -> Snapped:
        return Snapped(self.edge[chosen], self.part[chosen], self.walk_m[chosen], self.near[chosen])


class GridProvider:
    """Leaves open what lies farther than REACH_M from a street, or between two regions."""

    def __init__(self) -> None:
        self.hour_factors = tuple(settings.MAPS_HOUR_FACTORS)
        check_hour_factors(self.hour_factors)

    def matrix(self, points: Sequence[Point], departs_at: datetime | None) -> TravelTable | None:
        size = len(points)
        durations = np.full((size, size), UNANSWERED, dtype=np.int32)
        distances = durations.copy()
        for region in Region.objects.filter(kind=RegionKind.GENERATED):
            bounds = Bounds(region.south, region.west, region.north, region.east)
            rows = np.array([row for row, point in enumerate(points) if bounds.contains(point)], dtype=np.intp)
            if not len(rows):
                continue
            coordinates = np.array([points[row] for row in rows], dtype=np.float64)
            graph = graph_of(region)
            spots = snap(graph, coordinates)
            rows, coordinates, spots = rows[spots.near], coordinates[spots.near], spots.kept(spots.near)
            seconds, metres = ways(graph, spots)
            walk_s = spots.walk_m / WALK_M_PER_S
            seconds = seconds / hour_factor(self.hour_factors, departs_at) + walk_s[:, None] + walk_s[None, :]
            same = (coordinates[:, None, :] == coordinates[None, :, :]).all(axis=2)
            durations[np.ix_(rows, rows)] = np.where(same, 0, np.rint(seconds)).astype(np.int32)
            distances[np.ix_(rows, rows)] = np.where(same, 0, np.rint(metres)).astype(np.int32)
        if (durations < 0).all():
            return None
        return TravelTable(durations, distances, "road", "grid")


def snap(graph: RegionGraph, coordinates: FloatArray) -> Snapped:
    """The nearest spot on any street, on a plane that is true enough for a town."""
    scale = np.array([METRES_PER_DEGREE, METRES_PER_DEGREE * np.cos(np.radians(graph.nodes[0, 0]))])
    nodes = (graph.nodes - graph.nodes[0]) * scale
    points = (coordinates - graph.nodes[0]) * scale
    start = nodes[graph.edges[:, 0]]
    way = nodes[graph.edges[:, 1]] - start
    along = points @ way.T - (start * way).sum(axis=1)
    part = np.clip(along / (way * way).sum(axis=1), 0.0, 1.0)
    gap_x = start[:, 0] + part * way[:, 0] - points[:, 0, None]
    gap_y = start[:, 1] + part * way[:, 1] - points[:, 1, None]
    squared = gap_x * gap_x + gap_y * gap_y
    edge = squared.argmin(axis=1)
    rows = np.arange(len(points))
    walk = np.sqrt(squared[rows, edge])
    return Snapped(edge, part[rows, edge], walk, walk <= REACH_M)


def ways(graph: RegionGraph, spots: Snapped) -> tuple[FloatArray, FloatArray]:
    """Seconds and metres of driving between spots: by either end of either edge, or straight along a shared one."""
    ends = graph.edges[spots.edge]
    edge_s, edge_m = graph.edge_s[spots.edge], graph.edge_m[spots.edge]
    to_end = np.stack([spots.part, 1.0 - spots.part], axis=1)
    best_s = np.full((len(ends), len(ends)), np.inf)
    best_m = best_s.copy()
    for i in (0, 1):
        for j in (0, 1):
            index = np.ix_(ends[:, i], ends[:, j])
            seconds = graph.times_ds[index] / 10.0 + (to_end[:, i] * edge_s)[:, None] + (to_end[:, j] * edge_s)[None, :]
            metres = graph.lengths_m[index] + (to_end[:, i] * edge_m)[:, None] + (to_end[:, j] * edge_m)[None, :]
            better = seconds < best_s
            best_s, best_m = np.where(better, seconds, best_s), np.where(better, metres, best_m)
    shared = spots.edge[:, None] == spots.edge[None, :]
    apart = np.abs(spots.part[:, None] - spots.part[None, :])
    direct = shared & (apart * edge_s[:, None] < best_s)
    return np.where(direct, apart * edge_s[:, None], best_s), np.where(direct, apart * edge_m[:, None], best_m)
