"""Travel between coordinates when a file brings no matrix: roads are longer than the crow's way, long ones faster."""

import numpy as np
import numpy.typing as npt

from scheduling.core.problem import Travel

EARTH_M = 6_371_008.8
DETOUR = 1.3
# Kilometres of road -> kilometres an hour on average, linear between: streets first, then main roads, then motorways.
SPEEDS = ((0.0, 18.0), (2.0, 25.0), (10.0, 40.0), (30.0, 60.0), (100.0, 85.0), (300.0, 100.0))

Floats = npt.NDArray[np.float64]


def crow_travel(coordinates: list[tuple[float, float]]) -> Travel:
    """``coordinates`` are (longitude, latitude) in degrees; the order is that of the places."""
    points = np.radians(np.array(coordinates, dtype=np.float64).reshape(-1, 2))
    road_m = DETOUR * great_circle_m(points)
    seconds = road_m / 1000 / speed_kmh(road_m / 1000) * 3600
    return Travel(np.rint(seconds).astype(np.int32), np.rint(road_m).astype(np.int32))


def great_circle_m(points: Floats) -> Floats:
    """Metres from each to each; ``points`` holds rows of longitude and latitude in radians."""
    longitude, latitude = points[:, 0], points[:, 1]
    half_lat = np.sin((latitude[:, None] - latitude[None, :]) / 2) ** 2
    half_lon = np.sin((longitude[:, None] - longitude[None, :]) / 2) ** 2
    chord = half_lat + np.cos(latitude)[:, None] * np.cos(latitude)[None, :] * half_lon
    distance: Floats = 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return distance


def speed_kmh(road_km: Floats) -> Floats:
    lengths, speeds = zip(*SPEEDS, strict=True)
    speed: Floats = np.interp(road_km, lengths, speeds)
    return speed
