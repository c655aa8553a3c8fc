"""What a problem takes from beside its shifts and appointments: areas, who knows a site, earlier weeks, travel."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from maps.models import Place, Territory
from maps.travel import TravelTable
from scheduling.bridge_lanes import Lane
from scheduling.core.problem import IntMatrix, Speed, Travel
from scheduling.enums import StopStatus
from scheduling.models import Stop, TravelProfile, WorkLedger

LEDGER_WEEKS = 4
# A shift makes up for two hours of earlier weeks at most, so that nobody's day is emptied to level a month.
MOST_MADE_UP_S = 2 * 3600
DAYS_PER_MONTH = 365 / 12

# Maps knows the times of cars. A van takes a tenth longer; the others go their metres at a steady pace.
VAN_TIMES_CAR = 1.1
METRES_PER_HOUR = {TravelProfile.BICYCLE: 15_000, TravelProfile.FOOT: 5_000}
IN_TRAFFIC = (TravelProfile.CAR, TravelProfile.VAN)


def travel_by_profile(table: TravelTable, profiles: Iterable[str], speeds: tuple[Speed, ...]) -> dict[str, Travel]:
    """Only what is driven on the road feels the ``speeds`` of the hours."""
    return {
        profile: Travel(_durations(table, profile), table.distances_m, speeds if profile in IN_TRAFFIC else ())
        for profile in sorted({*profiles, TravelProfile.CAR.value})
    }


def _durations(table: TravelTable, profile: str) -> IntMatrix:
    if profile == TravelProfile.CAR:
        return table.durations_s
    if profile == TravelProfile.VAN:
        return np.ceil(table.durations_s * VAN_TIMES_CAR).astype(np.int32)
    pace = METRES_PER_HOUR[TravelProfile(profile)]
    return np.ceil(table.distances_m * (3600 / pace)).astype(np.int32)


def areas_of_places(lanes: Collection[Lane], places: Collection[Place]) -> dict[int, frozenset[int]]:
    """Of the territories that bind or draw anybody on shift, those that each place lies in."""
    wanted = {row.territory_id for lane in lanes for row in lane.shift.technician.areas.all()}
    territories = [(one, _box(one)) for one in Territory.objects.filter(pk__in=wanted)] if wanted else []
    found: dict[int, frozenset[int]] = {}
    for place in places:
        point = place.point
        if point is not None:
            found[place.pk] = frozenset(
                territory.pk
                for territory, (south, west, north, east) in territories
                if south <= point.latitude <= north and west <= point.longitude <= east and territory.contains(point)
            )
    return found


def _box(territory: Territory) -> tuple[float, float, float, float]:
    """South, west, north, east; GeoJSON has longitude first."""
    shape: Mapping[str, Any] = territory.polygon
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    points = [point for rings in polygons for point in rings[0]]
    longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
    return min(latitudes), min(longitudes), max(latitudes), max(longitudes)


def technicians_who_know(places: Collection[int], now: datetime, months: int) -> dict[int, set[int]]:
    """By place: who finished a visit there within so many months."""
    known: dict[int, set[int]] = {}
    if not months:
        return known
    finished = Stop.objects.filter(
        status=StopStatus.FINISHED,
        finished_at__gte=now - timedelta(days=round(months * DAYS_PER_MONTH)),
        appointment__place__in=places,
    )
    for place, technician in finished.values_list("appointment__place", "technician").distinct():
        known.setdefault(place, set()).add(technician)
    return known


def seconds_to_make_up(lanes: Collection[Lane], first: date) -> dict[int, int]:
    """By technician and for each shift: work and driving above (or below) the mean of the four weeks before that of
    ``first``, shared among the technician's shifts. Who is in no ledger yet has nothing to make up for."""
    shifts: dict[int, int] = {}
    for lane in lanes:
        shifts[lane.shift.technician_id] = shifts.get(lane.shift.technician_id, 0) + 1
    monday = first - timedelta(days=first.weekday())
    sums: dict[int, int] = {}
    rows = WorkLedger.objects.filter(
        technician__in=shifts,
        week_start__gte=monday - timedelta(weeks=LEDGER_WEEKS),
        week_start__lt=monday,
    )
    for row in rows:
        sums[row.technician_id] = sums.get(row.technician_id, 0) + row.worked_s + row.driven_s
    if not sums:
        return {}
    mean = sum(sums.values()) / len(sums)
    return {
        technician: max(-MOST_MADE_UP_S, min(MOST_MADE_UP_S, round((total - mean) / shifts[technician])))
        for technician, total in sums.items()
    }
