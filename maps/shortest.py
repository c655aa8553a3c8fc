"""All shortest ways of a road network at once, by elimination of nodes: quick on networks as flat as streets are."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

FAR = np.int64(1) << 60


def all_pairs(size: int, edges: Iterable[tuple[int, int, int]]) -> NDArray[np.int64]:
    """Least costs between all nodes of an undirected network; FAR where there is no way.

    Nodes leave in the order of their degree, and their neighbours get shortcuts; then, in the opposite order, each
    node's row is the best over its few later neighbours of cost plus that neighbour's row.
    """
    neighbours: list[dict[int, int]] = [{} for _ in range(size)]
    for a, b, cost in edges:
        if a != b and cost < neighbours[a].get(b, int(FAR)):
            neighbours[a][b] = neighbours[b][a] = cost
    order = _eliminate(neighbours)
    rank = {node: size - 1 - position for position, node in enumerate(order)}
    table = np.full((size, size), FAR, dtype=np.int64)
    np.fill_diagonal(table, 0)
    for node in reversed(order):
        row = rank[node]
        if not row or not neighbours[node]:
            continue
        rows = np.array([rank[other] for other in neighbours[node]])
        costs = np.array(list(neighbours[node].values()), dtype=np.int64)
        table[row, :row] = (table[rows, :row] + costs[:, None]).min(axis=0)
        table[:row, row] = table[row, :row]
    ranks = np.array([rank[node] for node in range(size)])
    return np.minimum(table, FAR)[np.ix_(ranks, ranks)]


def _eliminate(neighbours: list[dict[int, int]]) -> list[int]:
    """Leaves in `neighbours` of each node only those that were eliminated after it, shortcuts included."""
    order: list[int] = []
    queue = [(len(near), node) for node, near in enumerate(neighbours)]
    heapq.heapify(queue)
    gone = [False] * len(neighbours)
    while queue:
        degree, node = heapq.heappop(queue)
        near = neighbours[node]
        if gone[node] or degree != len(near):
            continue
        gone[node] = True
        order.append(node)
        ends = list(near.items())
        for other, _ in ends:
            del neighbours[other][node]
        for position, (a, cost_a) in enumerate(ends):
            row = neighbours[a]
            for b, cost_b in ends[position + 1 :]:
                cost = cost_a + cost_b
                if cost < row.get(b, int(FAR)):
                    row[b] = neighbours[b][a] = cost
        for other, _ in ends:
            heapq.heappush(queue, (len(neighbours[other]), other))
    return order
