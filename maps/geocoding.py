"""From words to coordinates: a configured geocoder, else what is known here. Nothing is taken over unseen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from geopy.exc import GeocoderServiceError, GeopyError
from geopy.geocoders import Nominatim, Pelias, Photon
from geopy.geocoders.base import Geocoder

from maps.models import Place, PlaceQuality, Region, RegionKind
from maps.region_files import Address, load_addresses
from maps.regions import RegionMissingError, folder_of

TIMEOUT_S = 5


class GeocodingError(Exception):
    """The geocoder could not be asked; the message says so in words for the person who searched."""


@dataclass(frozen=True, slots=True)
class GeocodeResult:
    label: str
    lat: float
    lon: float
    quality: PlaceQuality
    provider: str
    line1: str = ""
    city: str = ""
    postal_code: str = ""


def geocode(query: str, limit: int = 8) -> list[GeocodeResult]:
    """Candidates, best first, for a person to choose from. Raises GeocodingError when the geocoder fails."""
    if not query.strip():
        return []
    if not settings.GEOCODER:
        return find_known_places(query, limit)
    try:
        found = _geocoder().geocode(query, exactly_one=False, **_options(limit))
    except GeocoderServiceError as error:
        raise GeocodingError(
            _("The address search does not answer at the moment. Try again, or set the place on the map.")
        ) from error
    except GeopyError as error:
        raise GeocodingError(
            _("The address search did not understand “%(query)s”. Set the place on the map.") % {"query": query}
        ) from error
    return [_read_location(location) for location in (found or ())[:limit]]


def _options(limit: int) -> dict[str, Any]:
    language = get_language() or settings.LANGUAGE_CODE
    match settings.GEOCODER:
        case "nominatim":
            return {"limit": limit, "addressdetails": True, "language": language}
        case "photon":
            return {"limit": limit, "language": language.split("-")[0]}
        case _:
            return {"language": language}


def _geocoder() -> Geocoder:
    host = re.sub(r"^https?://", "", settings.GEOCODER_URL).rstrip("/")
    scheme = "http" if settings.GEOCODER_URL.startswith("http://") else "https"
    common: dict[str, Any] = {"timeout": TIMEOUT_S, "user_agent": settings.GEOCODER_USER_AGENT, "scheme": scheme}
    if not settings.GEOCODER_USER_AGENT:
        raise ImproperlyConfigured("GEOCODER needs GEOCODER_USER_AGENT: geocoders refuse nameless callers")
    match settings.GEOCODER:
        case "nominatim":
            return Nominatim(**common, **({"domain": host} if host else {}))
        case "photon":
            return Photon(**common, **({"domain": host} if host else {}))
        case "pelias":
            if not host:
                raise ImproperlyConfigured("GEOCODER=pelias needs GEOCODER_URL")
            return Pelias(host, **common)
        case name:
            raise ImproperlyConfigured(f"GEOCODER is {name!r}; known are nominatim, photon and pelias")


def _read_location(location: Any) -> GeocodeResult:
    raw: dict[str, Any] = location.raw
    details = raw.get("address") or raw.get("properties") or {}
    street = details.get("road") or details.get("street") or ""
    number = details.get("house_number") or details.get("housenumber") or ""
    return GeocodeResult(
        label=location.address,
        lat=location.latitude,
        lon=location.longitude,
        quality=_quality_of(raw, details, number),
        provider=settings.GEOCODER,
        line1=", ".join(part for part in (street or details.get("name", ""), number) if part),
        city=details.get("city") or details.get("town") or details.get("village") or details.get("locality") or "",
        postal_code=details.get("postcode") or details.get("postalcode") or "",
    )


def _quality_of(raw: dict[str, Any], details: dict[str, Any], number: str) -> PlaceQuality:
    """What the geocoder itself says of its answer: a whole street must not pass for a house."""
    if details.get("accuracy") == "interpolated" or raw.get("type") == "interpolation":
        return PlaceQuality.INTERPOLATED
    if number:
        return PlaceQuality.ROOFTOP
    if raw.get("class") == "highway" or details.get("osm_key") == "highway" or details.get("layer") == "street":
        return PlaceQuality.STREET
    if raw.get("class") in ("building", "shop", "amenity", "office") or details.get("layer") in ("address", "venue"):
        return PlaceQuality.ROOFTOP
    return PlaceQuality.PLACE


def plain_words(text: str) -> list[str]:
    """Lower-case words without accents: what is left when people type in a hurry."""
    stripped = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.findall(r"[a-z0-9ñ]+", stripped)


def find_known_places(query: str, limit: int = 8) -> list[GeocodeResult]:
    """Every word of the query must begin a word of the address; a number is a house number. Known places come first."""
    words = plain_words(query)
    if not words:
        return []
    found: dict[tuple[str, str], GeocodeResult] = {}
    for result in (*_search_places(words, limit), *_search_regions(words, limit)):
        found.setdefault((result.line1.casefold(), result.city.casefold()), result)
    return list(found.values())[:limit]


def _matches(words: list[str], known: tuple[str, ...]) -> bool:
    return all(any(other.startswith(word) for other in known) for word in words)


def _search_places(words: list[str], limit: int) -> Iterator[GeocodeResult]:
    """Over all rows with coordinates: accents can't be compared in the database alike on SQLite and PostgreSQL."""
    count = 0
    for place in Place.objects.filter(latitude__isnull=False).order_by("-pk").iterator(chunk_size=2_000):
        if place.point is not None and _matches(words, tuple(plain_words(place.label))):
            count += 1
            yield GeocodeResult(
                place.label,
                *place.point,
                PlaceQuality(place.quality),
                place.provider,
                place.line1,
                place.city,
                place.postal_code,
            )
            if count == limit:
                return


