"""By what a form remembers what its writer saw, so that nobody overwrites unseen what came meanwhile."""

from collections.abc import Set
from dataclasses import fields
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from scheduling.errors import Refused


def fingerprint_of(value: Any) -> str:
    """Equal for equal values of a dataclass. A set has no order of its own, so its rows are sorted."""
    rows = [getattr(value, field.name) for field in fields(value)]
    plain = [sorted(map(repr, row)) if isinstance(row, Set) else repr(row) for row in rows]
    return sha256(repr(plain).encode()).hexdigest()[:16]


def check_seen(seen: str, fingerprint: str) -> None:
    """Raises ``Refused`` when the writer saw something else than what holds now. Call it where that is locked."""
    if seen and seen != fingerprint:
        raise Refused(_("Somebody else has changed these rules meanwhile. Look at them again."))
