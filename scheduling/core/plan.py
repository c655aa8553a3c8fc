"""What was planned. A plan says who serves which jobs in which order and when; it knows nothing of the problem."""

from dataclasses import dataclass
from typing import Literal

Seconds = int
StopKind = Literal["job", "break"]


@dataclass(frozen=True, slots=True)
class Stop:
    """``arrival`` at the place, ``begin`` of the work (setup included), ``end`` of it; all in seconds of the problem.

    For a break ``id`` is the break's id, and ``arrival`` is when it could have begun.
    ``travel_s`` is the driving between the place before and this one.
    """

    kind: StopKind
    id: int
    arrival: Seconds
    begin: Seconds
    end: Seconds
    travel_s: Seconds


@dataclass(frozen=True, slots=True)
class Route:
    worker: int
    leaves: Seconds
    stops: tuple[Stop, ...]
    returns: Seconds
    travel_back_s: Seconds

    @property
    def job_ids(self) -> tuple[int, ...]:
        return tuple(stop.id for stop in self.stops if stop.kind == "job")


@dataclass(frozen=True, slots=True)
class Unserved:
    """``blockers`` names each worker's own blocker (worker id -> reason), so that "no room" is said only when all were
    looked at. ``reason`` is the one of them that came nearest to serving; ``fit.BLOCKERS`` lists the codes."""

    job: int
    reason: str
    blockers: dict[int, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """At most one route a worker; workers without stops have none."""

    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...] = ()

    def route_of(self, worker: int) -> Route | None:
        return next((route for route in self.routes if route.worker == worker), None)
