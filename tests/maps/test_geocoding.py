from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from maps.geocoding import GeocodingError, find_known_places, geocode
from maps.models import Place, PlaceQuality, Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return Place.objects.create(
        line1="Avenida de José Ibáñez, 12", city="Peñafría", postal_code="16955",
        latitude=39.6, longitude=-2.9, quality=PlaceQuality.PICKED, provider="picker",
    )  # fmt: skip


@pytest.mark.parametrize("query", ["ibanez 12", "JOSE IBÁÑEZ", "peñafria avenida", "16955"])
def test_search_minds_neither_accents_nor_case_nor_order(place: Place, query: str) -> None:
    assert [result.line1 for result in find_known_places(query)] == [place.line1]


@pytest.mark.parametrize("query", ["", "  ", "ibanez 13", "calle ibanez"])
def test_every_word_counts(place: Place, query: str) -> None:
    assert find_known_places(query) == []


def test_places_without_coordinates_are_not_offered() -> None:
    Place.objects.create(line1="Calle sin Mapa, 1")
    assert find_known_places("sin mapa") == []


def test_a_house_of_the_region_is_found_exactly(region: Region) -> None:
    found = find_known_places("calle mayor 5")
    assert [(result.line1, result.quality) for result in found] == [("Calle Mayor, 5", PlaceQuality.ROOFTOP)]


def test_a_street_without_number_is_no_better_than_a_street(region: Region) -> None:
    best = find_known_places("plaza mayor") or find_known_places("calle mayor")
    assert best[0].quality == PlaceQuality.STREET


def test_no_more_than_asked_for(region: Region) -> None:
    assert len(find_known_places("calle", limit=3)) == 3


def test_without_a_geocoder_known_places_answer(place: Place, settings: Settings) -> None:
    settings.GEOCODER = ""
    assert [result.lat for result in geocode("ibanez")] == [39.6]


def test_a_geocoder_that_does_not_answer_is_said_so(settings: Settings) -> None:
    settings.GEOCODER, settings.GEOCODER_URL, settings.GEOCODER_USER_AGENT = "nominatim", "http://127.0.0.1:9", "visita"
    with pytest.raises(GeocodingError):
        geocode("calle mayor 5")


def test_a_nameless_caller_is_refused_before_asking(settings: Settings) -> None:
    settings.GEOCODER, settings.GEOCODER_USER_AGENT = "nominatim", ""
    with pytest.raises(ImproperlyConfigured):
        geocode("calle mayor 5")
