from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections

from scheduling.overlap_guard import guard_stands


@register(Tags.database)
def check_overlap_guard(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Once the table exists, the net must stand. A warning, so that ``migrate`` itself runs; ``/readyz`` fails."""
    return [
        CheckWarning(
            "The guard against overlapping stops is missing.",
            hint="Run `python manage.py migrate`, which puts it back.",
            id="scheduling.W001",
        )
        for alias in databases or ()
        if "scheduling_stop" in connections[alias].introspection.table_names() and not guard_stands(connections[alias])
    ]
