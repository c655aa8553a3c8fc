"""The lines a town has grown along: river, rings, main roads, motorway, villages, industrial estate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from maps.city.network import Line
from maps.city.plane import Polygon, Vec, contains, polar, smooth

HALF_WIDTH_M, HALF_HEIGHT_M = 7_000.0, 5_500.0
RIVER_HALF_M = 36.0
BANK_M = 82.0
RADIALS = (8, 50, 92, 135, 172, 205, 268, 307)


@dataclass(frozen=True, slots=True)
class Village:
    name: str
    outline: tuple[Vec, ...]
    centre: Vec


@dataclass(frozen=True, slots=True)
class Skeleton:
    lines: tuple[Line, ...]
    river: tuple[Vec, ...]
    city: tuple[Vec, ...]
    middle: tuple[Vec, ...]
    old_town: tuple[Vec, ...]
    suburbs: tuple[Village, ...]
    villages: tuple[Village, ...]
    estate: tuple[Vec, ...]
    plaza: tuple[Vec, ...]
    park: tuple[Vec, ...]

    def river_distance(self, point: Vec) -> float:
        return min(math.dist(point, other) for other in self.river)


def blob(
    random: Random, centre: Vec, radius: float, *, flat: float = 1.0, rough: float = 0.06, corners: int = 24
) -> Polygon:
    phases = [(random.uniform(0, math.tau), random.uniform(0.4, 1.0) * rough) for _ in range(3)]
    ring: Polygon = []
    for index in range(corners):
        angle = math.tau * index / corners
        swell = 1 + sum(size * math.cos(k * angle + phase) for k, (phase, size) in enumerate(phases, start=2))
        x, y = polar(angle, radius * swell)
        ring.append((centre[0] + x, centre[1] + y * flat))
    return ring


def closed(ring: Polygon) -> tuple[Vec, ...]:
    return (*ring, ring[0])


def draw_skeleton(random: Random, villages: dict[str, Vec], suburbs: dict[str, int]) -> Skeleton:
    river = _river(random)
    city = blob(random, (0, 0), 2_480, flat=0.84, rough=0.05, corners=64)
    middle = blob(random, (0, 0), 1_270, flat=0.95, rough=0.02, corners=56)
    old_town = blob(random, (0, 0), 430, flat=0.9, rough=0.05, corners=32)
    plaza = [
        (-34.0, -24.0),
        (0.0, -24.0),
        (34.0, -24.0),
        (34.0, 0.0),
        (34.0, 24.0),
        (0.0, 24.0),
        (-34.0, 24.0),
        (-34.0, 0.0),
    ]
    angles = [math.radians(angle + random.uniform(-4, 4)) for angle in RADIALS]
    estate = _rectangle((3_650, 330), 1_500, 900, math.radians(8))
    around = [
        Village(
            name, tuple(blob(random, _on_ring(city, angle), random.uniform(560, 680), flat=0.9)), _on_ring(city, angle)
        )
        for name, angle in suburbs.items()
    ]
    outer = [
        Village(
            name,
            tuple(blob(random, centre, random.uniform(280, 430), flat=random.uniform(0.7, 1.2), rough=0.2, corners=14)),
            centre,
        )
        for name, centre in villages.items()
    ]
    park = blob(random, polar(math.radians(114), 1_480), 300, flat=0.85, rough=0.08, corners=24)
    lines = [
        Line(closed(city), "ring", "Ronda de Circunvalación"),
        Line(_north_of(river, middle), "avenue", "Bulevar de la Constitución"),
        *_more_bridges(city, middle),
        Line(closed(old_town), "avenue", "Ronda de la Muralla"),
        Line(closed(plaza), "old", "Plaza Mayor"),
        Line(closed(park), "street", "Paseo del Parque"),
        *_banks(river, city),
        *_radials(random, angles, city, list(villages.values())),
        *_old_streets(random, angles, plaza),
        *_motorway_and_tracks(random, villages),
        Line(closed(estate), "secondary", "Avenida de la Industria"),
        *(Line(tuple(points), "secondary") for suburb in around for points in _outside(list(suburb.outline), city)),
        *(Line(closed(list(village.outline)), "street") for village in outer),
    ]
    return Skeleton(
        tuple(lines), tuple(river), tuple(city), tuple(middle), tuple(old_town),
        tuple(around), tuple(outer), tuple(estate), tuple(plaza), tuple(park),
    )  # fmt: skip


def _river(random: Random) -> list[Vec]:
    bend, ripple = random.uniform(-0.08, 0.08), random.uniform(0, math.tau)
    points: list[Vec] = []
    x = -HALF_WIDTH_M - 300
    while x <= HALF_WIDTH_M + 300:
        points.append((x, -890 + 520 * math.sin(x / 2_300 + bend) + 60 * math.sin(x / 620 + ripple)))
        x += 60
    return points


def offset(points: list[Vec], distance: float) -> list[Vec]:
    """The line moved to its left by so many metres."""
    moved: list[Vec] = []
    for index, (x, y) in enumerate(points):
        (x1, y1), (x2, y2) = points[max(0, index - 1)], points[min(len(points) - 1, index + 1)]
        span = math.dist((x1, y1), (x2, y2))
        moved.append((x - (y2 - y1) / span * distance, y + (x2 - x1) / span * distance))
    return moved


def _banks(river: list[Vec], city: Polygon) -> list[Line]:
    lines: list[Line] = []
    for side, name in ((BANK_M, "Paseo de la Ribera"), (-BANK_M, "Paseo de los Álamos")):
        bank = offset(river, side)[::2]
        within = [index for index, point in enumerate(bank) if contains(city, point)]
        lines.append(Line(tuple(bank[within[0] - 1 : within[-1] + 2]), "avenue", name))
    return lines


def _north_of(river: list[Vec], ring: Polygon) -> tuple[Vec, ...]:
    """The ring without its part beyond the river, both ends on the near bank's far side, so that they meet its road."""
    beyond = [y < min(river, key=lambda p: abs(p[0] - x))[1] + BANK_M for x, y in ring]
    start = next(index for index in range(len(ring)) if beyond[index - 1] and not beyond[index])
    rolled = [ring[(start - 1 + step) % len(ring)] for step in range(len(ring))]
    last = next(step for step in range(1, len(ring)) if beyond[(start - 1 + step) % len(ring)])
    return tuple(rolled[: last + 1])


