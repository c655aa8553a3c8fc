"""A day as OR-Tools' routing library has it; apart from ours on purpose, so that ours may change and the peer stays."""

import random
from itertools import pairwise
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.constraint_solver.routing_parameters_pb2 import RoutingSearchParameters
from ortools.util.optional_boolean_pb2 import BOOL_TRUE

from scheduling.core.formats.vroom import read_vroom
from scheduling.core.problem import Problem, Window, Worker

PARALLEL_CHEAPEST = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION


def cannot(problem: Problem) -> str | None:
    return None if problem.workers and problem.jobs else "a day without visits or technicians"


def parameters_for(seconds: float) -> RoutingSearchParameters:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = PARALLEL_CHEAPEST
    parameters.local_search_operators.use_relocate_neighbors = BOOL_TRUE
    parameters.time_limit.FromMilliseconds(max(1, round(seconds * 1000)))
    return parameters


class RoutingDay:
    """Nodes: the jobs in a seeded order, then the places where workers start or end, None being anywhere.

    A setup that could be spared is always spent: the orders stay possible, some better ones aren't found.
    """

    def __init__(self, data: dict[str, Any], seed: int) -> None:
        self.problem = read_vroom(data).problem
        shuffler = random.Random(seed)
        self.jobs = shuffler.sample(self.problem.jobs, len(self.problem.jobs))
        self.workers = self.problem.workers
        self.zero = min(worker.shift.start for worker in self.workers)
        self.horizon = max(worker.shift.end for worker in self.workers) - self.zero
        depots = list(dict.fromkeys(place for worker in self.workers for place in (worker.start, worker.end)))
        self.places: list[int | None] = [*(job.place for job in self.jobs), *depots]
        node = {place: len(self.jobs) + index for index, place in enumerate(depots)}
        starts, ends = [node[worker.start] for worker in self.workers], [node[worker.end] for worker in self.workers]
        self.manager = pywrapcp.RoutingIndexManager(len(self.places), len(self.workers), starts, ends)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.work = [job.duration_s + job.setup_s for job in self.jobs] + [0] * len(depots)
        self._known: dict[tuple[str, float, bool], int] = {}
        self._add_travel_and_time()
        self._add_breaks()
        self._add_loads()
        self._add_jobs()

    def _transit(self, worker: Worker, *, with_work: bool) -> int:
        key = (worker.profile, worker.speed_factor, with_work)
        if key not in self._known:
            rows = np.array(self.problem.travel_rows(worker), dtype=np.int64)
            known = [place if place is not None else 0 for place in self.places]
            matrix = rows[np.ix_(known, known)]
            nowhere = [node for node, place in enumerate(self.places) if place is None]
            matrix[nowhere, :] = matrix[:, nowhere] = 0
            # From depot to depot goes only an unused worker, who doesn't drive.
            matrix[len(self.jobs) :, len(self.jobs) :] = 0
            if with_work:
                matrix += np.array(self.work, dtype=np.int64)[:, None]
            self._known[key] = self.routing.RegisterTransitMatrix(matrix.tolist())
        return self._known[key]

    def _add_travel_and_time(self) -> None:
        travels = [self._transit(worker, with_work=False) for worker in self.workers]
        for vehicle, travel in enumerate(travels):
            self.routing.SetArcCostEvaluatorOfVehicle(travel, vehicle)
        if any(worker.max_travel_s is not None for worker in self.workers):
            most = self.horizon
            limits = [most if worker.max_travel_s is None else worker.max_travel_s for worker in self.workers]
            self.routing.AddDimensionWithVehicleTransitAndCapacity(travels, 0, limits, True, "travel")
        if any(worker.max_jobs is not None for worker in self.workers):
            counts = [len(self.jobs) if worker.max_jobs is None else worker.max_jobs for worker in self.workers]
            self._add_load("count", [1] * len(self.jobs), counts)
        times = [self._transit(worker, with_work=True) for worker in self.workers]
        self.routing.AddDimensionWithVehicleTransits(times, self.horizon, self.horizon, False, "time")
        self.time = self.routing.GetDimensionOrDie("time")
        for vehicle, worker in enumerate(self.workers):
            span = (worker.shift.start - self.zero, worker.shift.end - self.zero)
            self.time.CumulVar(self.routing.Start(vehicle)).SetRange(*span)
            self.time.CumulVar(self.routing.End(vehicle)).SetRange(*span)

    def _add_breaks(self) -> None:
        solver = self.routing.solver()
        work = [0] * self.routing.Size()
        for node in range(len(self.jobs)):
            work[self.manager.NodeToIndex(node)] = self.work[node]
        for vehicle, worker in enumerate(self.workers):
            pauses = []
            for pause in worker.breaks:
                begin = solver.IntVar(worker.shift.start - self.zero, worker.shift.end - self.zero)
                self._restrict(begin, pause.windows)
                pauses.append(solver.FixedDurationIntervalVar(begin, pause.duration_s, f"{worker.id}/{pause.id}"))
            if pauses:
                self.time.SetBreakIntervalsOfVehicle(pauses, vehicle, work)
            if len(pauses) > 1:
                solver.Add(solver.DisjunctiveConstraint(pauses, f"breaks of {worker.id}"))

    def _restrict(self, variable: Any, windows: tuple[Window, ...]) -> None:
        variable.SetRange(windows[0].start - self.zero, windows[-1].end - self.zero)
        for before, after in pairwise(windows):
            if before.end + 1 <= after.start - 1:
                variable.RemoveInterval(before.end + 1 - self.zero, after.start - 1 - self.zero)

    def _add_load(self, name: str, loads: list[int], room: list[int]) -> None:
        transit = self.routing.RegisterUnaryTransitVector(loads + [0] * (len(self.places) - len(self.jobs)))
        self.routing.AddDimensionWithVehicleCapacity(transit, 0, room, True, name)

    def _add_loads(self) -> None:
        """All of a shift's deliveries and pickups at once must fit: safe, if narrower than need be."""
        for kind in range(max(len(worker.capacity) for worker in self.workers)):
            loads = [sum(job.delivery[kind : kind + 1]) + sum(job.pickup[kind : kind + 1]) for job in self.jobs]
            room = [sum(worker.capacity[kind : kind + 1]) if worker.capacity else sum(loads) for worker in self.workers]
            self._add_load(f"load{kind}", loads, room)

    def _add_jobs(self) -> None:
        for node, job in enumerate(self.jobs):
            index = self.manager.NodeToIndex(node)
            able = [
                vehicle
                for vehicle, worker in enumerate(self.workers)
                if all(worker.level(skill) >= level for skill, level in job.skills.items())
            ]
            if len(able) < len(self.workers):
                self.routing.VehicleVar(index).SetValues([-1, *able])
            self.routing.AddDisjunction([index], job.unserved_cost or 0)
            self._restrict(self.time.CumulVar(index), job.begins)

    def orders(self, solution: Any) -> dict[int, tuple[int, ...]]:
        if solution is None:
            raise RuntimeError("it found no plan in its time")
        found = {}
        for vehicle, worker in enumerate(self.workers):
            index, jobs = solution.Value(self.routing.NextVar(self.routing.Start(vehicle))), []
            while not self.routing.IsEnd(index):
                jobs.append(self.jobs[self.manager.IndexToNode(index)].id)
                index = solution.Value(self.routing.NextVar(index))
            if jobs:
                found[worker.id] = tuple(jobs)
        return found
