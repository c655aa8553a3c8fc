"""PyVRP. Skills are a profile of its own for each set of them, in which the way to what can't be served is too dear."""

from typing import Any

import numpy as np
import numpy.typing as npt
from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve
from pyvrp.stop import MaxRuntime

from scheduling.core.formats.vroom import read_vroom
from scheduling.core.problem import Job, Problem, Worker

Matrix = npt.NDArray[np.int64]
# Dearer than any visit is worth.
BARRED = 10**8


def cannot(problem: Problem) -> str | None:
    if any(worker.breaks for worker in problem.workers):
        return "breaks"
    if any(len(job.begins) > 1 for job in problem.jobs):
        return "several windows of one visit"
    if any(worker.start is None or worker.end is None for worker in problem.workers):
        return "shifts that start or end anywhere"
    if any(worker.max_jobs is not None or worker.max_travel_s is not None for worker in problem.workers):
        return "limits on visits or driving of a shift"
    if any(worker.capacity for worker in problem.workers):
        return "loads, in this bench"
    return None


def plan(data: dict[str, Any], seconds: float, seed: int, cores: int) -> dict[int, tuple[int, ...]]:
    """A setup that could be spared is always spent."""
    problem = read_vroom(data).problem
    found = solve(_Day(problem).data, MaxRuntime(seconds), seed=seed, collect_stats=False, display=False).best
    orders = {}
    for route in found.routes():
        worker = problem.workers[route.vehicle_type()]
        jobs = tuple(problem.jobs[visit.idx].id for visit in route if visit.is_client())
        if jobs:
            orders[worker.id] = jobs
    return orders


class _Day:
    """Places: each visit has its own, then each worker's start and end. A vehicle type is a worker."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.zero = min(worker.shift.start for worker in problem.workers)
        ends = list(dict.fromkeys(place for worker in problem.workers for place in (worker.start, worker.end)))
        self.places = [*(job.place for job in problem.jobs), *(place for place in ends if place is not None)]
        depot = {place: index for index, place in enumerate(ends)}
        self.profiles: dict[tuple[object, ...], int] = {}
        self.distances: list[Matrix] = []
        self.durations: list[Matrix] = []
        vehicles = [
            VehicleType(
                start_depot=depot[worker.start],
                end_depot=depot[worker.end],
                tw_early=worker.shift.start - self.zero,
                tw_late=worker.shift.end - self.zero,
                profile=self._profile(worker),
            )
            for worker in problem.workers
        ]
        self.data = ProblemData(
            [Location(x=0, y=0) for _ in self.places],
            [self._client(index, job) for index, job in enumerate(problem.jobs)],
            [Depot(location=len(problem.jobs) + index) for index in range(len(ends))],
            vehicles,
            self.distances,
            self.durations,
        )

    def _profile(self, worker: Worker) -> int:
        key = (worker.profile, worker.speed_factor, frozenset(worker.skills.items()))
        if key not in self.profiles:
            rows = np.array(self.problem.travel_rows(worker), dtype=np.int64)
            durations = rows[np.ix_(self.places, self.places)]
            np.fill_diagonal(durations, 0)
            distances = durations.copy()
            for index, job in enumerate(self.problem.jobs):
                if any(worker.level(skill) < level for skill, level in job.skills.items()):
                    distances[:, index] = distances[index, :] = BARRED
                    distances[index, index] = 0
            self.profiles[key] = len(self.distances)
            self.distances.append(distances)
            self.durations.append(durations)
        return self.profiles[key]

    def _client(self, index: int, job: Job) -> Client:
        """Its window within the day, as PyVRP knows no time before zero."""
        window = job.begins[0]
        last = max(worker.shift.end for worker in self.problem.workers) - self.zero
        return Client(
            location=index,
            service_duration=job.duration_s + job.setup_s,
            tw_early=min(max(0, window.start - self.zero), last),
            tw_late=min(max(0, window.end - self.zero), last),
            prize=job.unserved_cost or 0,
            required=False,
        )
