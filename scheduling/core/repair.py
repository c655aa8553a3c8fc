"""A day that went otherwise than planned: what is to be done now, with few changes and at once.

Somebody falls ill, runs late, nobody is at home, an emergency comes in. Every function takes the plan as it stands and
answers with another one that breaks no rule anew. Jobs that have lost their place are put in by insertion, which takes
milliseconds; with a ``Search`` the answer is then improved until its rule stops it. Moving what need not move is dear
(``EMERGENCY``, against the plan as it stands), and routes that nothing forces to change stay.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from scheduling.core.check import check, check_route, part
from scheduling.core.cost import Cost, cost
from scheduling.core.insert import Inserter
from scheduling.core.mending import Search, Way, is_worth, make_room, place_all, search_on, with_routes
from scheduling.core.plan import Plan, Route, Unserved
from scheduling.core.problem import Job, Placement, Problem, ProblemError, Seconds, Worker
from scheduling.core.settle import keep_feasible
from scheduling.core.solve import BrokenPlanError
from scheduling.core.timing import force_route, retime
from scheduling.core.weights import EMERGENCY, Weights

__all__ = [
    "Move",
    "Repair",
    "Search",
    "Spot",
    "catch_up",
    "emergency",
    "take_out_workers",
    "use_free_time",
]

# An emergency's place that costs less is taken, without asking whether somebody could make way.
DEAR_S = 1_800


@dataclass(frozen=True, slots=True)
class Spot:
    worker: int
    begin: Seconds


@dataclass(frozen=True, slots=True)
class Move:
    """A job whose worker or begin changes; None where it had, or has, no place."""

    job: int
    was: Spot | None
    now: Spot | None


@dataclass(frozen=True, slots=True)
class Repair:
    """``broken_promises``: jobs whose promise the plan before kept and this one doesn't: those named in ``may_break``,
    those that nobody can serve any more, which are left out, and after an overrun those that come late anyway.
    ``before`` and ``after`` are costs by the repair's weights, of the plan as it stood and as it is now."""

    plan: Plan
    moved: tuple[Move, ...]
    broken_promises: tuple[int, ...]
    before: Cost
    after: Cost

    @property
    def unserved(self) -> tuple[Unserved, ...]:
        return self.plan.unserved

    @property
    def lost_promises(self) -> tuple[int, ...]:
        """Of the broken ones those that nobody serves any more; the others are served at another hour."""
        left_out = {entry.job for entry in self.unserved}
        return tuple(job for job in self.broken_promises if job in left_out)


def take_out_workers(
    problem: Problem,
    plan: Plan,
    workers: Collection[int],
    from_s: Seconds,
    *,
    search: Search | None = None,
    weights: Weights = EMERGENCY,
    may_break: Collection[int] = (),
) -> Repair:
    """These work no more from ``from_s`` on: what they would not have finished by then goes to others, whoever it was
    pinned to, unless that one still works."""
    known = _prepared(problem, plan, weights, may_break)
    freed: set[int] = set()
    keeps: dict[int, tuple[int, ...]] = {}
    for ident in workers:
        route = plan.route_of(ident)
        keeps[ident] = () if route is None else _done_by(route, from_s)
        freed.update(() if route is None else route.job_ids[len(keeps[ident]) :])
    resting = tuple(
        replace(one, frozen=keeps[one.id], max_jobs=len(keeps[one.id])) if one.id in keeps else one
        for one in known.workers
    )
    jobs = tuple(_let_go(job, workers) if job.id in freed else job for job in known.jobs)
    changed = replace(known, jobs=jobs, workers=resting)
    left = {ident: force_route(changed, ident, order) if order else _nothing(ident) for ident, order in keeps.items()}
    return _finish(_Case(problem, known, changed, plan), with_routes(plan, left), freed, search)


def _let_go(job: Job, gone: Collection[int]) -> Job:
    if job.pinned_workers is None or not job.pinned_workers <= set(gone):
        return job
    return replace(job, pinned_workers=None)


