"""Readers for settings that are more than one word. Each raises ``ImproperlyConfigured`` and names its variable."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

HOURS_OF_DAY = 24


def read_zone(name: str) -> str:
    """An IANA zone such as ``Europe/Madrid``."""
    try:
        return str(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ImproperlyConfigured(f"TIME_ZONE={name!r}: not an IANA time zone, such as Europe/Madrid") from error


def read_speeds(text: str) -> list[tuple[float, float]]:
    """``2:22,8:32`` reads: up to 2 km at 22 km/h, up to 8 km at 32 km/h. Distances must rise."""
    try:
        pairs = [(float(km), float(speed)) for km, speed in (part.split(":") for part in text.split(","))]
    except ValueError as error:
        raise ImproperlyConfigured(f"MAPS_SPEEDS={text!r}: wants km:km/h pairs, such as 2:22,8:32") from error
    distances = [km for km, _ in pairs]
    if distances != sorted(set(distances)) or any(speed <= 0 for _, speed in pairs):
        raise ImproperlyConfigured(f"MAPS_SPEEDS={text!r}: distances must rise and speeds be above 0")
    return pairs


def read_hour_factors(text: str) -> list[float]:
    """24 numbers separated by commas, the share of the free speed at each local hour; empty means 1 all day."""
    if not text:
        return [1.0] * HOURS_OF_DAY
    try:
        factors = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise ImproperlyConfigured(f"MAPS_HOUR_FACTORS={text!r}: wants 24 numbers") from error
    if len(factors) != HOURS_OF_DAY or min(factors) <= 0:
        raise ImproperlyConfigured(f"MAPS_HOUR_FACTORS: wants 24 numbers above 0, has {len(factors)}")
    return factors
