"""VROOM's JSON in. ``vroom_answer`` writes the answer.

One addition to VROOM's own: ``unserved_cost`` of a job, in seconds, on all jobs or none. A ``priority`` may
go up to ``MOST_PRIORITY``, VROOM's own up to 100.
Without ``matrices`` every job and vehicle needs coordinates; indices are then given anew, one per distinct point.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from scheduling.core.formats.crow import crow_travel
from scheduling.core.formats.fields import Fields, FormatError, a_list, whole, window
from scheduling.core.problem import (
    ALWAYS,
    FOREVER,
    MOST_PRIORITY,
    Break,
    IntMatrix,
    Job,
    Objective,
    Problem,
    ProblemError,
    Travel,
    Window,
    Worker,
)

TOP = {"jobs", "vehicles", "matrices"}
JOB = {
    *("id", "description", "location", "location_index", "setup", "service", "delivery", "pickup"),
    *("skills", "priority", "time_windows", "unserved_cost"),
}
VEHICLE = {
    *("id", "description", "profile", "start", "start_index", "end", "end_index", "capacity", "skills"),
    *("time_window", "breaks", "speed_factor", "max_tasks", "max_travel_time"),
}
BREAK = {"id", "description", "time_windows", "service"}
MATRIX = {"durations", "distances"}
HINTS = {
    "shipments": "is not supported; give each end as a job with pickup or delivery of its own, or leave it out",
    "matrix": "is not supported; give it as matrices.<profile>.durations",
    "steps": "is not supported; leave it out (a plan to begin with can't be given in the file)",
    "costs": "is not supported; leave it out (travel seconds are the cost)",
    "amount": "is not supported; use delivery or pickup",
}

# Times from here on are taken for instants of the epoch and counted from the first shift.
EPOCH_FROM = 500_000_000
MOST_PLACES = 20_000


@dataclass(frozen=True, slots=True)
class VroomInput:
    """``zero`` is to be added to every time of a plan. ``data`` is the file, with the matrix that is used."""

    problem: Problem
    zero: int
    data: dict[str, Any]


def read_vroom(data: object) -> VroomInput:
    """Raises FormatError, which names the field."""
    top = Fields(data, "", TOP, HINTS)
    for name in ("jobs", "vehicles"):
        if name not in top:
            raise FormatError(name, "is missing")
    jobs = [Fields(each, f"jobs[{i}]", JOB, HINTS) for i, each in enumerate(top.items("jobs"))]
    vehicles = [Fields(each, f"vehicles[{i}]", VEHICLE, HINTS) for i, each in enumerate(top.items("vehicles"))]
    _check_ids(jobs)
    _check_ids(vehicles)
    _check_amounts(jobs, vehicles)
    if "matrices" in top:
        travel = _read_matrices(top.values["matrices"])
        filled = top.values
    else:
        filled, travel = _measure(top, jobs, vehicles)
        jobs = [Fields(each, f"jobs[{i}]", JOB) for i, each in enumerate(filled["jobs"])]
        vehicles = [Fields(each, f"vehicles[{i}]", VEHICLE) for i, each in enumerate(filled["vehicles"])]
    zero = _zero(jobs, vehicles)
    priced = _check_prices(jobs)
    objective: Objective = "prices" if priced else "priority"
    try:
        problem = Problem(
            jobs=tuple(_read_job(job, zero, travel) for job in jobs),
            workers=tuple(_read_vehicle(vehicle, zero, travel) for vehicle in vehicles),
            travel=travel,
            objective=objective,
        )
    except ProblemError as error:
        raise FormatError(error.field.replace("workers[", "vehicles["), error.reason) from error
    return VroomInput(problem, zero, filled)


def _check_ids(entries: list[Fields]) -> None:
    seen: dict[int, str] = {}
    for entry in entries:
        ident = entry.whole("id")
        if ident in seen:
            raise FormatError(entry.at("id"), f"{ident} is the id of {seen[ident]} already")
        seen[ident] = entry.path


def _check_prices(jobs: list[Fields]) -> bool:
    without = [job for job in jobs if "unserved_cost" not in job]
    if without and len(without) < len(jobs):
        reason = "is missing; either every job carries unserved_cost or none does"
        raise FormatError(without[0].at("unserved_cost"), reason)
    return bool(jobs) and not without


def _check_amounts(jobs: list[Fields], vehicles: list[Fields]) -> None:
    """All lists of amounts are of one length, so that every position means the same kind of load."""
    size, first = None, ""
    for entries, names in ((vehicles, ("capacity",)), (jobs, ("delivery", "pickup"))):
        for entry in entries:
            for name in names:
                amounts = entry.wholes(name, FOREVER)
                if not amounts:
                    continue
                if size is None:
                    size, first = len(amounts), entry.at(name)
                elif len(amounts) != size:
                    raise FormatError(entry.at(name), f"has {len(amounts)} amounts, but {first} has {size}")


def _read_matrices(value: object) -> dict[str, Travel]:
    if not isinstance(value, dict):
        raise FormatError("matrices", "must be an object of profiles")
    travel = {}
    for profile, given in value.items():
        fields = Fields(given, f"matrices.{profile}", MATRIX, HINTS)
        durations = _read_matrix(fields, "durations")
        distances = _read_matrix(fields, "distances") if "distances" in fields else None
        if distances is not None and len(distances) != len(durations):
            raise FormatError(fields.at("distances"), f"has {len(distances)} rows, but durations has {len(durations)}")
        travel[profile] = Travel(durations, distances)
    return travel


def _read_matrix(fields: Fields, name: str) -> IntMatrix:
    if name not in fields:
        raise FormatError(fields.at(name), "is missing")
    rows = fields.items(name)
    for i, row in enumerate(rows):
        path = f"{fields.at(name)}[{i}]"
        if len(a_list(row, path)) != len(rows):
            raise FormatError(path, f"has {len(row)} values in a matrix of {len(rows)} rows: it must be square")
        for j, value in enumerate(row):
            if type(value) is not int or not 0 <= value <= FOREVER:
                whole(value, f"{path}[{j}]", FOREVER)
    return np.array(rows, dtype=np.int32).reshape(len(rows), len(rows))


def _measure(top: Fields, jobs: list[Fields], vehicles: list[Fields]) -> tuple[dict[str, Any], dict[str, Travel]]:
    """The file with indices and the matrix that the coordinates give."""
    places: dict[tuple[float, float], int] = {}

    def index(entry: Fields, name: str) -> int:
        point = entry.coordinates(name)
        if point is None:
            raise FormatError(entry.at(name), "is missing; without matrices every place needs coordinates")
        return places.setdefault(point, len(places))

    filled_jobs = [{**job.values, "location_index": index(job, "location")} for job in jobs]
    filled_vehicles = []
    for vehicle in vehicles:
        ends = {f"{name}_index": index(vehicle, name) for name in ("start", "end") if name in vehicle}
        for name in ("start", "end"):
            if f"{name}_index" in vehicle and name not in vehicle:
                index(vehicle, name)
        filled_vehicles.append({**vehicle.values, **ends})
    if len(places) > MOST_PLACES:
        raise FormatError("jobs", f"{len(places)} places are too many without matrices (at most {MOST_PLACES})")
    travel = crow_travel(list(places))
    profiles = {vehicle.text("profile", "car") for vehicle in vehicles} or {"car"}
    distances = travel.distances_m
    matrix = {"durations": travel.durations_s.tolist(), "distances": [] if distances is None else distances.tolist()}
    filled = {**top.values, "jobs": filled_jobs, "vehicles": filled_vehicles}
    return {**filled, "matrices": dict.fromkeys(sorted(profiles), matrix)}, dict.fromkeys(profiles, travel)


def _zero(jobs: list[Fields], vehicles: list[Fields]) -> int:
    shifts = [span[0] for vehicle in vehicles if (span := vehicle.span("time_window"))]
    wanted = [span[0] for job in jobs for span in job.spans("time_windows")]
    first = min(shifts or wanted, default=0)
    return first if first >= EPOCH_FROM else 0


def _windows(entry: Fields, zero: int) -> tuple[Window, ...]:
    return tuple(window(span, zero) for span in entry.spans("time_windows")) or ALWAYS


def _place(entry: Fields, name: str, index_name: str, size: int) -> int:
    entry.coordinates(name)
    if index_name not in entry:
        raise FormatError(entry.at(index_name), "is missing; with matrices every place needs its index in them")
    index = entry.whole(index_name)
    if index >= size:
        raise FormatError(entry.at(index_name), f"{index} is outside the matrix, which has {size} rows")
    return index


def _read_job(job: Fields, zero: int, travel: dict[str, Travel]) -> Job:
    size = min((len(each.durations_s) for each in travel.values()), default=0)
    job.text("description", "")
    return Job(
        id=job.whole("id"),
        place=_place(job, "location", "location_index", size),
        duration_s=job.whole("service", 0, FOREVER),
        setup_s=job.whole("setup", 0, FOREVER),
        windows=_windows(job, zero),
        skills={str(skill): 1 for skill in job.wholes("skills")},
        priority=job.whole("priority", 0, MOST_PRIORITY),
        unserved_cost=job.optional_whole("unserved_cost", FOREVER),
        delivery=job.wholes("delivery", FOREVER),
        pickup=job.wholes("pickup", FOREVER),
    )


def _read_vehicle(vehicle: Fields, zero: int, travel: dict[str, Travel]) -> Worker:
    profile = vehicle.text("profile", "car")
    if profile not in travel:
        raise FormatError(vehicle.at("profile"), f"there is no matrices.{profile}")
    size = len(travel[profile].durations_s)
    vehicle.text("description", "")
    ends = {
        name: _place(vehicle, name, f"{name}_index", size) if name in vehicle or f"{name}_index" in vehicle else None
        for name in ("start", "end")
    }
    pauses = vehicle.items("breaks")
    breaks = [Fields(each, f"{vehicle.at('breaks')}[{i}]", BREAK, HINTS) for i, each in enumerate(pauses)]
    _check_ids(breaks)
    most = vehicle.optional_whole("max_travel_time")
    return Worker(
        id=vehicle.whole("id"),
        shift=window(vehicle.span("time_window") or (0, zero + FOREVER), zero),
        start=ends["start"],
        end=ends["end"],
        skills={str(skill): 1 for skill in vehicle.wholes("skills")},
        breaks=tuple(_read_break(pause, zero) for pause in breaks),
        capacity=vehicle.wholes("capacity", FOREVER),
        speed_factor=vehicle.factor("speed_factor"),
        max_jobs=vehicle.optional_whole("max_tasks", FOREVER),
        max_travel_s=None if most is None else min(most, FOREVER),
        profile=profile,
    )


def _read_break(pause: Fields, zero: int) -> Break:
    pause.text("description", "")
    return Break(pause.whole("id"), _windows(pause, zero), pause.whole("service", 0, FOREVER))
