"""OR-Tools' routing library with guided local search."""

from typing import Any

from ortools.constraint_solver import routing_enums_pb2

from tests.bench.peers.routing_model import RoutingDay, cannot, parameters_for

__all__ = ["cannot", "plan"]

GUIDED = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH


def plan(data: dict[str, Any], seconds: float, seed: int, cores: int) -> dict[int, tuple[int, ...]]:
    day = RoutingDay(data, seed)
    parameters = parameters_for(seconds)
    parameters.local_search_metaheuristic = GUIDED
    return day.orders(day.routing.SolveWithParameters(parameters))
