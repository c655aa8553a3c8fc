"""How long it takes and how far it is between places: one question, asked of one provider after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from maps.geometry import Point
from maps.models import Place
from maps.providers.stored import find_stored_travel

Quality = Literal["estimated", "road", "measured"]
IntMatrix = NDArray[np.int32]

UNANSWERED = -1
_WEAKEST_FIRST: tuple[Quality, ...] = ("estimated", "road", "measured")


class TravelError(Exception):
    """Travel times can't be had; the message names the place and what is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class TravelTable:
    """Whole seconds and metres from row to column. A provider leaves both at UNANSWERED where it can't tell."""

    durations_s: IntMatrix
    distances_m: IntMatrix
    quality: Quality
    provider: str


class TravelProvider(Protocol):
    def matrix(self, points: Sequence[Point], departs_at: datetime | None) -> TravelTable | None:
        """None when it can answer nothing here. The hour that counts is that of `departs_at` in its own zone."""
        ...


def travel_between(places: Sequence[Place], departs_at: datetime | None = None) -> TravelTable:
    """Asks stored matrices first, then MAPS_TRAVEL_PROVIDERS in order; each fills only what is still open.

    The table's quality is that of its weakest pair.
    """
    points = [_point_of(place) for place in places]
    size = len(places)
    durations = np.full((size, size), UNANSWERED, dtype=np.int32)
    distances = durations.copy()
    qualities: set[Quality] = set()
    names: list[str] = []
    if stored := find_stored_travel(places):
        durations, distances = stored
        qualities.add("measured")
        names.append("stored")
    for array in (durations, distances):
        np.fill_diagonal(array, 0)
    for path in settings.MAPS_TRAVEL_PROVIDERS:
        if not (durations < 0).any():
            break
        provider: TravelProvider = import_string(path)()
        answer = provider.matrix(points, departs_at)
        if answer is None:
            continue
        fill = (durations < 0) & (answer.durations_s >= 0)
        if fill.any():
            durations[fill] = answer.durations_s[fill]
            distances[fill] = answer.distances_m[fill]
            qualities.add(answer.quality)
            names.append(answer.provider)
    _check_answered(places, durations)
    weakest: Quality = next((quality for quality in _WEAKEST_FIRST if quality in qualities), "estimated")
    return TravelTable(durations, distances, weakest, "+".join(names))


def _point_of(place: Place) -> Point:
    if place.point is None:
        raise TravelError(_("“%(place)s” has no coordinates; set them on the map first.") % {"place": place.label})
    return place.point


def _check_answered(places: Sequence[Place], durations: IntMatrix) -> None:
    open_pairs = np.argwhere(durations < 0)
    if len(open_pairs):
        start, end = (places[int(index)].label for index in open_pairs[0])
        raise TravelError(
            _("No source of travel times knows the way from “%(start)s” to “%(end)s”.") % {"start": start, "end": end}
        )
