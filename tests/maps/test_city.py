from __future__ import annotations

import math
from collections import Counter

import pytest

from maps.city import City, generate_city
from maps.city.plane import area, contains
from maps.region_files import basemap_of
from tests.maps.conftest import SEED


def test_the_same_seed_gives_the_same_city(city: City) -> None:
    again = generate_city(SEED)
    assert basemap_of(again, "") == basemap_of(city, "")
    assert again.addresses == city.addresses


def test_another_seed_gives_another_city(city: City) -> None:
    assert basemap_of(generate_city(SEED + 1), "") != basemap_of(city, "")


@pytest.mark.parametrize("seed", [1, 2, 3, 42, 2026])
def test_every_corner_can_be_reached(seed: int) -> None:
    network = generate_city(seed).network
    start = next(iter(network.at))
    seen, pending = {start}, [start]
    while pending:
        node = pending.pop()
        for other in (network.other(index, node) for index in network.at[node]):
            if other not in seen:
                seen.add(other)
                pending.append(other)
    assert len(seen) == len(network.at)
    assert 1_500 < len(seen) < 4_000


def test_streets_use_every_edge_once(city: City) -> None:
    uses = Counter(index for street in city.streets for index in street.edges)
    assert uses == Counter(range(len(city.network.edges)))


def test_a_street_is_as_long_as_its_edges(city: City) -> None:
    for street in city.streets:
        drawn = sum(math.dist(a, b) for a, b in zip(street.path, street.path[1:], strict=False))
        assert drawn == pytest.approx(sum(city.network.edges[index].length for index in street.edges))


def test_a_door_has_one_address(city: City) -> None:
    doors = Counter((address.street, address.number, address.town) for address in city.addresses)
    assert doors.most_common(1)[0][1] == 1
    assert len(doors) > 15_000


def test_courtyards_lie_within_their_blocks(city: City) -> None:
    yards = [(block.shape, block.yard) for block in city.blocks if block.yard]
    assert len(yards) > 500
    assert all(area(yard) < area(shape) for shape, yard in yards)
    assert all(contains(shape, corner) for shape, yard in yards for corner in yard)
