"""The one way to write to current routes: compute outside the transaction, compare and swap the versions inside.

A writer gives ``change_routes`` a function that reads what it needs, computes, and returns a ``RouteChange``: the
versions it saw and what to write. If one of the routes has changed since, or the database says busy, locked or
overlapping, the function is asked again, a few times; then ``TooBusy`` is raised.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.db.models import F

from scheduling.errors import TooBusy
from scheduling.models import Route

ATTEMPTS = 8
FIRST_PAUSE_S = 0.02
RETRIED_SQLSTATES = frozenset({"40001", "40P01", "55P03", "23P01"})
RETRIED_SQLITE = ("locked", "busy", "stop_no_overlap")

log = logging.getLogger(__name__)


class RouteChanged(Exception):
    """A route is no longer at the version that was seen."""


@dataclass(frozen=True, slots=True)
class RouteChange[T]:
    """``seen`` maps route ids to the versions that the computation saw; ``write`` runs inside the transaction."""

    seen: Mapping[int, int]
    write: Callable[[], T]


def change_routes[T](compute: Callable[[], RouteChange[T]], *, check_versions: bool = True) -> T:
    """Runs ``compute`` and writes its change atomically. ``check_versions=False`` is for proving that it is needed."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(FIRST_PAUSE_S * 2**attempt * random.random())
        change = compute()
        try:
            with transaction.atomic():
                raise_versions(change.seen, check_versions=check_versions)
                return change.write()
        except RouteChanged:
            continue
        except (OperationalError, IntegrityError) as error:
            if not is_retried(error):
                raise
            log.warning("routes %s: %s, tried again", sorted(change.seen), error)
    raise TooBusy


def raise_versions(seen: Mapping[int, int], *, check_versions: bool = True) -> None:
    """Takes the routes in the order of their ids, so that two writers never wait for each other in a circle."""
    for route_id, version in sorted(seen.items()):
        routes = Route.objects.filter(pk=route_id)
        if check_versions:
            routes = routes.filter(version=version)
        if not routes.update(version=F("version") + 1):
            raise RouteChanged(route_id)


def is_retried(error: DatabaseError) -> bool:
    """Lock, busy, deadlock, and the net: each means that someone was quicker."""
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return sqlstate in RETRIED_SQLSTATES or any(word in str(error) for word in RETRIED_SQLITE)


def touch_routes(*, place_id: int) -> None:
    """Makes whoever is computing with a place look again, because it lies elsewhere now.

    Call it in the transaction that moves the place.
    """
    at_place = Route.objects.filter(stops__is_current=True, stops__appointment__place_id=place_id)
    raise_versions(dict(at_place.values_list("pk", "version")), check_versions=False)
