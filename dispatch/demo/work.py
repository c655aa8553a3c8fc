"""The work of the made-up technicians, recorded as their phones would: acts, findings, causes, reports."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from random import Random

from dispatch.demo.cases import Story
from dispatch.demo.days import Day
from dispatch.enums import CaseStatus, NotCompletedReason
from dispatch.models import Case, ChecklistAnswer, Observation, Visit
from dispatch.services.cases import close_case
from dispatch.services.findings import Measured, identify_factor, record_finding, write_summary
from scheduling.enums import StopAct
from scheduling.models import Stop, User
from scheduling.services.stops import record_act

FAILURES = (
    NotCompletedReason.NOBODY_HOME,
    NotCompletedReason.NO_ACCESS,
    NotCompletedReason.PART_MISSING,
    NotCompletedReason.SKILL_MISSING,
)
VERY_LATE = 0.012
WORKS = "El cliente confirma por teléfono que todo funciona."


@dataclass(frozen=True, slots=True)
class Facts:
    """When a stop was really reached, begun and left; ``failure`` is why nothing could be done."""

    left: datetime
    arrived: datetime
    started: datetime
    finished: datetime
    failure: str = ""


@dataclass(slots=True)
class Work:
    """One day's work until an instant. ``late_s`` is how much later than planned a technician may arrive."""

    day: Day
    until: datetime
    random: Random
    stories: Mapping[int, Story]
    late_s: int
    failing: float


def work_day(work: Work) -> list[Story]:
    """Records what happened until ``work.until``; returns the stories whose visit was done, in order of time."""
    stops = (
        Stop.objects.filter(route__shift__date=work.day.date, is_current=True)
        .select_related("appointment", "technician__user", "route")
        .order_by("route_id", "starts_at")
    )
    finished: list[tuple[datetime, Story]] = []
    for _route_id, on_route in groupby(stops, key=lambda stop: stop.route_id):
        for stop, facts in invent_facts(work, on_route):
            story = work.stories[stop.appointment_id]
            if _record(work, stop, facts, story):
                finished.append((facts.finished, story))
    return [story for _at, story in sorted(finished, key=lambda pair: pair[0])]


def invent_facts(work: Work, stops: Iterator[Stop]) -> Iterator[tuple[Stop, Facts]]:
    """Nobody is at two places: each arrival follows the stop before and the way."""
    free_at: datetime | None = None
    for stop in stops:
        random = work.random
        late_s = random.randrange(-300, work.late_s + 1)
        if work.late_s and random.random() < VERY_LATE:
            late_s = random.randrange(4500, 6000)
        arrived = stop.arrival_at + timedelta(seconds=late_s)
        if free_at is not None:
            arrived = max(arrived, free_at + timedelta(seconds=stop.travel_s))
        opens = stop.appointment.window_starts_at or stop.starts_at
        started = max(arrived + timedelta(seconds=30), min(opens, stop.starts_at))
        planned_s = (stop.ends_at - stop.starts_at).total_seconds()
        failure = random.choice(FAILURES) if random.random() < work.failing else ""
        part = random.uniform(0.12, 0.3) if failure else random.uniform(0.96, 1.0)
        finished = started + timedelta(seconds=int(planned_s * part))
        yield stop, Facts(arrived - timedelta(seconds=stop.travel_s), arrived, started, finished, failure)
        free_at = finished


def _record(work: Work, stop: Stop, facts: Facts, story: Story) -> bool:
    """Whether the visit is done. Only who is on the way right now says so: the message about it is for today."""
    actor = stop.technician.user
    if facts.finished > work.until and facts.left <= work.until:
        _act(stop, StopAct.ON_MY_WAY, facts.left, actor)
    if facts.arrived > work.until:
        return False
    _act(stop, StopAct.ARRIVED, facts.arrived, actor)
    if facts.failure:
        if facts.finished <= work.until:
            _act(stop, StopAct.NOT_COMPLETED, facts.finished, actor, facts.failure)
        return False
    if facts.started > work.until:
        return False
    _act(stop, StopAct.STARTED, facts.started, actor)
    if facts.finished > work.until:
        return False
    visit = _visit_of(stop)
    write_findings(visit, story, facts.started, facts.finished, actor, work.random)
    _act(stop, StopAct.FINISHED, facts.finished, actor)
    return True


def _act(stop: Stop, act: StopAct, at: datetime, actor: User | None, reason: str = "") -> None:
    record_act(stop_id=stop.pk, act=act, at=at, now=at, actor=actor, reason=reason)


def _visit_of(stop: Stop) -> Visit:
    return Visit.objects.select_related("case", "device").get(appointment_id=stop.appointment_id)


def write_findings(
    visit: Visit, story: Story, started: datetime, finished: datetime, actor: User | None, random: Random
) -> None:
    span = (finished - started) / (len(story.trouble.findings) + 2)
    for number, (code, value, contributing, note) in enumerate(story.trouble.findings, 1):
        record_finding(
            visit=visit,
            client_id=uuid.UUID(int=random.getrandbits(128), version=4),
            observation_code=code,
            value=measure(code, value, random),
            contributing=contributing,
            note=note,
            at=started + span * number,
            actor=actor,
        )
    for position, code in enumerate(story.trouble.factors):
        identify_factor(visit=visit, factor_code=code, present=True, primary=position == 0)
    words = story.trouble.en if story.household.english else story.trouble.es
    write_summary(visit=visit, text=words.done)
    ChecklistAnswer.objects.filter(visit=visit).update(done_at=finished - span / 2)


def measure(code: str, value: float | str | bool, random: Random) -> Measured:
    """Numbers vary a little from house to house."""
    if isinstance(value, bool):
        return Measured(yes_no=value)
    if isinstance(value, str):
        return Measured(choice=value)
    if Observation.objects.only("kind").get(code=code).kind == Observation.Kind.COUNT:
        return Measured(number=value)
    return Measured(number=round(value * random.uniform(0.97, 1.03), 1))


def close_some(stories: list[Story], *, agent: User, at: datetime, random: Random) -> None:
    """A day later somebody calls: does it still work?"""
    for story in stories:
        if random.random() < 0.6:
            case = Case.objects.get(pk=story.case.pk)
            if case.status == CaseStatus.SOLVED:
                close_case(case=case, reason=WORKS, actor=agent, now=at)
