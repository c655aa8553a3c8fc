from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from maps.geometry import Point
from maps.models import Place, Territory

pytestmark = pytest.mark.django_db


def test_a_label_leaves_out_what_is_missing() -> None:
    assert (
        Place(line1="Calle Mayor, 5", city="Valdeluna", postal_code="16901").label == "Calle Mayor, 5, 16901 Valdeluna"
    )
    assert Place(line1="Calle Mayor, 5", line2="2º B").label == "Calle Mayor, 5, 2º B"


@pytest.mark.parametrize(("latitude", "longitude"), [(39.6, None), (None, -2.9), (95.0, 0.0), (0.0, 200.0)])
def test_coordinates_belong_together_and_on_the_globe(latitude: float | None, longitude: float | None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(line1="Calle Mayor, 5", latitude=latitude, longitude=longitude)


def test_a_place_may_lack_coordinates() -> None:
    place = Place.objects.create(line1="Calle Mayor, 5")
    assert (place.has_coordinates, place.point) == (False, None)


def test_a_territory_is_a_polygon() -> None:
    ring = [[-3.0, 39.0], [-2.0, 39.0], [-2.0, 40.0], [-3.0, 40.0], [-3.0, 39.0]]
    territory = Territory(name="Centro", polygon={"type": "Polygon", "coordinates": [ring]})
    territory.full_clean()
    assert [territory.contains(point) for point in (Point(39.5, -2.5), Point(41.0, -2.5))] == [True, False]
    with pytest.raises(ValidationError):
        Territory(name="Nowhere", polygon={"type": "Polygon", "coordinates": [ring[:3]]}).full_clean()
