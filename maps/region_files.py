"""What a generated region keeps on disk: its base map for the browser, its street graph, its addresses."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maps.city import City
from maps.city.plane import Vec, centroid
from maps.city.skeleton import HALF_HEIGHT_M, HALF_WIDTH_M
from maps.geometry import METRES_PER_DEGREE, Bounds, Point
from maps.shortest import FAR, all_pairs

ORIGIN = Point(39.6, -2.9)
BASEMAP, GRAPH, TIMES, LENGTHS, ADDRESSES = (
    "basemap.json.gz",
    "graph.npz",
    "times.npy",
    "lengths.npy",
    "addresses.json.gz",
)
DEGREE_PARTS = 1_000_000
SPEEDS_KMH = {
    "motorway": 100, "ring": 52, "avenue": 34, "secondary": 29, "street": 22, "old": 13, "road": 66, "track": 34,
}  # fmt: skip
JUNCTION_S = {"avenue": 4.0, "secondary": 4.0, "street": 4.0, "old": 3.0, "ring": 2.0}
_DISTANCE_BITS = 20


@dataclass(frozen=True, slots=True)
class Address:
    street: str
    number: int
    district: str
    town: str
    postal_code: str
    lat: float
    lon: float
    kind: str

    @property
    def line1(self) -> str:
        return f"{self.street}, {self.number}"


@dataclass(frozen=True, slots=True, eq=False)
class RegionGraph:
    """Nodes in degrees; edges as pairs of nodes with seconds; between all nodes tenths of seconds and metres."""

    nodes: NDArray[np.float64]
    edges: NDArray[np.int32]
    edge_s: NDArray[np.float64]
    edge_m: NDArray[np.float64]
    times_ds: NDArray[np.uint16]
    lengths_m: NDArray[np.uint16]


def to_degrees(position: Vec) -> Point:
    return Point(
        ORIGIN.latitude + position[1] / METRES_PER_DEGREE,
        ORIGIN.longitude + position[0] / (METRES_PER_DEGREE * math.cos(math.radians(ORIGIN.latitude))),
    )


def city_bounds() -> Bounds:
    low, high = to_degrees((-HALF_WIDTH_M, -HALF_HEIGHT_M)), to_degrees((HALF_WIDTH_M, HALF_HEIGHT_M))
    return Bounds(low.latitude, low.longitude, high.latitude, high.longitude)


def write_city(folder: Path, city: City, attribution: str) -> None:
    _write_json(folder / BASEMAP, basemap_of(city, attribution))
    _write_json(folder / ADDRESSES, _address_table(city))
    _write_graph(folder, city)


def _write_json(path: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), compresslevel=6, mtime=0))


def _write_graph(folder: Path, city: City) -> None:
    numbers = {node: index for index, node in enumerate(city.network.at)}
    pairs = [(numbers[edge.a], numbers[edge.b]) for edge in city.network.edges]
    metres = [edge.length for edge in city.network.edges]
    seconds = [
        edge.length / SPEEDS_KMH[edge.road] * 3.6 + JUNCTION_S.get(edge.road, 0.0) for edge in city.network.edges
    ]
    np.savez(
        folder / GRAPH,
        nodes=np.array([to_degrees(node) for node in numbers]),
        edges=np.array(pairs, dtype=np.int32),
        edge_s=np.array(seconds),
        edge_m=np.array(metres),
    )
    costs = [(round(s * 10) << _DISTANCE_BITS) + round(m) for s, m in zip(seconds, metres, strict=True)]
    table = all_pairs(len(numbers), ((a, b, cost) for (a, b), cost in zip(pairs, costs, strict=True)))
    if (table >= FAR).any():
        raise ValueError("the street network is not connected")
    np.save(folder / TIMES, (table >> _DISTANCE_BITS).astype(np.uint16))
    np.save(folder / LENGTHS, (table & ((1 << _DISTANCE_BITS) - 1)).astype(np.uint16))


@lru_cache(maxsize=4)
def load_graph(folder: Path) -> RegionGraph:
    """Kept in memory once read: a region's folder is written once and never changed."""
    with np.load(folder / GRAPH) as stored:
        nodes, edges, edge_s, edge_m = (stored[name] for name in ("nodes", "edges", "edge_s", "edge_m"))
    times = np.load(folder / TIMES, mmap_mode="r")
    lengths = np.load(folder / LENGTHS, mmap_mode="r")
    return RegionGraph(nodes, edges, edge_s, edge_m, times, lengths)


