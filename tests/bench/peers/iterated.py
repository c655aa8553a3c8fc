"""OR-Tools' routing library with iterated local search, which only ``SolveWithIteratedLocalSearch`` looks at."""

from typing import Any

from ortools.constraint_solver import routing_enums_pb2

from tests.bench.peers.routing_model import RoutingDay, cannot, parameters_for

__all__ = ["cannot", "plan"]

RECREATE = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION


def plan(data: dict[str, Any], seconds: float, seed: int, cores: int) -> dict[int, tuple[int, ...]]:
    day = RoutingDay(data, seed)
    parameters = parameters_for(seconds)
    parameters.use_iterated_local_search = True
    iterated = parameters.iterated_local_search_parameters
    iterated.improve_perturbed_solution = True
    ruin = iterated.ruin_recreate_parameters
    ruin.recreate_strategy.heuristic = RECREATE
    string = ruin.ruin_strategies.add().sisr
    string.max_removed_sequence_size = 10
    string.avg_num_removed_visits = 10
    string.bypass_factor = 0.5
    annealing = iterated.reference_solution_acceptance_strategy.simulated_annealing
    annealing.automatic_temperatures = True
    return day.orders(day.routing.SolveWithIteratedLocalSearch(parameters))
