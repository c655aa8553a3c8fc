"""Who plans beside ours: each one a module of its own behind the same door."""

import importlib
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Protocol

from scheduling.core.problem import Problem

Json = dict[str, Any]
Orders = Mapping[int, Sequence[int]]

HOW_TO_GET = "sh tools/install.sh bench (make bench runs it)"


class Peer(Protocol):
    def cannot(self, problem: Problem) -> str | None:
        """What of the problem it has no word for; None when it can say all of it."""

    def plan(self, data: Json, seconds: float, seed: int, cores: int) -> Orders:
        """Worker id -> ids of its jobs in order, for a problem in VROOM's JSON with matrices and prices.

        Raises RuntimeError or ValueError where it fails.
        """


# Name -> module of the peer, package that it needs.
PEERS = {
    "ours": ("tests.bench.peers.ours", "numpy"),
    "vroom": ("tests.bench.peers.vroom", "vroom"),
    "pyvrp": ("tests.bench.peers.pyvrp", "pyvrp"),
    "or-gls": ("tests.bench.peers.guided", "ortools"),
    "or-ils": ("tests.bench.peers.iterated", "ortools"),
}
OURS = "ours"


def load_peer(name: str) -> Peer | None:
    """None where its package is not installed."""
    module, package = PEERS[name]
    return importlib.import_module(module) if find_spec(package) is not None else None