@lru_cache(maxsize=4)
def load_addresses(folder: Path) -> tuple[Address, ...]:
    """Kept in memory once read, as the graph is."""
    table = json.loads(gzip.decompress((folder / ADDRESSES).read_bytes()))
    return tuple(
        Address(
            street=table["streets"][street],
            number=number,
            district=table["quarters"][quarter][0],
            town=table["quarters"][quarter][1],
            postal_code=table["quarters"][quarter][2],
            lat=lat / DEGREE_PARTS,
            lon=lon / DEGREE_PARTS,
            kind=table["kinds"][kind],
        )
        for street, number, quarter, kind, lat, lon in table["rows"]
    )


def _address_table(city: City) -> dict[str, Any]:
    streets: dict[str, int] = {}
    quarters: dict[tuple[str, str, str], int] = {}
    kinds = {"home": 0, "business": 1}
    rows = []
    for address in city.addresses:
        quarter = (address.quarter, address.town, address.postal_code)
        street_number = streets.setdefault(address.street, len(streets))
        quarter_number = quarters.setdefault(quarter, len(quarters))
        position = _parts(to_degrees(address.position))
        rows.append([street_number, address.number, quarter_number, kinds[address.kind], *position])
    return {"streets": list(streets), "quarters": list(quarters), "kinds": list(kinds), "rows": rows}


def _parts(point: Point) -> tuple[int, int]:
    return round(point.latitude * DEGREE_PARTS), round(point.longitude * DEGREE_PARTS)


def _encoded(points: Iterable[Vec]) -> list[int]:
    """Latitude and longitude in millionths of a degree: the first point whole, then the steps from each to the next."""
    flat: list[int] = []
    last = (0, 0)
    for position in points:
        here = _parts(to_degrees(position))
        flat += (here[0] - last[0], here[1] - last[1])
        last = here
    return flat


def basemap_of(city: City, attribution: str) -> dict[str, Any]:
    """The base map as the browser draws it: see static/maps/basemap.js, which reads exactly this."""
    by_kind: dict[str, list[Any]] = {"home": [], "business": [], "park": [], "plaza": []}
    for block in city.blocks:
        shape = _encoded(block.shape)
        by_kind[block.kind].append([shape, _encoded(block.yard)] if block.yard else [shape])
    return {
        "town": city.name,
        "attribution": attribution,
        "bounds": city_bounds().as_list(),
        "parts": DEGREE_PARTS,
        "water": [_encoded(ring) for ring in city.water],
        "woods": [_encoded(ring) for ring in city.woods],
        "quarters": [_encoded(quarter.outline) for quarter in city.quarters],
        "blocks": by_kind,
        "roads": [{"road": street.road, "name": street.name, "path": _encoded(street.path)} for street in city.streets],
        "labels": _labels(city),
    }


def _labels(city: City) -> list[dict[str, Any]]:
    labels = [_label(city.name, "town", (0.0, 330.0))]
    grouped: dict[tuple[str, str], list[Sequence[Vec]]] = {}
    for quarter in city.quarters:
        kind = "village" if quarter.kind == "village" else "quarter"
        grouped.setdefault((quarter.name, kind), []).append(quarter.outline)
    for (name, kind), outlines in grouped.items():
        centres = [centroid(outline) for outline in outlines]
        middle = (sum(x for x, _ in centres) / len(centres), sum(y for _, y in centres) / len(centres))
        labels.append(_label(name, kind, middle))
    labels.append(_label("Plaza Mayor", "square", (0.0, 0.0)))
    pond_x, pond_y = centroid(city.water[1])
    labels.append(_label("Parque del Molino", "park", (pond_x, pond_y + 110)))
    river = city.water[0]
    labels.append(_label("Río Sereno", "water", river[len(river) // 5]))
    return labels


def _label(name: str, kind: str, position: Vec) -> dict[str, Any]:
    lat, lon = _parts(to_degrees(position))
    return {"name": name, "kind": kind, "lat": lat, "lon": lon}
