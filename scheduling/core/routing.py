"""The problem as a model of OR-Tools' routing library, and one search on it.

The time dimension holds when service begins. Only for jobs whose setup may be spared, because others are at their
place, it holds when the setup is done: what depends on the job before must be part of the way there. Nodes: the jobs
in a seeded order, then one for each place where workers start or end, and one nowhere for open ends, from and to
which the way takes no time.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.constraint_solver.routing_parameters_pb2 import RoutingSearchParameters
from ortools.util.optional_boolean_pb2 import BOOL_TRUE

from scheduling.core.problem import Break, Job, Problem, Window, Worker

Matrix = npt.NDArray[np.int64]
MOST = 2**60
ONE_DAY_S = 86_400
# Compared on the days of tests.bench: 0.3 left less unserved and drove less than OR-Tools' own 0.1.
LAMBDA = 0.3

PARALLEL_CHEAPEST = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
GUIDED = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH


@dataclass(frozen=True, slots=True)
class Candidates:
    """Which workers could serve each job in an otherwise empty shift; jobs that none could serve are left out."""

    jobs: tuple[Job, ...]
    workers: tuple[Worker, ...]
    allowed: dict[int, tuple[int, ...]]


class Model:
    """Built anew for every search: OR-Tools' models are not made to be searched twice with other monitors."""

    def __init__(self, problem: Problem, candidates: Candidates, seed: int) -> None:
        shuffler = random.Random(seed)
        self.problem = problem
        self.jobs = shuffler.sample(candidates.jobs, len(candidates.jobs))
        self.workers = shuffler.sample(candidates.workers, len(candidates.workers))
        self.allowed = candidates.allowed
        self.zero = min(worker.leaves_from for worker in self.workers)
        self.horizon = max(worker.shift.end for worker in self.workers) - self.zero
        self._lay_out_nodes()
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.solver = self.routing.solver()
        self._evaluators: dict[tuple[str, str, float], int] = {}
        self._add_travel()
        self._add_time()
        self._add_breaks()
        self._add_loads()
        self._add_jobs()

    def _lay_out_nodes(self) -> None:
        ends = {place for worker in self.workers for place in (worker.start, worker.end)}
        # Only what is used: OR-Tools takes any other node for a visit that must be made.
        depots = sorted(ends, key=lambda place: -1 if place is None else place)
        node = {place: len(self.jobs) + index for index, place in enumerate(depots)}
        starts = [node[worker.start] for worker in self.workers]
        stops = [node[worker.end] for worker in self.workers]
        self.places: list[int | None] = [*(job.place for job in self.jobs), *depots]
        self.manager = pywrapcp.RoutingIndexManager(len(self.places), len(self.workers), starts, stops)
        at_place = Counter(job.place for job in self.jobs)
        self.sparable = [job.setup_s if at_place[job.place] > 1 else 0 for job in self.jobs]
        self.index = [self.manager.NodeToIndex(node) for node in range(len(self.jobs))]

    def _travel(self, worker: Worker) -> Matrix:
        """Seconds from node to node. No way leads over two depots but an empty route's, which costs nothing."""
        rows = np.array(self.problem.travel_rows(worker), dtype=np.int64)
        known = [place if place is not None else 0 for place in self.places]
        travel: Matrix = rows[np.ix_(known, known)]
        nowhere = [node for node, place in enumerate(self.places) if place is None]
        travel[nowhere, :] = travel[:, nowhere] = 0
        travel[len(self.jobs) :, len(self.jobs) :] = 0
        return travel

    def _work(self) -> Matrix:
        """Seconds spent at the node (row) between what the time dimension holds and driving on."""
        work = np.zeros((len(self.places), 1), dtype=np.int64)
        for node, job in enumerate(self.jobs):
            work[node] = job.duration_s + job.setup_s - self.sparable[node]
        return work

    def _setup(self) -> Matrix:
        """Seconds of setup at the node after the way; spared between two jobs at one place."""
        setup = np.zeros((len(self.places), len(self.places)), dtype=np.int64)
        places = np.array([job.place for job in self.jobs], dtype=np.int64)
        for node, job in enumerate(self.jobs):
            setup[:, node] = self.sparable[node]
            setup[: len(self.jobs), node][places == job.place] = 0
        return setup

    def _evaluator(self, kind: str, worker: Worker) -> int:
        key = (kind, worker.profile, worker.speed_factor)
        if key not in self._evaluators:
            makers: dict[str, Callable[[], Matrix]] = {
                "travel": lambda: self._travel(worker),
                "time": lambda: self._travel(worker) + self._work() + self._setup(),
            }
            self._evaluators[key] = self.routing.RegisterTransitMatrix(makers[kind]().tolist())
        return self._evaluators[key]

    def _add_travel(self) -> None:
        evaluators = [self._evaluator("travel", worker) for worker in self.workers]
        for vehicle, evaluator in enumerate(evaluators):
            self.routing.SetArcCostEvaluatorOfVehicle(evaluator, vehicle)
        limits = [MOST if worker.max_travel_s is None else worker.max_travel_s for worker in self.workers]
        if min(limits) < MOST:
            self.routing.AddDimensionWithVehicleTransitAndCapacity(evaluators, 0, limits, True, "travel")
        most = [len(self.jobs) if worker.max_jobs is None else worker.max_jobs for worker in self.workers]
        if min(most) < len(self.jobs):
            ones = [1] * len(self.jobs) + [0] * (len(self.places) - len(self.jobs))
            one = self.routing.RegisterUnaryTransitVector(ones)
            self.routing.AddDimensionWithVehicleCapacity(one, 0, most, True, "count")

    def _add_time(self) -> None:
        evaluators = [self._evaluator("time", worker) for worker in self.workers]
        self.routing.AddDimensionWithVehicleTransits(evaluators, self.horizon, self.horizon, False, "time")
        self.time = self.routing.GetDimensionOrDie("time")
        for vehicle, worker in enumerate(self.workers):
            first, last = worker.leaves_from - self.zero, worker.shift.end - self.zero
            self.time.CumulVar(self.routing.Start(vehicle)).SetRange(first, last)
            self.time.CumulVar(self.routing.End(vehicle)).SetRange(first, last)

    def _add_breaks(self) -> None:
        work = [0] * self.routing.Size()
        for node, seconds in enumerate(self._work()[: len(self.jobs), 0].tolist()):
            work[self.index[node]] = seconds
        for vehicle, worker in enumerate(self.workers):
            intervals = [self._break(worker, pause, f"{worker.id}/{pause.id}") for pause in worker.clock_breaks]
            if intervals:
                self.time.SetBreakIntervalsOfVehicle(intervals, vehicle, work)
            if len(intervals) > 1:
                self.solver.Add(self.solver.DisjunctiveConstraint(intervals, f"breaks of {worker.id}"))

    def _break(self, worker: Worker, pause: Break, name: str) -> Any:
        shift = Window(worker.leaves_from, worker.shift.end - pause.duration_s)
        begin = self.solver.IntVar(shift.start - self.zero, shift.end - self.zero, name)
        self._restrict(begin, pause.windows)
        return self.solver.FixedDurationIntervalVar(begin, pause.duration_s, name)

    def _restrict(self, variable: Any, windows: Sequence[Window]) -> None:
        moved = [(window.start - self.zero, window.end - self.zero) for window in windows]
        variable.SetRange(moved[0][0], moved[-1][1])
        for (_, closes), (opens, _) in pairwise(moved):
            if closes + 1 <= opens - 1:
                variable.RemoveInterval(closes + 1, opens - 1)

    def _add_loads(self) -> None:
        """Deliveries are on board from the start and pickups to the end: the load at the start is all deliveries."""
        sizes = max((len(worker.capacity) for worker in self.workers), default=0)
        for k in range(sizes):
            out = [job.delivery[k] if k < len(job.delivery) else 0 for job in self.jobs]
            new = [job.pickup[k] if k < len(job.pickup) else 0 for job in self.jobs]
            most = sum(out) + sum(new)
            room = [worker.capacity[k] if k < len(worker.capacity) else most for worker in self.workers]
            pad = [0] * (len(self.places) - len(self.jobs))
            delivery = self.routing.RegisterUnaryTransitVector(out + pad)
            self.routing.AddDimensionWithVehicleCapacity(delivery, 0, room, True, f"delivery{k}")
            if not any(new):
                continue
            change = self.routing.RegisterUnaryTransitVector([b - a for a, b in zip(out, new, strict=True)] + pad)
            self.routing.AddDimensionWithVehicleCapacity(change, 0, room, False, f"load{k}")
            load = self.routing.GetDimensionOrDie(f"load{k}")
            carried = self.routing.GetDimensionOrDie(f"delivery{k}")
            for vehicle in range(len(self.workers)):
                start, end = self.routing.Start(vehicle), self.routing.End(vehicle)
                self.solver.Add(load.CumulVar(start) == carried.CumulVar(end))

    def _add_jobs(self) -> None:
        vehicle_of = {worker.id: vehicle for vehicle, worker in enumerate(self.workers)}
        prices = self._prices()
        for node, job in enumerate(self.jobs):
            index = self.index[node]
            vehicles = sorted(vehicle_of[worker] for worker in self.allowed[job.id])
            if len(vehicles) < len(self.workers):
                self.routing.VehicleVar(index).SetValues([-1, *vehicles])
            self.routing.AddDisjunction([index], prices[node])
            begin, spared = self.time.CumulVar(index), self.sparable[node]
            if spared:
                peers = [self.index[n] for n, other in enumerate(self.jobs) if n != node and other.place == job.place]
                follows = self.solver.Sum([self.routing.NextVar(peer) == index for peer in peers])
                begin = (begin + follows * spared - spared).Var()
            self._restrict(begin, job.begins)

    def _prices(self) -> list[int]:
        """What leaving a job out costs. Under "priority" one step of it outweighs every job, and a job all travel."""
        if self.problem.objective == "prices":
            return [job.unserved_cost or 0 for job in self.jobs]
        longest = max(int(self._travel(worker).max(initial=0)) for worker in self.workers)
        all_travel = longest * (len(self.jobs) + len(self.workers)) + 1
        step = len(self.jobs) + 1
        worth = [job.priority * step + 1 for job in self.jobs]
        # Beyond 64 bits the travel's own part is cut: the order of the larger steps stays.
        unit = max(1, min(all_travel, MOST // max(1, sum(worth))))
        return [each * unit for each in worth]

    def orders(self, next_of: Callable[[int], int]) -> dict[int, tuple[int, ...]]:
        """Worker id -> job ids, read off the model's chain of indices."""
        found = {}
        for vehicle, worker in enumerate(self.workers):
            index, jobs = next_of(self.routing.Start(vehicle)), []
            while not self.routing.IsEnd(index):
                jobs.append(self.jobs[self.manager.IndexToNode(index)].id)
                index = next_of(index)
            if jobs:
                found[worker.id] = tuple(jobs)
        return found

    def routes(self, orders: dict[int, tuple[int, ...]]) -> list[list[int]]:
        index = {job.id: self.index[node] for node, job in enumerate(self.jobs)}
        return [[index[job] for job in orders.get(worker.id, ()) if job in index] for worker in self.workers]

    def search(
        self,
        start: dict[int, tuple[int, ...]] | None,
        stops: Callable[[], bool],
        accepted: Callable[[], None],
        left_s: float | None,
    ) -> dict[int, tuple[int, ...]] | None:
        """Searches until ``stops`` says so; None when no plan was found by then, or ``start`` isn't accepted.

        ``stops`` is asked at every neighbour looked at, ``accepted`` called after every plan gone on with.
        """
        self.routing.AddSearchMonitor(self.solver.CustomLimit(stops))
        self.routing.AddAtSolutionCallback(accepted)
        parameters = _parameters(left_s)
        self.routing.CloseModelWithParameters(parameters)
        if start is None:
            solution = self.routing.SolveWithParameters(parameters)
        else:
            given = self.routing.ReadAssignmentFromRoutes(self.routes(start), True)
            if given is None:
                return None
            solution = self.routing.SolveFromAssignmentWithParameters(given, parameters)
        if solution is None:
            return None
        return self.orders(lambda index: int(solution.Value(self.routing.NextVar(index))))

    def price_now(self) -> int:
        """The objective of the plan just accepted."""
        return int(self.routing.CostVar().Value())

    def orders_now(self) -> dict[int, tuple[int, ...]]:
        return self.orders(lambda index: int(self.routing.NextVar(index).Value()))


def _parameters(left_s: float | None) -> RoutingSearchParameters:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = PARALLEL_CHEAPEST
    parameters.local_search_metaheuristic = GUIDED
    parameters.guided_local_search_lambda_coefficient = LAMBDA
    parameters.local_search_operators.use_relocate_neighbors = BOOL_TRUE
    # Without a limit of its own it warns; the stopping rule ends the search in any case.
    parameters.time_limit.FromNanoseconds(max(1, round((ONE_DAY_S if left_s is None else left_s) * 1e9)))
    return parameters
