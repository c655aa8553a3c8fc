"""One day planned by each peer, priced and judged by the same code: what the bench prints a line of."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scheduling.core.check import check
from scheduling.core.cost import cost_of_orders
from scheduling.core.formats.vroom import VroomInput, read_vroom
from scheduling.core.formats.vroom_answer import write_vroom
from scheduling.core.plan import Plan, Unserved
from scheduling.core.problem import Problem
from scheduling.core.timing import force_route
from tests.bench.generate import PRICE_S, Json
from tests.bench.peers import OURS, Orders, Peer
from tests.core.judge import JUDGE, judge


@dataclass(frozen=True, slots=True)
class Answer:
    """``broken`` counts broken rules by ``core.check``, ``judge`` by the judge from outside (None: there is none).

    ``seconds`` is the wall time of the whole call. ``failed`` is why there is no plan; then the rest means nothing.
    """

    cost: int
    travel_s: int
    served: int
    broken: int
    judge: int | None
    seconds: float
    failed: str | None = None

    @property
    def is_sound(self) -> bool:
        return not (self.broken or self.judge or self.failed)


@dataclass(frozen=True, slots=True)
class Row:
    """``answers`` by peer; ``left_out`` says what of the day a peer has no word for."""

    day: str
    visits: int
    workers: int
    limit_s: float
    answers: Mapping[str, Answer]
    left_out: Mapping[str, str]

    @property
    def best_peer(self) -> str | None:
        """Of those whose plan breaks nothing."""
        sound = [name for name, answer in self.answers.items() if name != OURS and answer.is_sound]
        return min(sound, key=lambda name: self.answers[name].cost, default=None)

    @property
    def ratio(self) -> float | None:
        """Our cost by the best peer's: less than 1 is better."""
        ours, best = self.answers.get(OURS), self.best_peer
        if ours is None or not ours.is_sound or best is None:
            return None
        least = self.answers[best].cost
        return ours.cost / least if least else None

    @property
    def is_ours_broken(self) -> bool:
        return OURS in self.answers and not self.answers[OURS].is_sound


def with_prices(data: Json) -> Json:
    """Where no visit has a price, each gets 4 h x priority, at least 4 h: what is left out then counts in the cost."""
    jobs = data.get("jobs") if isinstance(data, dict) else None
    if not isinstance(jobs, list) or any("unserved_cost" in job for job in jobs if isinstance(job, dict)):
        return data
    priced = [
        {**job, "unserved_cost": PRICE_S * max(1, job.get("priority", 0))} if isinstance(job, dict) else job
        for job in jobs
    ]
    return {**data, "jobs": priced}


def measure(day: str, data: Json, seconds: float, seed: int, cores: int, peers: Mapping[str, Peer]) -> Row:
    """Raises FormatError when ``data`` is no problem in VROOM's JSON."""
    given = read_vroom(with_prices(data))
    lacks = {name: reason for name, peer in peers.items() if (reason := peer.cannot(given.problem)) is not None}
    answers = {name: _ask(given, peer, seconds, seed, cores) for name, peer in peers.items() if name not in lacks}
    return Row(day, len(given.problem.jobs), len(given.problem.workers), seconds, answers, lacks)


def _ask(given: VroomInput, peer: Peer, seconds: float, seed: int, cores: int) -> Answer:
    begun = time.perf_counter()
    try:
        orders = peer.plan(given.data, seconds, seed, cores)
    except (RuntimeError, ValueError) as error:
        return Answer(0, 0, 0, 0, None, time.perf_counter() - begun, f"{type(error).__name__}: {error}")
    wall_s = time.perf_counter() - begun
    found = cost_of_orders(given.problem, orders)
    plan = plan_of_orders(given.problem, orders)
    return Answer(
        cost=found.total,
        travel_s=found.travel_s,
        served=found.served,
        broken=len(check(given.problem, plan).broken),
        judge=_judged(given, plan) if JUDGE.exists() else None,
        seconds=wall_s,
    )


def plan_of_orders(problem: Problem, orders: Orders) -> Plan:
    """At the earliest times, late where there is no other way; ``check`` then says what the order breaks."""
    routes = tuple(force_route(problem, worker, list(jobs)) for worker, jobs in orders.items() if jobs)
    served = {ident for jobs in orders.values() for ident in jobs}
    return Plan(routes, tuple(Unserved(job.id, "left_out", {}) for job in problem.jobs if job.id not in served))


def _judged(given: VroomInput, plan: Plan) -> int:
    """How many rules the judge from outside calls broken, in the files that anybody would get."""
    with TemporaryDirectory() as folder:
        problem, answer = Path(folder) / "problem.json", Path(folder) / "plan.json"
        problem.write_text(json.dumps(given.data))
        answer.write_text(json.dumps(write_vroom(given, plan)))
        return len(judge(problem, answer)[1])


DAY_WIDTH, PEER_WIDTH = 20, 21


def format_head(peers: Sequence[str]) -> str:
    names = "".join(f"  {name:>{PEER_WIDTH}}" for name in peers)
    what = "".join(f"  {'cost  served   wall':>{PEER_WIDTH}}" for _ in peers)
    return f"{'':<{DAY_WIDTH}}{'':>6}{names}\n{'day':<{DAY_WIDTH}}{'limit':>6}{what}  {'ratio':>6}"


def format_row(row: Row, peers: Sequence[str]) -> str:
    cells = "".join(f"  {_cell(row, name):>{PEER_WIDTH}}" for name in peers)
    ratio = "-" if row.ratio is None else f"{row.ratio:.3f}"
    return f"{row.day:<{DAY_WIDTH}}{row.limit_s:>6g}{cells}  {ratio:>6}"


def _cell(row: Row, name: str) -> str:
    answer = row.answers.get(name)
    if answer is None:
        return "left out"
    if answer.failed:
        return f"failed {answer.seconds:>6.1f}"
    cost = f"{answer.cost:,}" if answer.is_sound else f"broken {max(answer.broken, answer.judge or 0)}"
    return f"{cost} {answer.served:>5} {answer.seconds:>6.1f}"


def format_end(rows: Sequence[Row]) -> list[str]:
    """The mean and the worst ratio, and whose plan broke a rule or failed where."""
    rated = [(row.ratio, row) for row in rows if row.ratio is not None]
    lines = []
    if rated:
        worst, where = max(rated, key=lambda pair: pair[0])
        mean = sum(ratio for ratio, _ in rated) / len(rated)
        lines.append(f"Ours / best peer: mean {mean:.3f}, worst {worst:.3f} ({where.day}), on {len(rated)} days.")
    for row in rows:
        for name, answer in row.answers.items():
            if not answer.is_sound:
                lines.append(
                    f"{row.day}: {name} " + (answer.failed or f"breaks {answer.broken} rules: it does not count.")
                )
        lines += [f"{row.day}: {name} is left out, it has no word for {what}." for name, what in row.left_out.items()]
    return lines


def as_json(row: Row) -> dict[str, Any]:
    answers = {
        name: {
            "cost": each.cost,
            "travel_s": each.travel_s,
            "served": each.served,
            "broken": each.broken,
            "judge": each.judge,
            "seconds": round(each.seconds, 2),
            "failed": each.failed,
        }
        for name, each in row.answers.items()
    }
    return {
        "day": row.day,
        "visits": row.visits,
        "workers": row.workers,
        "limit_s": row.limit_s,
        "answers": answers,
        "left_out": dict(row.left_out),
        "best_peer": row.best_peer,
        "ratio": None if row.ratio is None else round(row.ratio, 4),
    }
