"""What new rules would break where a visit stands. A pin hides what it contradicts from the planner, not from here."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from scheduling.core.check import Violation, check_route, part
from scheduling.core.plan import Route
from scheduling.core.timing import force_route
from scheduling.errors import BrokenRule
from scheduling.models import Appointment, Stop
from scheduling.planning import Situation, load_situation
from scheduling.services.appointments import find_free_stop
from scheduling.services.words import describe

SET_BY = {"window": "wishes", "opening": "hours", "earliest": "earliest_at", "due": "due_at"}


@dataclass(frozen=True, slots=True)
class Judgement:
    stop: Stop | None
    broken: tuple[BrokenRule, ...]
    seen: dict[int, int]


def judge_rules(appointment: Appointment, wanted: Appointment, changed: Collection[str], now: datetime) -> Judgement:
    """What the stop would break with the rules of ``wanted``, at the times that the route has, and doesn't break now.

    A rule among the ``changed`` ones is judged anew: that an older wish was overruled says nothing about the new one.
    """
    stop = find_free_stop(appointment)
    if stop is None:
        return Judgement(None, (), {})
    shift = stop.route.shift
    present = load_situation(dates=[shift.date], now=now)
    lane = present.lane(shift.pk)
    route = _route_as_planned(present, shift.pk, stop)
    if route is None:
        return Judgement(stop, (), {lane.route_id: lane.version})
    after = load_situation(dates=[shift.date], now=now, also=[wanted])
    before = [
        fault
        for fault in _find_violations(present, route, appointment.pk)
        if fault.job != appointment.pk or SET_BY.get(fault.rule) not in changed
    ]
    broken = part(_find_violations(after, route, appointment.pk), before).broken
    words = tuple(describe(violation, after, wanted) for violation in broken)
    return Judgement(stop, words, {lane.route_id: lane.version})


def _find_violations(situation: Situation, route: Route, job_id: int) -> list[Violation]:
    """With the pinned hour, and once more as if there were none."""
    job = situation.problem.job(job_id)
    free = {job_id: replace(job, pinned_start=None)}
    return list(
        dict.fromkeys([*check_route(situation.problem, route), *check_route(situation.problem, route, free)]),
    )


def _route_as_planned(situation: Situation, worker: int, stop: Stop) -> Route | None:
    """The present route, with the stop at its planned begin: left alone it would begin as early as its rules let it."""
    present = situation.present.route_of(worker)
    job = situation.problem.find_job(stop.appointment_id)
    if present is None or job is None:
        return None
    held = replace(job, pinned_start=situation.seconds(stop.starts_at))
    jobs = tuple(held if one.id == job.id else one for one in situation.problem.jobs)
    return force_route(replace(situation.problem, jobs=jobs), worker, present.job_ids)
