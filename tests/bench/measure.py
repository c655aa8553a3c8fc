"""One day planned and judged: what the bench prints a line of."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scheduling.core.check import check
from scheduling.core.formats.vroom import VroomInput, read_vroom
from scheduling.core.formats.vroom_answer import write_vroom
from scheduling.core.plan import Plan
from scheduling.core.solve import solve
from scheduling.core.stop import Progress, Stop
from tests.core.judge import JUDGE, judge

NAME_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Row:
    """``broken`` is by ``core.check``, ``judge`` by the judge from outside, None where it is absent.

    ``all_after_s`` is when the first plan that serves everything was found, None without one. ``search_s`` is what the
    time limit counts, ``seconds`` the whole of ``solve``, with making the model, exact times and judging.
    """

    day: str
    visits: int
    workers: int
    served: int
    travel_s: int
    cost: int
    broken: int
    judge: int | None
    all_after_s: float | None
    search_s: float
    seconds: float

    @property
    def is_broken(self) -> bool:
        return bool(self.broken or self.judge)


class Watched:
    """The given rule; notes when the search began and when it was last asked."""

    def __init__(self, rule: Stop) -> None:
        self.rule = rule
        self.begun = self.asked = 0.0

    def begin(self) -> None:
        self.begun = self.asked = time.perf_counter()
        self.rule.begin()

    def __call__(self, progress: Progress, /) -> bool:
        self.asked = time.perf_counter()
        return self.rule(progress)

    def left_s(self) -> float | None:
        return self.rule.left_s()

    def left(self, progress: Progress, /) -> float | None:
        return self.rule.left(progress)


def measure(day: str, data: object, stop: Stop, seed: int) -> Row:
    """Raises FormatError when ``data`` is no problem in VROOM's JSON."""
    given = read_vroom(data)
    watched = Watched(stop)
    begun = time.perf_counter()
    complete: list[float] = []

    def note(progress: Progress) -> None:
        if progress.best is not None and not progress.best.unserved and not complete:
            complete.append(round(time.perf_counter() - begun, 2))

    result = solve(given.problem, watched, seed, on_better=note)
    seconds = round(time.perf_counter() - begun, 2)
    return Row(
        day=day,
        visits=len(given.problem.jobs),
        workers=len(given.problem.workers),
        served=result.cost.served,
        travel_s=result.cost.travel_s,
        cost=result.cost.total,
        broken=len(check(given.problem, result.plan).broken),
        judge=_judged(given, result.plan) if JUDGE.exists() else None,
        all_after_s=complete[0] if complete and not result.cost.unserved else None,
        search_s=round(watched.asked - watched.begun, 2),
        seconds=seconds,
    )


def _judged(given: VroomInput, plan: Plan) -> int:
    """How many rules the judge from outside calls broken, in the files that anybody would get."""
    with TemporaryDirectory() as folder:
        problem, answer = Path(folder) / "problem.json", Path(folder) / "plan.json"
        problem.write_text(json.dumps(given.data))
        answer.write_text(json.dumps(write_vroom(given, plan)))
        return len(judge(problem, answer)[1])


def format_head() -> str:
    return _line([field.name for field in fields(Row)])


def format_row(row: Row) -> str:
    return _line([_text(getattr(row, field.name)) for field in fields(Row)])


def _line(cells: Sequence[str]) -> str:
    widths = [max(len(field.name), 7) for field in fields(Row)]
    first, *others = cells
    return "  ".join(
        [f"{first:<{NAME_WIDTH}}", *(f"{one:>{width}}" for one, width in zip(others, widths[1:], strict=True))]
    )


def _text(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
