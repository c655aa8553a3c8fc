from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from maps.shortest import FAR, all_pairs

edges_of = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 50)), max_size=25)


@given(edges_of)
def test_it_agrees_with_the_textbook(edges: list[tuple[int, int, int]]) -> None:
    far = int(FAR)
    best = [[0 if a == b else far for b in range(9)] for a in range(9)]
    for a, b, cost in edges:
        best[a][b] = best[b][a] = min(best[a][b], cost)
    for middle, a, b in product(range(9), repeat=3):
        best[a][b] = min(best[a][b], best[a][middle] + best[middle][b])
    assert all_pairs(9, edges).tolist() == best