def _more_bridges(city: Polygon, middle: Polygon) -> list[Line]:
    ways = (("Avenida del Puente Nuevo", 217, 240, 247), ("Avenida de los Fueros", 341, 338, 325))
    lines: list[Line] = []
    for name, start, turn, end in ways:
        way = [_on_ring(middle, start), polar(math.radians(turn), 1_480), _on_ring(city, end)]
        lines.append(Line(tuple(smooth(way, 150)), "avenue", name))
    return lines


def _on_ring(ring: Polygon, degrees: float) -> Vec:
    target = math.radians(degrees)
    return min(ring, key=lambda p: abs((math.atan2(p[1], p[0]) - target + math.pi) % math.tau - math.pi))


def _rectangle(centre: Vec, width: float, height: float, angle: float) -> Polygon:
    c, s = math.cos(angle), math.sin(angle)
    corners = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
    return [
        (centre[0] + u * width * c - v * height * s, centre[1] + u * width * s + v * height * c) for u, v in corners
    ]


AVENUES = (
    "Avenida de la Mancha", "Avenida de los Olivos", "Avenida de Castilla", "Avenida del Molino",
    "Avenida de Portugal", "Avenida de Extremadura", "Avenida de Andalucía", "Avenida de Levante",
)  # fmt: skip
COUNTRY_ROADS = (
    "Carretera de Navaclara", "Carretera de Fuentelmonte", "Carretera de Villaserena", "Carretera de Torremolino",
    "Carretera de Pozo Alto", "Carretera de Aldea del Soto", "Carretera de Castilseco", "Carretera de la Vega Baja",
)  # fmt: skip


