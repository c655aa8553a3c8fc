"""The days that a run plans together, and a proposal changes together."""

from datetime import date, timedelta

from django.db.models import Q

HORIZONS = (1, 3, 7)
MOST_DAYS = max(HORIZONS)


def list_dates(first: date, days: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(days)]


def covering(first: date, days: int = 1) -> Q:
    """Runs, or proposals, that share a day with the ``days`` from ``first`` on."""
    found = Q(date__range=(first, first + timedelta(days=days - 1)))
    for back in range(1, MOST_DAYS):
        found |= Q(date=first - timedelta(days=back), days__gt=back)
    return found
