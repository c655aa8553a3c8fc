"""Reads a file in VROOM's JSON as a day that the tables can hold. Every refusal names the path of the value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduling.core.formats.fields import FormatError
from scheduling.core.formats.vroom import VroomInput, read_vroom
from scheduling.core.problem import FOREVER, IntMatrix, Job, Worker

LEAST_SERVICE_S = 60
LONGEST_SHIFT_S = 24 * 3600
SPEED_FACTORS = (0.2, 5.0)
FURTHEST_S = 10 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Names:
    """Descriptions by id, numbers where there is none; of places by index."""

    jobs: Mapping[int, str]
    workers: Mapping[int, str]
    places: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class DayFile:
    """``coordinates`` are (longitude, latitude) by index of the place. ``durations_s`` is None when the file brought no
    matrix: then the travel times of this installation count."""

    jobs: Sequence[Job]
    workers: Sequence[Worker]
    names: Names
    coordinates: Mapping[int, tuple[float, float]]
    durations_s: IntMatrix | None
    distances_m: IntMatrix | None
    has_priorities: bool
    notes: tuple[str, ...]


def read_day_file(data: object) -> DayFile:
    """Raises ``FormatError``."""
    given = read_vroom(data)
    measured = isinstance(data, dict) and bool(data.get("matrices"))
    travel = given.problem.travel
    if len(travel) > 1:
        raise FormatError("matrices", f"has {len(travel)} profiles; a day has one, so leave the others out")
    if given.zero:
        raise FormatError("vehicles[0].time_window", "counts from 1970; a day's seconds count from its start")
    _check_jobs(given)
    _check_vehicles(given)
    jobs, workers = given.problem.jobs, given.problem.workers
    matrix = next(iter(travel.values()), None)
    return DayFile(
        jobs=jobs,
        workers=workers,
        names=_read_names(given),
        coordinates=_read_coordinates(given),
        durations_s=matrix.durations_s if matrix and measured else None,
        distances_m=matrix.distances_m if matrix and measured else None,
        has_priorities=any(job.priority for job in jobs),
        notes=("unserved_cost: passed over; here the price of leaving a visit out comes from its priority",)
        if given.problem.objective == "prices"
        else (),
    )


def _check_jobs(given: VroomInput) -> None:
    for index, job in enumerate(given.problem.jobs):
        path = f"jobs[{index}]"
        if job.duration_s < LEAST_SERVICE_S:
            raise FormatError(f"{path}.service", f"must be at least {LEAST_SERVICE_S} seconds, not {job.duration_s}")
        for name in ("delivery", "pickup"):
            if any(getattr(job, name)):
                raise FormatError(f"{path}.{name}", "can't be kept: a visit carries no load; leave it out")
        for number, window in enumerate(job.windows):
            if window.end != FOREVER and window.end > FURTHEST_S:
                raise FormatError(f"{path}.time_windows[{number}]", f"ends {window.end} s after the day's start")


def _check_vehicles(given: VroomInput) -> None:
    for index, (worker, entry) in enumerate(zip(given.problem.workers, given.data["vehicles"], strict=True)):
        path = f"vehicles[{index}]"
        if not entry.get("time_window"):
            raise FormatError(f"{path}.time_window", "is missing; a shift has a start and an end")
        if not 0 < worker.shift.end - worker.shift.start <= LONGEST_SHIFT_S:
            raise FormatError(f"{path}.time_window", f"must last between 1 and {LONGEST_SHIFT_S} seconds")
        if not SPEED_FACTORS[0] <= worker.speed_factor <= SPEED_FACTORS[1]:
            raise FormatError(f"{path}.speed_factor", f"must be between {SPEED_FACTORS[0]} and {SPEED_FACTORS[1]}")
        if any(worker.capacity):
            raise FormatError(f"{path}.capacity", "can't be kept: a visit carries no load; leave it out")
        for number, pause in enumerate(worker.breaks):
            if len(pause.windows) > 1 or pause.windows[0].end == FOREVER:
                raise FormatError(f"{path}.breaks[{number}].time_windows", "must be one window")


def _read_names(given: VroomInput) -> Names:
    jobs = {entry["id"]: entry.get("description") or str(entry["id"]) for entry in given.data["jobs"]}
    workers = {entry["id"]: entry.get("description") or str(entry["id"]) for entry in given.data["vehicles"]}
    places: dict[int, str] = {}
    for job in given.problem.jobs:
        places.setdefault(job.place, jobs[job.id])
    for worker in given.problem.workers:
        for place in (worker.start, worker.end):
            if place is not None:
                places[place] = ""
    return Names({ident: name[:100] for ident, name in jobs.items()}, workers, places)


def _read_coordinates(given: VroomInput) -> dict[int, tuple[float, float]]:
    """A place is an index of the matrix, and stands at one spot."""
    found: dict[int, tuple[float, float]] = {}
    for index, (job, entry) in enumerate(zip(given.problem.jobs, given.data["jobs"], strict=True)):
        _note_place(found, job.place, entry.get("location"), f"jobs[{index}].location")
    for index, (worker, entry) in enumerate(zip(given.problem.workers, given.data["vehicles"], strict=True)):
        for name, place in (("start", worker.start), ("end", worker.end)):
            if place is not None:
                _note_place(found, place, entry.get(name), f"vehicles[{index}].{name}")
    return found


def _note_place(found: dict[int, tuple[float, float]], place: int, given: Any, path: str) -> None:
    if given is None:
        raise FormatError(path, "is missing; a place on the map needs [longitude, latitude]")
    spot = (float(given[0]), float(given[1]))
    if found.setdefault(place, spot) != spot:
        raise FormatError(path, f"is another spot than the {list(found[place])} that row {place} of the matrix has")
