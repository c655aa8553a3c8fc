"""Problems that a person can hold: places on a line, a minute (60 s) from each to the next."""

from typing import Any

import numpy as np

from scheduling.core.plan import Plan, Route, Stop, Unserved
from scheduling.core.problem import Job, Objective, Problem, Speed, Travel, Window, Worker
from scheduling.core.weights import PLAIN, Weights

DAY = Window(0, 10_000)


def line(places: int = 6, speeds: tuple[Speed, ...] = ()) -> dict[str, Travel]:
    positions = np.arange(places)
    return {"car": Travel((60 * abs(positions[:, None] - positions[None, :])).astype(np.int32), speeds=speeds)}


def job(ident: int, place: int, **more: Any) -> Job:
    """100 s of work, worth 10,000 s."""
    return Job(**{"id": ident, "place": place, "duration_s": 100, "unserved_cost": 10_000, **more})


def worker(ident: int = 1, **more: Any) -> Worker:
    return Worker(**{"id": ident, "shift": DAY, "start": 0, "end": 0, **more})


def problem(
    jobs: list[Job],
    workers: list[Worker] | None = None,
    objective: Objective = "prices",
    *,
    weights: Weights = PLAIN,
    speeds: tuple[Speed, ...] = (),
) -> Problem:
    some = tuple(workers if workers is not None else [worker()])
    return Problem(tuple(jobs), some, line(speeds=speeds), objective, weights)


def stop(ident: int, arrival: int, travel_s: int, *, work: int = 100, begin: int | None = None) -> Stop:
    start = arrival if begin is None else begin
    return Stop("job", ident, arrival, start, start + work, travel_s)


def pause(ident: int, begin: int, duration: int, *, travel_s: int = 0) -> Stop:
    return Stop("break", ident, begin, begin, begin + duration, travel_s)


def route(leaves: int, stops: list[Stop], back: int, worker_id: int = 1) -> Route:
    end = stops[-1].end if stops else leaves
    return Route(worker_id, leaves, tuple(stops), end + back, back)


def plan(*routes: Route, unserved: tuple[int, ...] = ()) -> Plan:
    return Plan(tuple(routes), tuple(Unserved(ident, "no_room", {}) for ident in unserved))
