"""Why an appointment has no place, or why it has the one it has, computed on the current routes as they are now."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from scheduling.core.cost import CostBreakdown, break_down
from scheduling.core.explain import Explanation, Why, explain, why
from scheduling.core.insert import Inserter, Insertion
from scheduling.core.plan import Plan
from scheduling.core.problem import Problem
from scheduling.enums import STOP_FREE
from scheduling.horizon import list_dates
from scheduling.models import Appointment, RoutePlan, Stop
from scheduling.planning import Situation, load_situation
from scheduling.services.appointments import load_appointment
from scheduling.services.plans import load_proposed

# How many days, the board's first, are looked at for another day's room.
DAYS_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Unplaced:
    """``room`` is the cheapest place on the day asked for, if there is one after all; else ``explanation`` says why not
    and what would help, and ``elsewhere`` is the cheapest place on one of the days after it, as the visit is."""

    situation: Situation
    day: date
    room: Insertion | None
    elsewhere: Insertion | None
    explanation: Explanation | None


@dataclass(frozen=True, slots=True)
class Placed:
    situation: Situation
    why: Why
    costs: CostBreakdown


def explain_unplaced(
    *, appointment: Appointment, day: date, now: datetime, proposal: RoutePlan | None = None
) -> Unplaced | None:
    """Of an appointment without a place, on the current routes or as ``proposal`` would make them. None where nothing
    can be computed: its address has no coordinates."""
    if not appointment.place.has_coordinates:
        return None
    wanted = load_appointment(appointment.pk)
    if proposal is None:
        situation = load_situation(dates=list_dates(day, DAYS_AHEAD), now=now, also=[wanted])
        plan = situation.present
    else:
        situation, plan = load_proposed(proposal, now, also=[wanted])
    job = situation.problem.job(appointment.pk)
    inserter = Inserter(situation.problem, plan)
    today = frozenset(worker for worker, lane in situation.lanes.items() if lane.shift.date == day)
    if room := inserter.insert(job, limit=1, workers=today):
        return Unplaced(situation, day, room[0], None, None)
    if elsewhere := inserter.insert(job, limit=1, workers=situation.lanes.keys() - today):
        problem, plan = _only(situation.problem, plan, today)
        return Unplaced(situation, day, None, elsewhere[0], explain(problem, plan, job))
    return Unplaced(situation, day, None, None, explain(situation.problem, plan, job, inserter=inserter))


def _only(problem: Problem, plan: Plan, workers: Collection[int]) -> tuple[Problem, Plan]:
    """Some lanes alone, with what is on them: what is free elsewhere is no fix for them."""
    routes = tuple(route for route in plan.routes if route.worker in workers)
    own = tuple(worker for worker in problem.workers if worker.id in workers)
    return replace(problem, workers=own), Plan(routes)


def explain_placed(*, stop: Stop, now: datetime) -> Placed | None:
    """Of a stop that may still move. None for facts, and on a route of which nothing can be computed."""
    shift = stop.route.shift
    if stop.status not in STOP_FREE:
        return None
    situation = load_situation(dates=[shift.date], now=now)
    if stop.appointment_id not in situation.appointments or shift.pk not in situation.lanes:
        return None
    found = why(situation.problem, situation.present, stop.appointment_id)
    return Placed(situation, found, break_down(situation.problem, situation.present))
