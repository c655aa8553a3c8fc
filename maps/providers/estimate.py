"""Travel without a street network: great-circle distance, a detour factor and speeds that grow with the distance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from maps.geometry import Point, distances_m
from maps.travel import TravelTable

FLAT_DAY = (1.0,) * 24


@dataclass(frozen=True, slots=True)
class TravelModel:
    """`speeds` are stretches of one way: up to so many kilometres at so many km/h; beyond the last its speed goes on.

    `hour_factors` multiply the speed by the hour of departure (0.8 = a fifth slower).
    """

    detour_factor: float
    speeds: tuple[tuple[float, float], ...]
    hour_factors: tuple[float, ...] = FLAT_DAY

    def __post_init__(self) -> None:
        if not (math.isfinite(self.detour_factor) and self.detour_factor >= 1):
            raise ValueError(f"detour_factor {self.detour_factor} is below 1")
        if not self.speeds or any(speed <= 0 for _, speed in self.speeds):
            raise ValueError("speeds need at least one pair (up to km, km/h), each above zero")
        if any(later <= earlier for (earlier, _), (later, _) in pairwise(((0.0, 1.0), *self.speeds))):
            raise ValueError("speeds are not in rising order of their distance")
        check_hour_factors(self.hour_factors)

    def road_m(self, straight_m: NDArray[np.float64]) -> NDArray[np.int32]:
        return np.rint(straight_m * self.detour_factor).astype(np.int32)

    def durations_s(self, road_m: NDArray[np.int32], departs_at: datetime | None = None) -> NDArray[np.int32]:
        seconds = np.zeros(road_m.shape)
        start_m = 0.0
        for position, (up_to_km, km_per_h) in enumerate(self.speeds):
            last = position == len(self.speeds) - 1
            end_m = np.inf if last else up_to_km * 1000
            seconds += np.clip(road_m - start_m, 0, end_m - start_m) / (km_per_h / 3.6)
            start_m = end_m
        return np.rint(seconds / hour_factor(self.hour_factors, departs_at)).astype(np.int32)


def check_hour_factors(factors: Sequence[float]) -> None:
    if len(factors) != 24 or any(not math.isfinite(factor) or factor <= 0 for factor in factors):
        raise ValueError("hour factors are not 24 numbers above zero")


def hour_factor(factors: Sequence[float], departs_at: datetime | None) -> float:
    return 1.0 if departs_at is None else factors[departs_at.hour]


class EstimateProvider:
    """Answers for any points on the globe, by the settings MAPS_DETOUR_FACTOR, MAPS_SPEEDS and MAPS_HOUR_FACTORS."""

    def __init__(self) -> None:
        self.model = TravelModel(
            detour_factor=settings.MAPS_DETOUR_FACTOR,
            speeds=tuple((float(up_to_km), float(speed)) for up_to_km, speed in settings.MAPS_SPEEDS),
            hour_factors=tuple(settings.MAPS_HOUR_FACTORS),
        )

    def matrix(self, points: Sequence[Point], departs_at: datetime | None) -> TravelTable:
        road = self.model.road_m(distances_m(points))
        return TravelTable(self.model.durations_s(road, departs_at), road, "estimated", "estimate")
