"""Times the planner's answers: the best slots of two weeks, and why a visit is in a plan or not.

python -m tests.bench.answers [--days N] [--technicians N] [--visits N] [--questions N] [--seconds S] [--weights SET]

The horizon and the one over-full day are generated, planned by insertion and a short search each, and loaded; then each
question is asked on one core. Prints milliseconds a question, of the wall's clock and of the processor's.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from scheduling.core.explain import explain, why
from scheduling.core.formats.vroom import read_vroom
from scheduling.core.insert import Inserter
from scheduling.core.plan import Plan, Route
from scheduling.core.problem import ALWAYS, DAY_S, Job, Problem, Window
from scheduling.core.settle import settle
from scheduling.core.solve import solve
from scheduling.core.stop import MaxSeconds
from scheduling.core.weights import PLAIN, WEIGHT_SETS, Weights
from tests.bench.generate import DAY, Json, generate_day

STRIDE = 10_000
WINDOW_S = 2 * 3600
FULL_DAY = (25, 225)


@dataclass(frozen=True, slots=True)
class Timed:
    """``wall_ms`` and ``cpu_ms`` of each question."""

    name: str
    wall_ms: list[float]
    cpu_ms: list[float]

    def format(self) -> str:
        figures = [f(values) for values in (self.wall_ms, self.cpu_ms) for f in (_median, _p95)]
        return f"{self.name:34}" + "".join(f"{figure:12.2f}" for figure in figures) + f"{len(self.wall_ms):11}"


HEAD = f"{'question, ms':34}{'median':>12}{'p95':>12}{'cpu median':>12}{'cpu p95':>12}{'questions':>11}"


def _median(values: list[float]) -> float:
    return float(np.median(values))


def _p95(values: list[float]) -> float:
    return float(np.percentile(values, 95))


def measure[Asked](name: str, ask: Callable[[Asked], object], questions: Iterable[Asked]) -> Timed:
    wall, cpu = [], []
    for question in questions:
        begun, worked = time.perf_counter(), time.process_time()
        ask(question)
        wall.append(1_000 * (time.perf_counter() - begun))
        cpu.append(1_000 * (time.process_time() - worked))
    return Timed(name, wall, cpu)


def make_horizon(days: int, technicians: int, visits: int, weights: Weights, *, lunch: bool = True) -> Problem:
    """The generated days one after the other over one matrix; ids from ``STRIDE`` times the day on."""
    data: Json = {"jobs": [], "vehicles": []}
    for number in range(days):
        day = generate_day(technicians, visits, number + 1, lunch=lunch)
        for kind, windows in (("jobs", "time_windows"), ("vehicles", "time_window")):
            data[kind] += [_on(number, one, windows) for one in day[kind]]
    return replace(read_vroom(data).problem, weights=weights)


def _on(number: int, one: Json, windows: str) -> Json:
    moved = {**one, "id": one["id"] + STRIDE * number, windows: _later(one[windows], number * DAY_S)}
    if "breaks" in one:
        moved["breaks"] = [
            {**each, "time_windows": _later(each["time_windows"], number * DAY_S)} for each in one["breaks"]
        ]
    return moved


def _later(moments: list[object], seconds: int) -> list[object]:
    return [_later(one, seconds) if isinstance(one, list) else int(str(one)) + seconds for one in moments]


def plan_horizon(problem: Problem, seconds: float) -> Plan:
    """Each day by itself: by insertion, then with a search of so many seconds."""
    routes: list[Route] = []
    for day in sorted({worker.day_number for worker in problem.workers}):
        part = replace(
            problem,
            jobs=tuple(job for job in problem.jobs if job.id // STRIDE == day),
            workers=tuple(worker for worker in problem.workers if worker.id // STRIDE == day),
        )
        plan = settle(part, {})
        routes += (solve(part, MaxSeconds(seconds), seed=1, start=plan).plan if seconds else plan).routes
    return Plan(tuple(routes))


def ask_slots(problem: Problem, plan: Plan, days: int, questions: int) -> list[Timed]:
    """Visits like those that are planned, of any of their skills and places, at any hour."""
    inserter, chance = Inserter(problem, plan), random.Random(1)
    inserter.field()
    windows = [
        Window(day * DAY_S + start, day * DAY_S + start + WINDOW_S)
        for day in range(days)
        for start in range(DAY[0], DAY[0] + 4 * WINDOW_S, WINDOW_S)
    ]
    jobs = [replace(chance.choice(problem.jobs), id=-number - 1, windows=ALWAYS) for number in range(questions)]

    def five(job: Job) -> object:
        return inserter.best_slots(job, windows, limit=5)

    def spread(job: Job) -> object:
        return inserter.best_slots(job, windows, limit=5, per_half_day=1)

    def every(job: Job) -> object:
        return inserter.best_slots(job, windows, limit=None)

    return [
        measure("five best slots", five, jobs),
        measure("five best slots, spread", spread, jobs),
        measure(f"best of each of {len(windows)} windows", every, jobs),
    ]


def ask_reasons(problem: Problem, plan: Plan, questions: int) -> tuple[list[Timed], Counter[str]]:
    """About every visit that is left out, and about some that are planned."""
    inserter, kinds = Inserter(problem, plan), Counter[str]()
    inserter.field()

    def ask(job: Job) -> None:
        kinds.update(fix.kind for fix in explain(problem, plan, job, inserter=inserter).fixes)

    served = [job_id for route in plan.routes for job_id in route.job_ids]
    unserved = [job for job in problem.jobs if job.id not in served]
    planned = random.Random(1).sample(served, min(questions, len(served)))
    timed = [
        measure("explain with fixes", ask, unserved),
        measure("why", lambda job_id: why(problem, plan, job_id, inserter=inserter), planned),
    ]
    return timed, kinds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--technicians", type=int, default=25)
    parser.add_argument("--visits", type=int, default=200, help="a day")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=1.0, help="of search for each day; 0 for insertion alone")
    parser.add_argument("--weights", choices=["plain", *WEIGHT_SETS], default="plain")
    given = parser.parse_args()
    weights = WEIGHT_SETS.get(given.weights, PLAIN)

    horizon = make_horizon(given.days, given.technicians, given.visits, weights)
    plan = plan_horizon(horizon, given.seconds)
    planned = sum(len(route.job_ids) for route in plan.routes)
    print(f"{given.days} days, {len(horizon.workers)} shifts, {planned} of {len(horizon.jobs)} visits planned")
    print(HEAD)
    for timed in ask_slots(horizon, plan, given.days, given.questions):
        print(timed.format())

    full = make_horizon(1, *FULL_DAY, weights)
    plan = plan_horizon(full, given.seconds)
    timings, kinds = ask_reasons(full, plan, given.questions)
    print(f"1 day, {len(full.workers)} shifts, {sum(len(route.job_ids) for route in plan.routes)} of {len(full.jobs)}")
    for timed in timings:
        print(timed.format())
    print("fixes: " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))


if __name__ == "__main__":
    main()
