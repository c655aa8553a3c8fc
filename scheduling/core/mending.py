"""How jobs that have lost their place get another one: quickly by insertion, then better by the search, and calmly:
routes that nothing forces to change stay as they are."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from scheduling.core.insert import Inserter, Insertion
from scheduling.core.lanes import Change, Lane
from scheduling.core.plan import Plan, Route
from scheduling.core.problem import Job, Problem, Seconds, Worker
from scheduling.core.settle import orders_of
from scheduling.core.solve import solve
from scheduling.core.stop import Stop

# Of the routes in which another job could make way, so many of the cheapest are looked at to the end.
MOST_TRIED = 12


@dataclass(frozen=True, slots=True)
class Search:
    """How long and how to look for something better than what insertion finds at once."""

    stop: Stop
    seed: int = 0
    threads: int | None = None


def place_all(problem: Problem, plan: Plan, freed: Collection[int]) -> Plan:
    """Gives each of the ``freed`` jobs the best place that is worth its price, the one that has most to lose by waiting
    first; where there is none, another job may make way."""
    inserter = Inserter(problem, plan)
    waiting = [problem.job(ident) for ident in sorted(freed)]
    stuck: list[Job] = []
    while waiting:
        choices = {job.id: list(islice(_one_a_worker(inserter, job), 2)) for job in waiting}
        job = max(waiting, key=lambda one: (one.promise is not None, _regret(one, choices[one.id]), -one.id))
        waiting.remove(job)
        found = choices[job.id]
        if found and is_worth(problem, job, found[0].price_s):
            inserter.accept(found[0])
        else:
            stuck.append(job)
    for job in sorted(stuck, key=lambda one: (-(one.unserved_cost or 0), -one.priority, one.id)):
        made = make_room(inserter, job)
        if made is not None:
            inserter = Inserter(problem, with_routes(Plan(inserter.routes), made.routes))
    return Plan(inserter.routes)


def is_worth(problem: Problem, job: Job, price_s: Seconds) -> bool:
    return problem.objective == "priority" or price_s < (job.unserved_cost or 0)


def _regret(job: Job, found: Sequence[Insertion]) -> Seconds:
    """What it costs if the best place is gone."""
    if not found:
        return -1
    second = found[1].price_s if len(found) > 1 else (job.unserved_cost or 0) + found[0].price_s
    return second - found[0].price_s


def _one_a_worker(inserter: Inserter, job: Job) -> Iterator[Insertion]:
    seen = set[int]()
    for _, found in inserter.field().cheapest(job):
        if found.worker not in seen:
            seen.add(found.worker)
            yield found


@dataclass(frozen=True, slots=True)
class Way:
    """Routes that become others, and what the plan costs more by it."""

    price_s: Seconds
    routes: Mapping[int, Route]


def make_room(inserter: Inserter, job: Job) -> Way | None:
    """The cheapest way in which one other job makes way for this one; None where that helps nothing.

    The other goes elsewhere; one that is cheaper, and neither promised nor pinned, may also be left out.
    """
    lanes, planned = [], []
    for worker, other in _movable(inserter, job):
        lanes.append(inserter.changed_lane(worker, ("without", other.id), Change(without=other.id)))
        planned.append(other)
    best: Way | None = None
    for number, found in islice(_one_a_lane(inserter.field_of(lanes).cheapest(job)), MOST_TRIED):
        if best is not None and found.price_s >= best.price_s:
            break
        for way in _evasions(inserter, planned[number], job, found):
            if best is None or way.price_s < best.price_s:
                best = way
    return best if best is not None and is_worth(inserter.problem, job, best.price_s) else None


def _one_a_lane(found: Iterable[tuple[int, Insertion]]) -> Iterator[tuple[int, Insertion]]:
    seen = set[int]()
    for number, insertion in found:
        if number not in seen:
            seen.add(number)
            yield number, insertion


def _movable(inserter: Inserter, job: Job) -> Iterator[tuple[Worker, Job]]:
    """What could leave the routes of those who may serve the job."""
    positions = inserter.field().positions
    for number in np.flatnonzero(positions.able.flags(job)).tolist():
        lane = positions.lanes[number]
        if lane.is_late:
            continue
        for other in lane.own_jobs:
            if other.id not in lane.worker.frozen and other.pinned_start is None and other.pinned_workers is None:
                yield lane.worker, other


def _evasions(inserter: Inserter, other: Job, job: Job, found: Insertion) -> Iterator[Way]:
    """What may become of the job that makes way, with the price of all of it."""
    problem = inserter.problem
    elsewhere = next((one for _, one in inserter.field().cheapest(other) if one.worker != found.worker), None)
    if elsewhere is not None:
        routes = {found.worker: found.route, elsewhere.worker: elsewhere.route}
        yield Way(found.price_s + elsewhere.price_s, routes)
    lane = Lane(problem, inserter.marginal, problem.worker(found.worker), found.route)
    later = next((one for _, one in inserter.field_of([lane]).cheapest(other)), None)
    if later is not None:
        yield Way(found.price_s + later.price_s, {found.worker: later.route})
    if _may_be_left_out(problem, other, job):
        yield Way(found.price_s + (other.unserved_cost or 0), {found.worker: found.route})


def _may_be_left_out(problem: Problem, other: Job, job: Job) -> bool:
    if other.promise is not None:
        return False
    if problem.objective == "priority":
        return other.priority < job.priority
    return (other.unserved_cost or 0) < (job.unserved_cost or 0)


def with_routes(plan: Plan, routes: Mapping[int, Route]) -> Plan:
    kept = tuple(route for route in plan.routes if route.worker not in routes)
    return Plan((*kept, *(route for route in routes.values() if route.job_ids)), plan.unserved)


def search_on(problem: Problem, kept: Plan, start: Plan, freed: Collection[int], search: Search) -> Plan:
    """A better plan than ``start`` for the jobs of ``kept`` and the ``freed`` ones; others stay left out."""
    wanted = {*freed, *(ident for route in kept.routes for ident in route.job_ids)}
    known = replace(problem, jobs=tuple(job for job in problem.jobs if job.id in wanted))
    found = solve(known, search.stop, search.seed, start, baseline=kept, threads=search.threads).plan
    return calm(kept, found, freed)


def calm(kept: Plan, found: Plan, freed: Collection[int]) -> Plan:
    """Takes back what changed without helping any of the ``freed`` jobs.

    Routes that gave each other jobs belong together; where none of them took in a freed job, they stay as they were.
    """
    before, after = orders_of(kept), orders_of(found)
    group = {worker: worker for worker in [*before, *after]}

    def root(worker: int) -> int:
        while group[worker] != worker:
            worker = group[worker]
        return worker

    was_at = {job: worker for worker, order in before.items() for job in order}
    helped = set[int]()
    for worker, order in after.items():
        for job in order:
            if job in freed:
                helped.add(worker)
            else:
                group[root(was_at[job])] = root(worker)
    needed = {root(worker) for worker in helped}
    routes = ((found if root(worker) in needed else kept).route_of(worker) for worker in sorted(group))
    return Plan(tuple(route for route in routes if route is not None and route.job_ids))