def _search_regions(words: list[str], limit: int) -> Iterator[GeocodeResult]:
    """Shorter names first, so that the street itself comes before the passages named after it."""
    letters, numbers = [word for word in words if not word.isdigit()], [word for word in words if word.isdigit()]
    for region in Region.objects.filter(kind=RegionKind.GENERATED):
        try:
            streets = _streets_of(folder_of(region))
        except RegionMissingError:
            continue
        hits = [(len(known), _house(houses, numbers, known)) for known, houses in streets if _matches(letters, known)]
        yield from (hit for _, hit in sorted(hits, key=lambda hit: (hit[0], hit[1].label))[:limit])


@lru_cache(maxsize=4)
def _streets_of(folder: Path) -> tuple[tuple[tuple[str, ...], tuple[Address, ...]], ...]:
    """Streets with their words; kept in memory like the addresses themselves, for a region's folder never changes."""
    grouped: dict[tuple[str, str], list[Address]] = {}
    for address in load_addresses(folder):
        grouped.setdefault((address.street, address.town), []).append(address)
    return tuple(
        (tuple(plain_words(f"{street} {houses[0].district} {houses[0].postal_code} {town}")), tuple(houses))
        for (street, town), houses in grouped.items()
    )


def _house(houses: tuple[Address, ...], numbers: list[str], known: tuple[str, ...]) -> GeocodeResult:
    """The house with that number; without one some house in the middle, known to be no better than the street."""
    wanted = [int(number) for number in numbers if number not in known]
    house = next((house for house in houses if [house.number] == wanted[:1]), None)
    if house is not None:
        return _result(house, PlaceQuality.ROOFTOP, house.line1)
    middle = houses[len(houses) // 2]
    return _result(middle, PlaceQuality.STREET, middle.street)


def _result(house: Address, quality: PlaceQuality, line1: str) -> GeocodeResult:
    label = f"{line1}, {house.postal_code} {house.town}"
    return GeocodeResult(label, house.lat, house.lon, quality, "region", line1, house.town, house.postal_code)
