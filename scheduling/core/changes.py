"""The smallest changes around a job that would let it into a plan: a worker's overtime, skills, areas and limits, the
pins of others, and a job that makes way.

Found by insertions into lanes that are changed in one thing. A certificate and an absence are never among what changes,
nor does a promised job make way.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from scheduling.core.able import is_in_area
from scheduling.core.check import check_route
from scheduling.core.fixes import Fix, fix_of, up_to_step
from scheduling.core.insert import Field, Inserter
from scheduling.core.lanes import Change, Insertion, Lane
from scheduling.core.plan import Plan
from scheduling.core.problem import FOREVER, Job, Seconds, Worker

MOST_OVERTIME_S = 2 * 3600
LIMITS = {"max_jobs": "max_jobs", "max_work_s": "max_work", "max_travel_s": "max_travel", "max_leg_s": "max_leg"}


def overtime_fix(inserter: Inserter, job: Job) -> Fix | None:
    """One worker may return later than the overtime allows, by the fewest steps of five minutes, and never later than a
    dispatcher may allow."""
    lanes = [
        inserter.changed_lane(worker, "overtime", Change(replace(worker, overtime_s=_most_overtime(worker))))
        for worker in _askable(inserter, job)
    ]
    field = inserter.field_of(lanes)
    best: tuple[Seconds, Seconds, Insertion] | None = None
    for number, position, least in field.by_return(job):
        lane = lanes[number]
        allowed = lane.own_worker.returns_by
        if best is not None and least - allowed > best[0]:
            continue
        found = lane.insertion(job, position)
        if found is None:
            continue
        amount = min(up_to_step(found.route.returns - allowed), lane.worker.returns_by - allowed)
        if amount > 0 and (best is None or (amount, found.price_s) < best[:2]):
            best = amount, found.price_s, found
    return None if best is None else fix_of("overtime", best[2], best[0])


def _most_overtime(worker: Worker) -> Seconds:
    most = worker.overtime_s + MOST_OVERTIME_S
    return most if worker.most_overtime_s is None else max(worker.overtime_s, min(most, worker.most_overtime_s))


def limit_fix(inserter: Inserter, job: Job) -> Fix | None:
    """One limit of one worker is raised by what is missing."""
    found: list[Fix] = []
    askable = _askable(inserter, job)
    for name, rule in LIMITS.items():
        limited = [worker for worker in askable if getattr(worker, name) is not None]
        free = [inserter.changed_lane(worker, name, Change(_raised(worker, name, None))) for worker in limited]
        best = _cheapest(inserter.field_of(free), job)
        if best is not None:
            broken = check_route(inserter.problem, best.route, {job.id: job})
            amount = max((fault.amount for fault in broken if fault.rule == rule), default=0)
            found.append(fix_of("limit", best, amount, rule=name))
    return min(found, key=lambda fix: fix.price_s, default=None)


def _raised(worker: Worker, name: str, limit: Seconds | None) -> Worker:
    limits: dict[str, Any] = {name: limit}
    return replace(worker, **limits)


def skill_fix(inserter: Inserter, job: Job) -> Fix | None:
    """One worker has one skill more, or at a higher level."""
    lanes: list[Lane] = []
    needs: dict[int, tuple[str, int]] = {}
    for worker in _askable(inserter, replace(job, skills={}, any_skills=())):
        need = _missing(worker, job)
        if need is not None:
            needs[worker.id] = need
            lanes.append(inserter.changed_lane(worker, ("skill", *need), Change(_skilled(worker, *need))))
    best = _cheapest(inserter.field_of(lanes), job)
    if best is None:
        return None
    skill, level = needs[best.worker]
    if inserter.problem.weights.rare_skill:
        # What is rare is counted over all workers, so the price is that of the problem with the skill in it.
        workers = [_skilled(one, skill, level) if one.id == best.worker else one for one in inserter.problem.workers]
        changed = Inserter(replace(inserter.problem, workers=tuple(workers)), Plan(inserter.routes))
        best = changed.insert(job, limit=1, workers=[best.worker])[0]
    return replace(fix_of("skill", best), skill=skill, level=level)


def _skilled(worker: Worker, skill: str, level: int) -> Worker:
    return replace(worker, skills={**worker.skills, skill: level})


def _missing(worker: Worker, job: Job) -> tuple[str, int] | None:
    """The one skill, at its level, that the worker lacks; None where nothing or more is missing, or a certificate."""
    needs = [*({skill: level} for skill, level in job.skills.items()), *job.any_skills]
    unmet = [need for need in needs if all(worker.level(skill) < level for skill, level in need.items())]
    if len(unmet) != 1:
        return None
    gaps = [
        (level - worker.skills.get(skill, -1), skill, level)
        for skill, level in unmet[0].items()
        if worker.expires.get(skill, FOREVER) >= worker.shift.start
    ]
    return min(gaps)[1:] if gaps else None


def territory_fix(inserter: Inserter, job: Job) -> Fix | None:
    """One worker goes outside of the own territories."""
    lanes = [
        inserter.changed_lane(worker, ("areas", job.areas), Change(_roaming(worker, job.areas)))
        for worker in _askable(inserter, job, anywhere=True)
        if not is_in_area(worker, job.areas)
    ]
    best = _cheapest(inserter.field_of(lanes), job)
    return None if best is None else fix_of("territory", best)


def _roaming(worker: Worker, areas: frozenset[int]) -> Worker:
    allowed = None if worker.allowed_areas is None or not areas else worker.allowed_areas | areas
    return replace(worker, allowed_areas=allowed, forbidden_areas=worker.forbidden_areas - areas)


def other_pin_fix(inserter: Inserter, job: Job) -> Fix | None:
    """A planned job keeps its worker and place in the order, but not the pinned second."""
    lanes, jobs = [], []
    for worker, planned in _planned(inserter, job):
        if planned.pinned_start is not None:
            loose = {planned.id: replace(planned, pinned_start=None)}
            lanes.append(inserter.changed_lane(worker, ("loose", planned.id), Change(jobs=loose)))
            jobs.append(planned.id)
    best = next(inserter.field_of(lanes).cheapest(job), None)
    return None if best is None else fix_of("release_pin", best[1], job=jobs[best[0]], rule="pinned_start")


def move_fix(inserter: Inserter, job: Job) -> Fix | None:
    """A planned job that is pinned to its worker goes to another one, at the cheapest place there."""
    lanes, moves = [], []
    for worker, planned in _planned(inserter, job):
        if planned.pinned_workers is not None:
            move = inserter.elsewhere(replace(planned, pinned_workers=None), worker.id)
            if move is not None:
                lanes.append(inserter.changed_lane(worker, ("without", planned.id), Change(without=planned.id)))
                moves.append((planned.id, move))
    best = next(inserter.field_of(lanes).cheapest_with(job, [move.price_s for _, move in moves]), None)
    if best is None:
        return None
    number, found = best
    pinned, move = moves[number]
    return replace(
        fix_of("release_pin", found, job=pinned, rule="pinned_workers"),
        price_s=found.price_s + move.price_s,
        added_travel_s=found.added_travel_s + move.added_travel_s,
        moves_to=move.worker,
    )


def leave_out_fix(inserter: Inserter, job: Job) -> Fix | None:
    """A cheaper job without promise or pin makes way."""
    by_price = inserter.problem.objective == "prices"
    lanes, jobs = [], []
    for worker, planned in _planned(inserter, job):
        worth = (planned.unserved_cost or 0, job.unserved_cost or 0) if by_price else (planned.priority, job.priority)
        is_bound = planned.promise is not None or planned.pinned_start is not None or planned.pinned_workers is not None
        if worth[0] < worth[1] and not is_bound:
            lanes.append(inserter.changed_lane(worker, ("without", planned.id), Change(without=planned.id)))
            jobs.append(planned)
    prices = [planned.unserved_cost or 0 for planned in jobs]
    best = next(inserter.field_of(lanes).cheapest_with(job, prices), None)
    if best is None:
        return None
    fix = fix_of("leave_out", best[1], job=jobs[best[0]].id)
    return replace(fix, price_s=fix.price_s + prices[best[0]])


def _planned(inserter: Inserter, job: Job) -> Iterator[tuple[Worker, Job]]:
    """What stands in the routes of workers who may serve the job, less what is frozen there."""
    for worker in _askable(inserter, job):
        lane = inserter.lane(worker)
        for planned in () if lane is None else lane.own_jobs:
            if planned.id not in worker.frozen:
                yield worker, planned


def _askable(inserter: Inserter, job: Job, *, anywhere: bool = False) -> list[Worker]:
    """Workers who may serve the job, whose shift meets its windows and whose route can be kept as it is."""
    positions = inserter.field().positions
    flags = positions.able.persons(job) if anywhere else positions.able.flags(job)
    chosen = [positions.lanes[number] for number in np.flatnonzero(flags).tolist()]
    return [lane.worker for lane in chosen if not lane.is_late and _meets(lane.worker, job)]


def _meets(worker: Worker, job: Job) -> bool:
    last = worker.returns_by + MOST_OVERTIME_S
    return any(window.start <= last and window.end >= worker.shift.start for window in job.begins)


def _cheapest(field: Field, job: Job) -> Insertion | None:
    return next((found for _, found in field.cheapest(job)), None)
