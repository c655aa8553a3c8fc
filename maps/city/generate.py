"""A believable made-up Spanish town, the same for the same seed: streets, river, parks, quarters, villages, addresses.

The order is that of a town's growth: main lines first (skeleton), then the quarters between them are cut into blocks,
then all is joined into one planar network whose faces are the blocks.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from maps.city.addresses import Address, number_houses
from maps.city.blocks import Cutter, Style
from maps.city.names import OLD_QUARTERS, QUARTERS, SUBURBS, VILLAGES, StreetNamer
from maps.city.network import Edge, Network, cut_at_junctions, faces, planarise, streets_of, without_dead_ends
from maps.city.plane import (
    PointGrid,
    Polygon,
    Vec,
    area,
    centroid,
    contains,
    interior_point,
    length,
    narrowest_frame,
    sides,
    smooth,
)
from maps.city.shapes import HALF_STREET_M, courtyard, inset
from maps.city.skeleton import BANK_M, HALF_HEIGHT_M, HALF_WIDTH_M, RIVER_HALF_M, Skeleton, blob, draw_skeleton, offset

NAME = "Valdeluna"
VILLAGE_SPOTS: tuple[Vec, ...] = (
    (5_850, 900), (3_900, 3_400), (250, 4_000), (-3_650, 3_450), (-5_450, 850),
    (-5_000, -2_350), (-350, -4_250), (4_150, -3_850),
)  # fmt: skip
SUBURB_ANGLES = (30, 113, 292)
ENSANCHE_ANGLE = math.radians(21)


@dataclass(frozen=True, slots=True)
class Quarter:
    name: str
    kind: str
    outline: tuple[Vec, ...]
    town: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class Block:
    """`kind`: home, business, park, plaza; the built shape is set back from the street, `yard` is its courtyard."""

    kind: str
    shape: tuple[Vec, ...]
    yard: tuple[Vec, ...]


@dataclass(frozen=True, slots=True)
class Street:
    name: str
    road: str
    quarter: str
    edges: tuple[int, ...]
    path: tuple[Vec, ...]


@dataclass(frozen=True, slots=True)
class City:
    name: str
    seed: int
    network: Network
    streets: tuple[Street, ...]
    quarters: tuple[Quarter, ...]
    blocks: tuple[Block, ...]
    addresses: tuple[Address, ...]
    water: tuple[tuple[Vec, ...], ...]
    woods: tuple[tuple[Vec, ...], ...]


def generate_city(seed: int) -> City:
    random = Random(seed)
    villages = dict(zip(VILLAGES, VILLAGE_SPOTS, strict=True))
    skeleton = draw_skeleton(random, villages, dict(zip(SUBURBS, SUBURB_ANGLES, strict=True)))
    main = without_dead_ends(planarise(skeleton.lines), _is_on_the_edge)
    cutter = Cutter(random, PointGrid(), [])
    quarters = _cut_quarters(random, skeleton, main, cutter)
    network = Network(_largest_part(cut_at_junctions([*main, *cutter.streets])))
    plan = _Plan(random, skeleton, quarters, network)
    streets = tuple(plan.streets())
    blocks = tuple(plan.blocks())
    addresses = tuple(number_houses(random, [(s.name, s.road, s.path) for s in streets], plan.side_of))
    return City(NAME, seed, network, streets, tuple(quarters), blocks, addresses, plan.water(), plan.woods())


def _is_on_the_edge(node: Vec) -> bool:
    return abs(node[0]) > HALF_WIDTH_M - 20 or abs(node[1]) > HALF_HEIGHT_M - 20


def _largest_part(edges: list[Edge]) -> list[Edge]:
    network = Network(edges)
    left = dict.fromkeys(network.at)
    best: set[Vec] = set()
    while left:
        seen = {next(iter(left))}
        pending = list(seen)
        while pending:
            node = pending.pop()
            for index in network.at[node]:
                other = network.other(index, node)
                if other not in seen:
                    seen.add(other)
                    pending.append(other)
        for node in seen:
            left.pop(node)
        best = max(best, seen, key=len)
    return [edge for edge in edges if edge.a in best]


def _cut_quarters(random: Random, skeleton: Skeleton, main: list[Edge], cutter: Cutter) -> list[Quarter]:
    """Divides the faces of the skeleton into quarters, and these into blocks; open country stays whole."""
    names = _quarter_names(random)
    quarters: list[Quarter] = []
    collector = Style("secondary", 420_000, 0.12, snap_m=38, shortest_m=150, smallest_m2=60_000)
    for face in faces(main):
        kind, town = _kind_of(skeleton, face)
        if kind in ("river", "plaza", "park", "country"):
            continue
        parts = cutter.halve(face, collector) if kind in ("outer", "middle") else [face]
        for part in parts:
            name = town if kind in ("village", "suburb") else next(names[kind])
            postal = f"169{_postal_zone(kind, town, part):02d}"
            quarters.append(Quarter(name, kind, tuple(part), town if kind == "village" else NAME, postal))
            _cut_blocks(random, part, kind, cutter)
    return quarters


def _quarter_names(random: Random) -> dict[str, Iterator[str]]:
    def named(names: tuple[str, ...]) -> Iterator[str]:
        turn = 0
        while True:
            for name in names:
                yield name if turn == 0 else f"{name} {'I' * (turn + 1)}"
            turn += 1

    shuffled = random.sample(QUARTERS, len(QUARTERS))
    modern = named(tuple(shuffled))
    return {
        "old": named(OLD_QUARTERS),
        "middle": modern,
        "outer": modern,
        "estate": named(("Polígono La Industria", "Polígono Las Fraguas")),
    }


def _postal_zone(kind: str, town: str, part: Polygon) -> int:
    if kind == "village":
        return 40 + VILLAGES.index(town)
    if kind == "estate":
        return 30
    x, y = centroid(part)
    return 1 if kind == "old" else 2 + int((math.atan2(y, x) + math.pi) / math.tau * 5.999)


def _kind_of(skeleton: Skeleton, face: Polygon) -> tuple[str, str]:
    inside = interior_point(face, 12.0)
    if contains(skeleton.plaza, inside):
        return "plaza", NAME
    if contains(skeleton.park, inside):
        return "park", NAME
    if contains(skeleton.city, inside):
        if skeleton.river_distance(inside) < BANK_M + 3 and area(face) < 700_000:
            return "river", NAME
        if contains(skeleton.old_town, inside):
            return "old", NAME
        return ("middle" if contains(skeleton.middle, inside) else "outer"), NAME
    for kind, places in (("village", skeleton.villages), ("suburb", skeleton.suburbs)):
        for place in places:
            if contains(place.outline, inside):
                return kind, place.name
    if contains(skeleton.estate, inside):
        return "estate", NAME
    return "country", ""


def _cut_blocks(random: Random, part: Polygon, kind: str, cutter: Cutter) -> None:
    if kind == "old":
        cutter.halve(part, Style("old", 3_600, 0.28, snap_m=14, shortest_m=24, smallest_m2=900))
    elif kind == "village":
        cutter.halve(part, Style("street", 9_000, 0.2, snap_m=18, smallest_m2=2_000))
    elif kind == "middle":
        style = Style("street", 12_000, 0.0, smallest_m2=2_600, slimmest=math.inf)
        cutter.grid(part, style, ENSANCHE_ANGLE, (0.0, 0.0), 112, 118)
    elif kind == "estate":
        x, y = part[0]
        cutter.grid(
            part, Style("street", 30_000, 0.0, smallest_m2=8_000, slimmest=math.inf), math.radians(8), (x, y), 180, 250
        )
    elif random.random() < 0.5:
        angle, _, _ = narrowest_frame(part)
        depth, width = random.uniform(84, 104), random.uniform(120, 165)
        cutter.grid(
            part, Style("street", 13_000, 0.0, smallest_m2=3_200, slimmest=math.inf), angle, part[0], depth, width
        )
    else:
        cutter.halve(part, Style("street", random.uniform(10_500, 14_500), 0.07, smallest_m2=3_000))


class _Plan:
    """What lies between the streets of the finished network, and what the streets are called."""

    def __init__(self, random: Random, skeleton: Skeleton, quarters: list[Quarter], network: Network) -> None:
        self.random, self.skeleton, self.quarters, self.network = random, skeleton, quarters, network
        self.rings = faces(network.edges)
        self.road_of = {pair: edge.road for edge in network.edges for pair in ((edge.a, edge.b), (edge.b, edge.a))}
        self.quarter_of = [self._quarter_at(interior_point(ring, 5.0)) for ring in self.rings]
        self.kinds = [self._kind(ring, quarter) for ring, quarter in zip(self.rings, self.quarter_of, strict=True)]
        self.left_of = {pair: index for index, ring in enumerate(self.rings) for pair in sides(ring)}

    def _quarter_at(self, point: Vec) -> Quarter | None:
        return next((quarter for quarter in self.quarters if contains(quarter.outline, point)), None)

    def _kind(self, ring: Polygon, quarter: Quarter | None) -> str:
        if quarter is None:
            kind, _ = _kind_of(self.skeleton, ring)
            return {"river": "park", "park": "park", "plaza": "plaza"}.get(kind, "country")
        size = area(ring)
        if quarter.kind == "estate":
            return "business"
        if self.skeleton.river_distance(centroid(ring)) < 330 and size > 9_000 and self.random.random() < 0.3:
            return "park"
        chance = {"old": 0.02, "middle": 0.045, "village": 0.03}.get(quarter.kind, 0.075)
        if size > 2_500 and self.random.random() < chance:
            return "park" if size > 4_000 else "plaza"
        return "business" if self.random.random() < (0.03 if quarter.kind == "outer" else 0.0) else "home"

    def side_of(self, a: Vec, b: Vec) -> tuple[str, Quarter | None]:
        """What lies on the left of the way from a to b."""
        face = self.left_of.get((a, b))
        return ("country", None) if face is None else (self.kinds[face], self.quarter_of[face])

    def blocks(self) -> Iterator[Block]:
        for ring, kind in zip(self.rings, self.kinds, strict=True):
            if kind == "country":
                continue
            halves = [HALF_STREET_M[self.road_of[pair]] for pair in sides(ring)]
            shape = inset(ring, halves) or inset(ring, [min(half, 5.0) for half in halves]) or ring
            yard = courtyard(shape) if kind == "home" else None
            yield Block(kind, tuple(shape), tuple(yard or ()))

    def streets(self) -> Iterator[Street]:
        namer = StreetNamer(self.random)
        counts: dict[str, int] = defaultdict(int)
        for run in sorted(
            streets_of(self.network, 900), key=lambda run: -sum(self.network.edges[i].length for i in run)
        ):
            path = self._path(run)
            edge = self.network.edges[run[0]]
            quarter = self.side_of(path[0], path[1])[1] or self.side_of(path[1], path[0])[1]
            name = edge.name or self._name(namer, counts, edge.road, quarter, path)
            yield Street(name, edge.road, quarter.name if quarter else "", tuple(run), tuple(path))

    def _name(
        self, namer: StreetNamer, counts: dict[str, int], road: str, quarter: Quarter | None, path: list[Vec]
    ) -> str:
        if quarter is None:
            return namer.name_street("country", length(path))
        if quarter.kind == "village":
            counts[quarter.name] += 1
            return namer.name_village_street(counts[quarter.name] - 1)
        style = {"old": "old", "estate": "industry"}.get(quarter.kind, "modern")
        name = namer.name_street(style, length(path))
        return name.replace("Calle", "Avenida", 1) if road == "secondary" and quarter.kind != "old" else name

    def _path(self, run: list[int]) -> list[Vec]:
        if len(run) == 1:
            edge = self.network.edges[run[0]]
            return [edge.a, edge.b]
        ends = [{self.network.edges[index].a, self.network.edges[index].b} for index in run]
        path = [next(iter(ends[0] - ends[1] or ends[0]))]
        for index in run:
            path.append(self.network.other(index, path[-1]))
        return path

    def water(self) -> tuple[tuple[Vec, ...], ...]:
        river = list(self.skeleton.river)
        pond = blob(self.random, centroid(self.skeleton.park), 62, flat=0.7, rough=0.16, corners=20)
        banks = (*offset(river, RIVER_HALF_M), *reversed(offset(river, -RIVER_HALF_M)))
        return (banks, tuple(smooth([*pond, pond[0]], 12)[:-1]))

    def woods(self) -> tuple[tuple[Vec, ...], ...]:
        """Copses in the open country, away from houses and the river."""
        found: list[tuple[Vec, ...]] = []
        taken = [(0.0, 0.0, 3_000.0), (3_650, 330, 1_150), *((*v.centre, 700.0) for v in self.skeleton.villages)]
        for _ in range(400):
            centre = (self.random.uniform(-6_600, 6_600), self.random.uniform(-5_100, 5_100))
            radius = self.random.uniform(140, 480)
            if self.skeleton.river_distance(centre) < radius + 160:
                continue
            if all(math.dist(centre, (x, y)) > reach + radius for x, y, reach in taken):
                ring = blob(self.random, centre, radius, flat=self.random.uniform(0.6, 1.0), rough=0.2, corners=16)
                found.append(tuple(smooth([*ring, ring[0]], 60)[:-1]))
                taken.append((*centre, radius * 2.2))
            if len(found) == 26:
                break
        return tuple(found)
