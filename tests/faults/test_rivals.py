"""Short versions of the proofs, and their canaries: with a guard off, what it guards against happens."""

from collections.abc import Callable

import pytest
from django.db import connection

from scheduling.models import Stop
from scheduling.overlap_guard import create_guard, drop_guard
from tests.faults.proof_rivals import rush, rush_pairs
from tests.faults.rivals import (
    make_far_pair,
    make_shifts_with_room_for_one,
    make_visit,
    offer_time,
    overlapping_stops,
    race_by_service,
    tomorrow_at,
    ways_that_do_not_fit,
)

RACES = 6
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def without_net():
    drop_guard(connection)
    yield
    Stop.objects.all().delete()
    create_guard(connection)


def happens(rush: Callable[[int], int]) -> bool:
    """On a busy machine rivals may miss each other: a canary has a few races to sing in."""
    return any(rush(number) > 0 for number in range(RACES))


def rush_for_one_shift(rivals: int) -> None:
    """Everyone goes for the one technician, past the check of versions."""
    make_shifts_with_room_for_one(1)
    offers = [[offer_time(make_visit(), tomorrow_at(9))] for _ in range(rivals)]
    race_by_service(offers, check_versions=False)


def test_rival_confirmations_over_the_web():
    assert rush(rivals=40, shifts=4, at_once=20).kept


def test_rivals_whose_work_fits_and_whose_way_does_not():
    assert rush_pairs(4).kept


def test_canary_without_the_check_of_versions_travel_breaks():
    def rush_of_pairs(number: int) -> int:
        rivals = [make_far_pair(f"pair-{number}-{pair}") for pair in range(8)]
        race_by_service(list(zip(*rivals, strict=True)), check_versions=False)
        return ways_that_do_not_fit()

    assert happens(rush_of_pairs)


def test_without_the_check_of_versions_the_net_still_holds():
    rush_for_one_shift(6)

    assert overlapping_stops() == 0


@pytest.mark.usefixtures("without_net")
def test_canary_without_the_net_planned_times_overlap():
    def rush_without_net(_number: int) -> int:
        rush_for_one_shift(6)
        return overlapping_stops()

    assert happens(rush_without_net)
