from dataclasses import fields

import pytest

from scheduling.core.problem import ProblemError
from scheduling.core.weights import MOST, PLAIN, WEIGHT_SETS, Weights


@pytest.mark.parametrize("name", [each.name for each in fields(Weights)])
@pytest.mark.parametrize("value", [-1, MOST + 1, 1.5, True])
def test_impossible_weights_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(ProblemError) as caught:
        Weights(**{name: value})  # type: ignore[arg-type]
    assert caught.value.field == f"weights.{name}"


def test_nothing_is_normalised() -> None:
    assert Weights(travel=250, paid=250).travel == 250


def test_only_plain_weights_are_plain() -> None:
    assert PLAIN.is_plain
    assert Weights(travel=50, unserved_priority=1, unserved_day=1).is_plain
    assert [name for name, weights in WEIGHT_SETS.items() if weights.is_plain] == []


def test_the_price_of_leaving_out_grows_with_priority_and_age() -> None:
    weights = Weights(unserved_priority=100, unserved_day=7)
    assert [weights.unserved_price(*case) for case in ((2, 3), (2, 0), (2, -5), (0, 0))] == [221, 200, 200, 0]
