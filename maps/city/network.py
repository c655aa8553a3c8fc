"""Streets as a planar network: lines cut where they cross, the faces between them, streets followed on."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from maps.city.plane import Polygon, Vec, along, area, crossing, split_at, sub


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line of the plan before it is cut: its class of road, and its name if it has one of its own."""

    points: tuple[Vec, ...]
    road: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    a: Vec
    b: Vec
    road: str
    name: str = ""

    @property
    def length(self) -> float:
        return math.dist(self.a, self.b)


@dataclass(slots=True)
class Network:
    edges: list[Edge]
    at: dict[Vec, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        at: dict[Vec, list[int]] = defaultdict(list)
        for index, edge in enumerate(self.edges):
            at[edge.a].append(index)
            at[edge.b].append(index)
        self.at = dict(at)

    def other(self, edge: int, node: Vec) -> Vec:
        return self.edges[edge].b if self.edges[edge].a == node else self.edges[edge].a


def _cells(a: Vec, b: Vec, size: float) -> set[tuple[int, int]]:
    x1, x2 = sorted((math.floor((a[0] - 1) / size), math.floor((b[0] + 1) / size)))
    y1, y2 = sorted((math.floor((a[1] - 1) / size), math.floor((b[1] + 1) / size)))
    x1, x2 = min(x1, math.floor((b[0] - 1) / size)), max(x2, math.floor((a[0] + 1) / size))
    y1, y2 = min(y1, math.floor((b[1] - 1) / size)), max(y2, math.floor((a[1] + 1) / size))
    return {(x, y) for x in range(x1, x2 + 1) for y in range(y1, y2 + 1)}


def planarise(lines: Sequence[Line], merge_m: float = 12.0, cell: float = 300.0) -> list[Edge]:
    """Cuts lines wherever they cross or touch. Points nearer than `merge_m` become one, so that no sliver is left."""
    segments = [Edge(a, b, line.road, line.name) for line in lines for a, b in pairwise(line.points)]
    buckets: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, segment in enumerate(segments):
        for key in _cells(segment.a, segment.b, cell):
            buckets[key].append(index)
    cuts: dict[int, list[Vec]] = defaultdict(list)
    for i, j in sorted({pair for members in buckets.values() for pair in combinations(members, 2)}):
        one, two = segments[i], segments[j]
        part = crossing(one.a, one.b, two.a, two.b)
        if part is not None:
            point = along(one.a, one.b, part)
            cuts[i].append(point)
            cuts[j].append(point)
    merged = _Merger(merge_m)
    edges: dict[frozenset[Vec], Edge] = {}
    for index, segment in enumerate(segments):
        points = [segment.a, *sorted(cuts[index], key=lambda cut: math.dist(cut, segment.a)), segment.b]
        for a, b in pairwise([merged.of(point) for point in points]):
            if a != b:
                edges.setdefault(frozenset((a, b)), Edge(a, b, segment.road, segment.name))
    return list(edges.values())


class _Merger:
    def __init__(self, reach: float) -> None:
        self.reach = reach
        self.cells: dict[tuple[int, int], list[Vec]] = defaultdict(list)

    def of(self, point: Vec) -> Vec:
        column, row = (math.floor(value / self.reach) for value in point)
        near = [p for x in (-1, 0, 1) for y in (-1, 0, 1) for p in self.cells.get((column + x, row + y), ())]
        best = min(near, key=lambda other: math.dist(point, other), default=None)
        if best is not None and math.dist(point, best) < self.reach:
            return best
        self.cells[column, row].append(point)
        return point


def cut_at_junctions(edges: Sequence[Edge], cell: float = 250.0) -> list[Edge]:
    """Cuts each edge where another one ends on it; edges that cover each other become one."""
    buckets: dict[tuple[int, int], set[Vec]] = defaultdict(set)
    for edge in edges:
        for end in (edge.a, edge.b):
            buckets[math.floor(end[0] / cell), math.floor(end[1] / cell)].add(end)
    result: dict[frozenset[Vec], Edge] = {}
    for edge in edges:
        near = [point for key in sorted(_cells(edge.a, edge.b, cell)) for point in buckets.get(key, ())]
        for a, b in pairwise(split_at(near, edge.a, edge.b)):
            result.setdefault(frozenset((a, b)), Edge(a, b, edge.road, edge.name))
    return list(result.values())


def without_dead_ends(edges: Sequence[Edge], is_kept: Callable[[Vec], bool]) -> list[Edge]:
    alive = list(edges)
    while True:
        degree: dict[Vec, int] = defaultdict(int)
        for edge in alive:
            degree[edge.a] += 1
            degree[edge.b] += 1
        dead = {node for node, count in degree.items() if count == 1 and not is_kept(node)}
        if not dead:
            return alive
        alive = [edge for edge in alive if edge.a not in dead and edge.b not in dead]


def faces(edges: Sequence[Edge]) -> list[Polygon]:
    """The areas between the edges, anticlockwise; the outer one is left out."""
    around: dict[Vec, list[Vec]] = defaultdict(list)
    for edge in edges:
        around[edge.a].append(edge.b)
        around[edge.b].append(edge.a)
    follow: dict[tuple[Vec, Vec], Vec] = {}
    for node, ends in around.items():
        ends.sort(key=lambda end: math.atan2(end[1] - node[1], end[0] - node[0]))
        for index, end in enumerate(ends):
            follow[end, node] = ends[index - 1]
    seen: set[tuple[Vec, Vec]] = set()
    found: list[Polygon] = []
    for start in follow:
        ring: Polygon = []
        step = start
        while step not in seen:
            seen.add(step)
            ring.append(step[0])
            step = (step[1], follow[step])
        if len(ring) > 2 and area(ring) > 0:
            found.append(ring)
    return found


def streets_of(network: Network, longest_m: float, sharpest: float = 0.5) -> list[list[int]]:
    """Runs of edges that a walker would call one street: same class and name, going on within `sharpest` radians."""
    free = set(range(len(network.edges)))
    streets: list[list[int]] = []
    for first in range(len(network.edges)):
        if first not in free:
            continue
        free.remove(first)
        edge = network.edges[first]
        limit = math.inf if edge.name else longest_m
        ahead = _run(network, free, first, edge.b, sharpest, limit - edge.length)
        rest = limit - edge.length - sum(network.edges[index].length for index in ahead)
        behind = _run(network, free, first, edge.a, sharpest, rest)
        streets.append([*reversed(behind), first, *ahead])
    return streets


def _run(network: Network, free: set[int], start: int, node: Vec, sharpest: float, limit: float) -> list[int]:
    run: list[int] = []
    current = start
    while True:
        onward = _onward(network, free, current, node, sharpest)
        if onward is None or network.edges[onward].length > limit:
            return run
        limit -= network.edges[onward].length
        free.remove(onward)
        run.append(onward)
        current, node = onward, network.other(onward, node)


def _onward(network: Network, free: set[int], current: int, node: Vec, sharpest: float) -> int | None:
    edge = network.edges[current]
    before = sub(node, network.other(current, node))
    best: tuple[float, int] | None = None
    for index in network.at[node]:
        candidate = network.edges[index]
        if index not in free or (candidate.road, candidate.name) != (edge.road, edge.name):
            continue
        after = sub(network.other(index, node), node)
        turn = math.atan2(after[1], after[0]) - math.atan2(before[1], before[0])
        turn = abs((turn + math.pi) % (2 * math.pi) - math.pi)
        if turn <= (1.2 if edge.name else sharpest) and (best is None or turn < best[0]):
            best = (turn, index)
    return best[1] if best else None
