from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from dispatch.models import VisitType

pytestmark = pytest.mark.django_db

IMPOSSIBLE = [
    {"duration_minutes": 0},
    {"duration_minutes": 721},
    {"setup_minutes": 241},
    {"arrival_window_minutes": 0},
    {"arrival_window_minutes": 721},
]


def make(**changes: int) -> VisitType:
    values: dict[str, Any] = {"code": "odd", "name_en": "Odd", "name_es": "Raro", "duration_minutes": 60}
    return VisitType(**(values | changes))


@pytest.mark.parametrize("changes", IMPOSSIBLE)
def test_spans_no_day_can_hold_are_refused_beside_their_field(changes: dict[str, int]) -> None:
    with pytest.raises(ValidationError) as caught:
        make(**changes).clean_fields()
    assert set(caught.value.message_dict) == set(changes)


@pytest.mark.parametrize("changes", IMPOSSIBLE)
def test_the_database_refuses_them_too(changes: dict[str, int]) -> None:
    with pytest.raises(IntegrityError):
        make(**changes).save()


def test_the_ends_of_the_spans_are_possible() -> None:
    make(duration_minutes=5, setup_minutes=0, arrival_window_minutes=15).full_clean()
    make(duration_minutes=720, setup_minutes=240, arrival_window_minutes=720).full_clean()
