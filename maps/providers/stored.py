"""Pairs of places whose travel was delivered with them and is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from maps.models import MatrixPoint, Place, TravelMatrix

IntMatrix = NDArray[np.int32]
_WIRE = np.dtype("<i4")


@transaction.atomic
def store_matrix(
    *, name: str, provider: str, places: Sequence[Place], durations_s: IntMatrix, distances_m: IntMatrix
) -> TravelMatrix:
    """Keeps travel between saved places, in their order. A matrix of the same name is replaced."""
    size = len(places)
    for field, values in (("durations_s", durations_s), ("distances_m", distances_m)):
        if values.shape != (size, size):
            raise ValueError(f"{field} has the shape {values.shape}, not {(size, size)}")
        if (values < 0).any():
            raise ValueError(f"{field} holds a negative value")
    TravelMatrix.objects.filter(name=name).delete()
    matrix = TravelMatrix.objects.create(
        name=name,
        provider=provider,
        size=size,
        durations_s=durations_s.astype(_WIRE).tobytes(),
        distances_m=distances_m.astype(_WIRE).tobytes(),
    )
    MatrixPoint.objects.bulk_create(
        MatrixPoint(matrix=matrix, place=place, index=index) for index, place in enumerate(places)
    )
    return matrix


def find_stored_travel(places: Sequence[Place]) -> tuple[IntMatrix, IntMatrix] | None:
    """Durations and distances, -1 where no matrix holds both places; the newest wins. None when none has any."""
    size = len(places)
    rows_of_place: dict[int, list[int]] = defaultdict(list)
    for row, place in enumerate(places):
        if place.pk is not None:
            rows_of_place[place.pk].append(row)
    members: dict[int, list[tuple[int, int]]] = defaultdict(list)
    points = MatrixPoint.objects.filter(place_id__in=rows_of_place).values_list("matrix_id", "place_id", "index")
    for matrix_id, place_id, index in points:
        members[matrix_id].extend((row, index) for row in rows_of_place[place_id])
    shared = [matrix_id for matrix_id, pairs in members.items() if len(pairs) > 1]
    if not shared:
        return None
    durations = np.full((size, size), -1, dtype=np.int32)
    distances = durations.copy()
    for matrix in TravelMatrix.objects.filter(pk__in=shared).order_by("created_at", "pk"):
        rows, indexes = (np.array(column) for column in zip(*members[matrix.pk], strict=True))
        for target, stored in ((durations, matrix.durations_s), (distances, matrix.distances_m)):
            values = np.frombuffer(stored, dtype=_WIRE).reshape(matrix.size, matrix.size)
            target[np.ix_(rows, rows)] = values[np.ix_(indexes, indexes)]
    return durations, distances
