"""Measures repairs on a generated day under way: emergencies, and a technician who falls ill.

python -m tests.bench.repairs [--day 25x200] [--seed N] [--emergencies N] [--ill N] [--steps N]

The day is planned first; at ten o'clock four of five visits still ahead are promised within two hours. Times are those
of the core, without reading and writing rows. Ends with code 1 when an answer takes longer than it may.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from scheduling.core.formats.vroom import read_vroom
from scheduling.core.plan import Plan
from scheduling.core.problem import FOREVER, Job, Problem, Window, Worker
from scheduling.core.repair import Repair, Search, emergency, take_out_workers
from scheduling.core.solve import solve
from scheduling.core.stop import MaxIterations, MaxSeconds, any_of
from scheduling.core.timing import retime
from tests.bench.generate import generate_named

NOW = 10 * 3600
PROMISE_S = 7_200
HALF_HOUR = 1_800
EMERGENCY_PRICE_S = 8 * 4 * 3600
PROMISED_PRICE_S = 1_000_000
MOST_EMERGENCY_S, MOST_ILL_S = 0.1, 3.0
SEARCH_S = 2.0
QUARTER_S = 15 * 60


@dataclass(frozen=True, slots=True)
class Live:
    problem: Problem
    plan: Plan
    seed: int


def make_live(name: str, seed: int, steps: int) -> Live:
    """The day at ten o'clock: what has begun is over or ends as planned, the rest can be moved."""
    problem = read_vroom(generate_named(name, seed)).problem
    plan = solve(problem, MaxIterations(steps), seed=seed, threads=2).plan
    chance = random.Random(seed)
    routes = {route.worker: route for route in plan.routes}
    workers, begun = [], set[int]()
    for worker in problem.workers:
        past = [one for one in (routes[worker.id].stops if worker.id in routes else ()) if one.begin < NOW]
        done = [one.id for one in past if one.kind == "job"]
        begun.update(done)
        workers.append(_going_on(problem, worker, done, max([NOW, *(one.end for one in past)])))
    begins = {one.id: one.begin for route in plan.routes for one in route.stops if one.kind == "job"}
    jobs = tuple(_promised(job, begins.get(job.id), chance) for job in problem.jobs if job.id not in begun)
    live = replace(problem, jobs=jobs, workers=tuple(workers))
    ahead = (replace(route, stops=tuple(one for one in route.stops if one.begin >= NOW)) for route in plan.routes)
    kept = Plan(tuple(route for route in ahead if route.job_ids), plan.unserved)
    return Live(live, retime(live, kept), seed)


def _going_on(problem: Problem, worker: Worker, done: list[int], ready_at: int) -> Worker:
    start = problem.job(done[-1]).place if done else worker.start
    pauses = tuple(pause for pause in worker.breaks if pause.windows[-1].end >= ready_at)
    return replace(worker, start=start, ready_at=ready_at, breaks=pauses)


def _promised(job: Job, begin: int | None, chance: random.Random) -> Job:
    if begin is None or chance.random() >= 0.8:
        return job
    opens = begin - begin % HALF_HOUR - chance.choice((0, HALF_HOUR, 2 * HALF_HOUR))
    window = Window(max(opens, job.windows[0].start), min(opens + PROMISE_S, job.windows[-1].end))
    return replace(job, promise=window, unserved_cost=PROMISED_PRICE_S)


def make_emergencies(live: Live, count: int) -> Iterable[Problem]:
    """The live problem with one more job each, at somebody's place, for one of the skills."""
    chance = random.Random(live.seed + 1)
    ident = max(job.id for job in live.problem.jobs) + 1
    for _ in range(count):
        like = chance.choice(live.problem.jobs)
        urgent = Job(
            id=ident,
            place=chance.choice(live.problem.jobs).place,
            duration_s=60 * chance.randrange(30, 91, 5),
            skills=like.skills,
            windows=(Window(NOW, FOREVER),),
            priority=8,
            unserved_cost=EMERGENCY_PRICE_S,
        )
        yield replace(live.problem, jobs=(*live.problem.jobs, urgent))


def timed(act: Callable[[], Repair]) -> tuple[float, Repair]:
    begun = time.perf_counter()
    found = act()
    return time.perf_counter() - begun, found


def touched(live: Live, repair: Repair) -> tuple[int, int, int, int]:
    """Stops that change hands, that keep them and begin more than a quarter of an hour off, of both those with a
    promise, and promises that break."""
    promised = {job.id for job in live.problem.jobs if job.promise is not None}
    pairs = [(move.job, move.was, move.now) for move in repair.moved if move.was and move.now]
    handed = {job for job, was, now in pairs if was.worker != now.worker}
    shifted = {job for job, was, now in pairs if job not in handed and abs(was.begin - now.begin) > QUARTER_S}
    return len(handed), len(shifted), len((handed | shifted) & promised), len(repair.broken_promises)


WORDS = "change hands {:.1f}, begin 15 min off {:.1f}, of these promised {:.1f}, promises broken {:.1f}"


def measure_emergencies(live: Live, count: int) -> float:
    times, rows, placed = [], [], 0
    for problem in make_emergencies(live, count):
        job = problem.jobs[-1].id
        seconds, found = timed(partial(emergency, problem, live.plan, job, from_s=NOW))
        times.append(seconds)
        rows.append(touched(live, found))
        placed += any(job in route.job_ids for route in found.plan.routes)
    times.sort()
    p95 = times[min(len(times) - 1, round(0.95 * len(times)))]
    means = [statistics.mean(column) for column in zip(*rows, strict=True)]
    print(
        f"emergency      {count} jobs  placed {placed}  median {1e3 * statistics.median(times):.0f} ms  "
        f"p95 {1e3 * p95:.0f} ms  {WORDS.format(*means)}"
    )
    return p95


def measure_illness(live: Live, count: int, search_s: float) -> float:
    slowest = 0.0
    for route in sorted(live.plan.routes, key=lambda one: -len(one.job_ids))[:count]:
        for label, search in (("at once", None), ("searched", Search(MaxSeconds(search_s), seed=live.seed))):
            act = partial(take_out_workers, live.problem, live.plan, [route.worker], NOW, search=search)
            seconds, found = timed(act)
            slowest = max(slowest, seconds)
            print(
                f"ill, {label:<9} {len(route.job_ids)} jobs  {1e3 * seconds:5.0f} ms  cost {found.after.total:>9,}  "
                f"left out {found.after.unserved - found.before.unserved}  {WORDS.format(*touched(live, found))}"
            )
    return slowest


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--day", default="25x200")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--emergencies", type=int, default=20)
    parser.add_argument("--ill", type=int, default=3)
    parser.add_argument("--steps", type=int, default=100_000, help="for planning the day")
    options = parser.parse_args()
    live = make_live(options.day, options.seed, options.steps)
    ahead = sum(len(route.job_ids) for route in live.plan.routes)
    print(f"{options.day}, seed {options.seed}: {ahead} stops ahead of {len(live.plan.routes)} technicians at 10:00")
    for problem in make_emergencies(live, 1):
        take_out_workers(problem, live.plan, [live.plan.routes[0].worker], NOW, search=Search(any_of(MaxIterations(1))))
    p95 = measure_emergencies(live, options.emergencies)
    slowest = measure_illness(live, options.ill, SEARCH_S)
    return int(p95 > MOST_EMERGENCY_S or slowest > MOST_ILL_S)


if __name__ == "__main__":
    sys.exit(main())
