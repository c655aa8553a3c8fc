from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from pytest_django import Settings

from maps.models import MatrixPoint, Place, Region, TravelMatrix
from maps.providers.stored import store_matrix
from maps.regions import addresses
from maps.travel import TravelError, travel_between

ESTIMATE, GRID = "maps.providers.estimate.EstimateProvider", "maps.providers.grid.GridProvider"
pytestmark = pytest.mark.django_db


def make_places(count: int) -> list[Place]:
    return [
        Place.objects.create(line1=f"Calle Mayor, {number}", latitude=39.6 + number / 100, longitude=-2.9)
        for number in range(count)
    ]


def store(places: list[Place], name: str = "day", step: int = 100) -> TravelMatrix:
    size = len(places)
    durations = np.arange(size * size, dtype=np.int32).reshape(size, size) * step
    return store_matrix(name=name, provider="osrm", places=places, durations_s=durations, distances_m=durations * 10)


def test_a_stored_matrix_wins_in_both_directions(settings: Settings) -> None:
    settings.MAPS_TRAVEL_PROVIDERS = []
    places = make_places(3)
    store(places)
    table = travel_between([places[2], places[0]])
    assert table.durations_s.tolist() == [[0, 600], [200, 0]]
    assert table.distances_m.tolist() == [[0, 6_000], [2_000, 0]]
    assert (table.quality, table.provider) == ("measured", "stored")


def test_the_next_provider_fills_what_is_open(settings: Settings) -> None:
    settings.MAPS_TRAVEL_PROVIDERS = [ESTIMATE]
    places = make_places(3)
    store(places[:2])
    table = travel_between(places)
    assert table.durations_s[:2, :2].tolist() == [[0, 100], [200, 0]]
    assert table.durations_s[0, 2] == table.durations_s[2, 0] > 0
    assert (table.quality, table.provider) == ("estimated", "stored+estimate")


def test_the_newest_matrix_wins_and_a_name_is_replaced(settings: Settings) -> None:
    settings.MAPS_TRAVEL_PROVIDERS = []
    places = make_places(2)
    store(places, "old", step=1)
    store(places, "new", step=5)
    store(places, "new", step=7)
    assert travel_between(places).durations_s.tolist() == [[0, 7], [14, 0]]
    assert (TravelMatrix.objects.count(), MatrixPoint.objects.count()) == (2, 4)


def test_a_matrix_of_the_wrong_shape_is_refused() -> None:
    table = np.zeros((3, 3), dtype=np.int32)
    with pytest.raises(ValueError, match="shape"):
        store_matrix(name="day", provider="osrm", places=make_places(2), durations_s=table, distances_m=table)


def test_a_place_without_coordinates_is_named() -> None:
    place = Place(line1="Calle sin Mapa, 1")
    with pytest.raises(TravelError, match="Calle sin Mapa, 1"):
        travel_between([*make_places(1), place])


def test_no_answer_is_an_error_and_not_a_guess(settings: Settings) -> None:
    settings.MAPS_TRAVEL_PROVIDERS = []
    with pytest.raises(TravelError, match=r"Calle Mayor, 0.*Calle Mayor, 1"):
        travel_between(make_places(2))


def test_the_grid_answers_along_the_streets(settings: Settings, region: Region) -> None:
    settings.MAPS_TRAVEL_PROVIDERS = [GRID]
    homes = addresses(region.name)[::400]
    places = [Place(line1=home.line1, latitude=home.lat, longitude=home.lon) for home in homes]
    table = travel_between([*places, places[0]])
    assert (table.quality, table.provider) == ("road", "grid")
    assert (table.durations_s == table.durations_s.T).all()
    assert table.durations_s[0, -1] == table.distances_m[0, -1] == 0
    between = table.durations_s[:-1, :-1]
    assert (between[~np.eye(len(places), dtype=bool)] > 0).all()


def test_ways_of_the_grid_are_no_shorter_than_the_crow_flies(settings: Settings, region: Region) -> None:
    homes = addresses(region.name)[::700]
    places = [Place(line1=home.line1, latitude=home.lat, longitude=home.lon) for home in homes]
    settings.MAPS_TRAVEL_PROVIDERS = [GRID]
    roads = travel_between(places).distances_m
    settings.MAPS_TRAVEL_PROVIDERS = [ESTIMATE]
    settings.MAPS_DETOUR_FACTOR = 1.0
    straight = travel_between(places).distances_m
    doors = 2 * 25  # the driving starts at the middle of the street, before the door
    assert (roads >= straight - doors).all()


def test_the_grid_leaves_open_what_lies_outside(settings: Settings, region: Region) -> None:
    settings.MAPS_TRAVEL_PROVIDERS = [GRID, ESTIMATE]
    homes = addresses(region.name)[:2]
    places = [Place(line1=home.line1, latitude=home.lat, longitude=home.lon) for home in homes]
    far = Place(line1="Puerta del Sol, 1", latitude=40.4169, longitude=-3.7035)
    inside, mixed = travel_between(places), travel_between([*places, far])
    assert mixed.durations_s[:2, :2].tolist() == inside.durations_s.tolist()
    assert mixed.durations_s[0, 2] > 3_600
    assert (mixed.quality, mixed.provider) == ("estimated", "grid+estimate")


def test_rush_hour_slows_the_grid(settings: Settings, region: Region) -> None:
    settings.MAPS_TRAVEL_PROVIDERS = [GRID]
    settings.MAPS_HOUR_FACTORS = [1.0] * 8 + [0.5] + [1.0] * 15
    homes = addresses(region.name)[:2_000:1_999]
    places = [Place(line1=home.line1, latitude=home.lat, longitude=home.lon) for home in homes]
    calm, rush = (travel_between(places, datetime(2026, 11, 26, hour, tzinfo=UTC)).durations_s[0, 1] for hour in (7, 8))
    assert calm < rush <= 2 * calm