def _radials(random: Random, angles: list[float], city: Polygon, villages: list[Vec]) -> list[Line]:
    """From the old town's ring to the city's ring as avenues, and on through a village to the edge as country roads."""
    lines: list[Line] = []
    for number, (angle, village) in enumerate(zip(angles, villages, strict=True)):
        gate = _on_ring(city, math.degrees(angle))
        reach = math.hypot(*gate)
        bend = random.uniform(-0.05, 0.05)
        inner = [polar(angle, 380), polar(angle, 460), polar(angle + bend, reach * 0.55), gate]
        lines.append(Line(tuple(smooth(inner, 120)), "avenue", AVENUES[number]))
        turn = random.uniform(-260, 260)
        halfway = (
            (gate[0] + village[0]) / 2 - math.sin(angle) * turn,
            (gate[1] + village[1]) / 2 + math.cos(angle) * turn,
        )
        beyond = _edge_beyond(village)
        lines.append(Line(tuple(smooth([gate, halfway, village, beyond], 260)), "road", COUNTRY_ROADS[number]))
    return lines


def _edge_beyond(village: Vec) -> Vec:
    scale = min(HALF_WIDTH_M / max(1.0, abs(village[0])), HALF_HEIGHT_M / max(1.0, abs(village[1])))
    return (village[0] * scale, village[1] * scale)


def _old_streets(random: Random, angles: list[float], plaza: Polygon) -> list[Line]:
    """The four streets from the gates of the old town to the main square."""
    names = {0: "Calle Mayor", 2: "Calle de la Puerta Nueva", 4: "Calle de Toledo", 6: "Calle del Puente"}
    doors = {0: plaza[3], 2: plaza[5], 4: plaza[7], 6: plaza[1]}
    lines: list[Line] = []
    for number, name in names.items():
        bend = random.uniform(0.06, 0.14) * random.choice((-1, 1))
        way = [doors[number], polar(angles[number] + bend, 210), polar(angles[number], 460)]
        lines.append(Line(tuple(smooth(way, 60)), "secondary", name))
    return lines


def _motorway_and_tracks(random: Random, villages: dict[str, Vec]) -> list[Line]:
    low = -HALF_WIDTH_M
    motorway = [
        (low, -3_350),
        (-4_200, -3_050),
        (-900, -2_900),
        (2_300, -2_850),
        (4_600, -2_200),
        (HALF_WIDTH_M, -1_900),
    ]
    lines = [Line(tuple(smooth([(x, y + random.uniform(-60, 60)) for x, y in motorway], 300)), "motorway", "A-91")]
    ring = sorted(villages, key=lambda name: math.atan2(villages[name][1], villages[name][0]))
    for start, end in zip(ring, [*ring[1:], ring[0]], strict=True):
        if random.random() < 0.75:
            way = _wander(random, villages[start], villages[end])
            lines.append(Line(tuple(smooth(way, 320)), "track", f"Camino de {start} a {end}"))
    return lines


def _wander(random: Random, start: Vec, end: Vec) -> list[Vec]:
    """A country track: it keeps outside of the town and takes its turns."""
    span = math.dist(start, end)
    way = [start]
    for part in (0.25, 0.5, 0.75):
        pull = random.uniform(-0.09, 0.11)
        x, y = start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part
        out = span * pull / math.hypot(x, y)
        way.append((x * (1.04 + out), y * (1.04 + out)))
    return [*way, end]


def _outside(outline: Polygon, city: Polygon) -> list[Polygon]:
    """The part of a suburb's outline outside the ring, with one vertex beyond it on either end."""
    inside = [contains(city, point) for point in outline]
    start = next(index for index in range(len(outline)) if inside[index - 1] and not inside[index])
    rolled = [*outline[start - 1 :], *outline[: start - 1]] if start else [outline[-1], *outline[:-1]]
    run = [rolled[0]]
    for point in rolled[1:]:
        run.append(point)
        if contains(city, point):
            break
    return [run]