def catch_up(
    problem: Problem,
    plan: Plan,
    worker: int,
    *,
    search: Search | None = None,
    weights: Weights = EMERGENCY,
    may_break: Collection[int] = (),
) -> Repair:
    """The problem knows already that the worker is late, or longer with a job, and the plan has the hours from before:
    what can't be kept goes to others who can. What nobody else can take stays, as late as it is."""
    known = _prepared(problem, plan, weights, may_break)
    late = retime(known, plan)
    case = _Case(problem, known, known, plan)
    route = late.route_of(worker)
    if route is None or not check_route(known, route):
        return _result(case, late, late)
    kept_route = keep_feasible(known, {worker: route.job_ids}).route_of(worker)
    kept = with_routes(late, {worker: kept_route or _nothing(worker)})
    freed = set(route.job_ids) - set(kept_route.job_ids if kept_route else ())
    repaired = place_all(known, kept, freed)
    if search is not None and freed:
        repaired = search_on(known, kept, repaired, freed, search)
    return _result(case, _put_back(known, repaired, late, worker), late)


def use_free_time(problem: Problem, plan: Plan, worker: int, *, weights: Weights = EMERGENCY) -> Repair:
    """What of the unserved has room on one worker's route goes there, as after a job that neither problem nor plan
    hold any more; nothing else changes."""
    known = _prepared(problem, plan, weights, ())
    return _result(_Case(problem, known, known, plan), _filled(known, plan, worker), plan)


def emergency(
    problem: Problem,
    plan: Plan,
    job: int,
    *,
    from_s: Seconds | None = None,
    weights: Weights = EMERGENCY,
    may_break: Collection[int] = (),
) -> Repair:
    """Puts in a job that the problem knows and the plan doesn't hold, at its best place. Where there is none, or only a
    dear one, one other job may make way; whatever else is planned stays where it is. With ``from_s`` every minute
    after it counts as late."""
    if any(job in route.job_ids for route in plan.routes):
        raise ProblemError("job", f"{job} is in the plan already")
    known = _prepared(problem, plan, weights, may_break)
    if from_s is not None:
        jobs = tuple(_urgent(one, from_s) if one.id == job else one for one in known.jobs)
        known = replace(known, jobs=jobs)
    inserter, wanted = Inserter(known, plan), known.job(job)
    found = inserter.insert(wanted, limit=1)
    way = Way(found[0].price_s, {found[0].worker: found[0].route}) if found else None
    if way is None or way.price_s > DEAR_S:
        made = make_room(inserter, wanted)
        way = min((one for one in (way, made) if one is not None), key=lambda one: one.price_s, default=None)
    routes = way.routes if way is not None and is_worth(known, wanted, way.price_s) else {}
    return _result(_Case(problem, known, known, plan), with_routes(plan, routes), plan)


def _urgent(job: Job, from_s: Seconds) -> Job:
    return replace(job, sla=from_s if job.sla is None else min(job.sla, from_s))


@dataclass(frozen=True, slots=True)
class _Case:
    """``given`` problem and ``plan``; ``known`` prices changes against the plan, ``changed`` knows what happened."""

    given: Problem
    known: Problem
    changed: Problem
    plan: Plan


def _prepared(problem: Problem, plan: Plan, weights: Weights, may_break: Collection[int]) -> Problem:
    """Each planned job is wanted where it is, at its hour; named promises no longer bind. Jobs are frozen as far as the
    plan has them where they are to stay."""
    spots = _spots(plan)
    jobs = []
    for job in problem.jobs:
        if job.id in may_break:
            job = replace(job, promise=None)
        if job.id in spots:
            worker = problem.worker(spots[job.id].worker)
            job = replace(job, before=Placement(worker.technician_id, worker.day_number, spots[job.id].begin))
        jobs.append(job)
    honoured = {route.worker: route.job_ids for route in plan.routes}
    workers = tuple(_frozen_as_planned(one, honoured.get(one.id, ())) if one.frozen else one for one in problem.workers)
    return replace(problem, jobs=tuple(jobs), workers=workers, weights=weights)


def _frozen_as_planned(worker: Worker, order: Sequence[int]) -> Worker:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(worker.frozen, order, strict=False))
    return replace(worker, frozen=tuple(ident for ident, _ in pairs))


def _done_by(route: Route, moment: Seconds) -> tuple[int, ...]:
    """The first jobs of the route, as far as they are finished."""
    return tuple(stop.id for stop in route.stops if stop.kind == "job" and stop.end <= moment)


def _nothing(worker: int) -> Route:
    return Route(worker, 0, (), 0, 0)


def _put_back(problem: Problem, plan: Plan, late: Plan, worker: int) -> Plan:
    """What nobody took stays with the late worker, no later than it would have been."""
    served = {ident for route in plan.routes for ident in route.job_ids}
    lost = [ident for route in late.routes for ident in route.job_ids if ident not in served]
    order = next(route.job_ids for route in late.routes if route.worker == worker)
    before = [fault for route in late.routes for fault in check_route(problem, route)]
    for ident in sorted(lost, key=lambda one: (-(problem.job(one).unserved_cost or 0), one)):
        own = plan.route_of(worker)
        on_it = {ident, *(own.job_ids if own else ())}
        newcomers = [one for one in (own.job_ids if own else ()) if one not in order]
        tried = force_route(problem, worker, [*(one for one in order if one in on_it), *newcomers])
        if not part(check_route(problem, tried), before).broken:
            plan = with_routes(plan, {worker: tried})
    return plan


def _finish(case: _Case, kept: Plan, freed: Collection[int], search: Search | None) -> Repair:
    repaired = place_all(case.changed, kept, freed)
    if search is not None and freed:
        repaired = search_on(case.changed, kept, repaired, freed, search)
    return _result(case, repaired, kept)


def _filled(problem: Problem, plan: Plan, worker: int) -> Plan:
    served = _spots(plan)
    inserter = Inserter(problem, plan)
    waiting = [job for job in problem.jobs if job.id not in served]
    for job in sorted(waiting, key=lambda one: (-one.priority, -(one.unserved_cost or 0), one.id)):
        found = inserter.insert(job, limit=1, workers=[worker])
        if found and is_worth(problem, job, found[0].price_s):
            inserter.accept(found[0])
    return Plan(inserter.routes)


def _result(case: _Case, repaired: Plan, baseline: Plan) -> Repair:
    routes = tuple(sorted((route for route in repaired.routes if route.job_ids), key=lambda route: route.worker))
    plan = Plan(routes, tuple(_left_out(case, Plan(routes))))
    if broken := check(case.changed, plan, retime(case.changed, baseline)).broken:
        raise BrokenPlanError(f"the repair breaks {broken[:3]}")
    moved = tuple(_moves(_spots(case.plan), _spots(plan)))
    lost = _broken_promises(case, _spots(plan))
    return Repair(plan, moved, lost, cost(case.known, case.plan), cost(case.changed, plan))


def _left_out(case: _Case, plan: Plan) -> Iterator[Unserved]:
    """What was left out before keeps its reason."""
    known = {entry.job: entry for entry in case.plan.unserved}
    served, inserter = _spots(plan), None
    for job in case.changed.jobs:
        if job.id in served:
            continue
        if job.id not in known:
            inserter = inserter or Inserter(case.changed, plan)
            yield inserter.reasons(job)
        else:
            yield known[job.id]


def _spots(plan: Plan) -> dict[int, Spot]:
    return {
        stop.id: Spot(route.worker, stop.begin) for route in plan.routes for stop in route.stops if stop.kind == "job"
    }


def _moves(before: Mapping[int, Spot], after: Mapping[int, Spot]) -> Iterator[Move]:
    for job in sorted(before.keys() | after.keys()):
        was, now = before.get(job), after.get(job)
        if was != now:
            yield Move(job, was, now)


def _broken_promises(case: _Case, after: Mapping[int, Spot]) -> tuple[int, ...]:
    before = _spots(case.plan)
    return tuple(
        job.id
        for job in case.given.jobs
        if job.promise is not None
        and (job.id in before and before[job.id].begin in job.promise)
        and (job.id not in after or after[job.id].begin not in job.promise)
    )
