"""What goes wrong on a day, reported by a dispatcher: the fact is kept, and a proposal says what to do about it.

Nothing binds before the proposal is published. What is found at once is proposed at once; after an illness a run then
looks for something better, and replaces the proposal as long as nobody has decided on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from scheduling.core.repair import Repair
from scheduling.enums import STOP_UNDER_WAY, AbsenceKind, StopAct
from scheduling.errors import Refused, TransitionRefused
from scheduling.models import Absence, Appointment, Route, RoutePlan, Run, Shift, Stop, Technician, User
from scheduling.planning import Lane, Situation, at_wall_time
from scheduling.repairing import (
    busy_until,
    lanes_of,
    load_day,
    stop_under_way,
    with_emergency,
    with_free_time,
    with_late_technician,
    without_technician,
)
from scheduling.services.appointments import current_stop, find_free_stop, load_appointment
from scheduling.services.history import claim_appointment, record_event
from scheduling.services.planning_settings import lock_planning_settings
from scheduling.services.plans import propose_plan
from scheduling.services.routes import RouteChange, change_routes
from scheduling.services.runs import cancel_run, list_plannable, request_run, runs_under_way
from scheduling.services.stops import predict_arrivals, record_act
from scheduling.services.words import reason_in_words

SEARCH_S = 2
MOST_LATE = timedelta(hours=12)
NOBODY_HOME = "nobody_home"


@dataclass(frozen=True, slots=True)
class Reported:
    """``plan``: what is proposed; None where nothing has to change. ``run`` looks for something better.

    ``under_way`` is a stop that stays with its technician, because it has begun. ``refusal``: why nothing could be
    computed, although the fact is kept; then there is no ``repair``.
    """

    plan: RoutePlan | None
    repair: Repair | None
    run: Run | None = None
    under_way: Stop | None = None
    refusal: str = ""


def report_ill(*, shift_id: int, from_at: datetime, actor: User | None, now: datetime) -> Reported:
    """The technician of the shift is absent from ``from_at`` to the end of the day."""

    def compute() -> RouteChange[Reported]:
        shift = _read_shift(shift_id)
        until_at = max(shift.ends_at, _midnight_after(shift))
        if from_at >= shift.ends_at:
            raise Refused(_("The shift is over by then. Enter the absence with the technician's rules."))
        known = Absence.objects.filter(technician=shift.technician, starts_at__lte=from_at, ends_at__gte=shift.ends_at)
        if known.exists():
            raise Refused(_("%(name)s is absent from then on already.") % {"name": shift.technician.name})
        situation = load_day(shift.date, now)
        situation.lane(shift_id)
        lanes = lanes_of(situation, shift.technician_id, since=from_at, until=until_at)
        repair = without_technician(situation, lanes, max(from_at, now))

        def write() -> Reported:
            Absence.objects.create(
                technician=shift.technician, starts_at=from_at, ends_at=until_at, kind=AbsenceKind.ILLNESS
            )
            _release_pins(situation, repair, shift.technician, actor, now)
            plan = _propose(_raised(situation, lanes), repair, actor, now)
            cause = {"technician": shift.technician_id, "from_at": from_at, "until_at": until_at}
            run = None if plan is None else _ask_for_better(shift, cause, plan, actor, now)
            begun = next((stop for lane in lanes if (stop := stop_under_way(lane))), None)
            return Reported(plan, repair, run, begun)

        return RouteChange({lane.route_id: lane.version for lane in lanes}, write)

    return change_routes(compute)


def _release_pins(
    situation: Situation, repair: Repair, technician: Technician, actor: User | None, now: datetime
) -> None:
    """A pin to somebody who won't come binds nobody; a pinned hour stays."""
    for move in repair.moved:
        appointment = situation.appointments[move.job]
        if appointment.pinned_technician_id != technician.pk:
            continue
        if move.now is not None and situation.lanes[move.now.worker].shift.technician_id == technician.pk:
            continue
        claim_appointment(appointment)
        Appointment.objects.filter(pk=appointment.pk).update(pinned_technician=None)
        data = {"technician": False, "time": appointment.pinned_start_at is not None}
        record_event(appointment=appointment, kind="pinned", now=now, actor=actor, data=data)


def _ask_for_better(shift: Shift, cause: dict[str, Any], plan: RoutePlan, actor: User | None, now: datetime) -> Run:
    """A plan of the whole day that is being made knows nothing of the illness: it is stopped, and nobody can ask for
    another before this one is asked for."""
    lock_planning_settings()
    for run in runs_under_way(shift.date):
        cancel_run(run_id=run.pk, now=now)
    repair = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in cause.items()}
    return request_run(date=shift.date, actor=actor, now=now, time_limit_s=SEARCH_S, repair=repair | {"plan": plan.pk})


def report_late(*, shift_id: int, minutes: int, actor: User | None, now: datetime) -> Reported:
    """The visit under way takes so much longer than planned; where none is, the technician is away for so long from
    now on."""
    route = Route.objects.select_related("shift__technician").get(shift_id=shift_id)
    stop = route.stops.filter(is_current=True, status__in=STOP_UNDER_WAY).order_by("-starts_at").first()
    if stop is not None:
        return report_overrun(stop_id=stop.pk, minutes=minutes, actor=actor, now=now)
    begins = max(now, route.shift.starts_at).replace(microsecond=0)
    ends = begins + _delay(minutes)
    if begins >= route.shift.ends_at:
        raise Refused(_("The shift is over. Nothing of it can run late."))

    def compute() -> RouteChange[Reported]:
        situation = load_day(route.shift.date, now)
        lane = situation.lane(shift_id)
        repair = with_late_technician(situation, lane, ends)

        def write() -> Reported:
            Absence.objects.create(
                technician=route.shift.technician,
                starts_at=begins,
                ends_at=ends,
                kind=AbsenceKind.OTHER,
                note=_("late"),
            )
            return Reported(_propose(_raised(situation, [lane]), repair, actor, now), repair)

        return RouteChange({lane.route_id: lane.version}, write)

    return change_routes(compute)


def report_overrun(*, stop_id: int, minutes: int, actor: User | None, now: datetime) -> Reported:
    """The work under way takes ``minutes`` longer than planned; what was reported before is forgotten."""
    overrun_s = int(_delay(minutes).total_seconds())

    def compute() -> RouteChange[Reported]:
        stop = Stop.objects.select_related("route__shift").get(pk=stop_id)
        situation = load_day(stop.route.shift.date, now)
        lane = situation.lane(stop.route.shift_id)
        begun = stop_under_way(lane)
        if begun is None or begun.pk != stop_id:
            raise TransitionRefused(
                _("The technician is not on this visit. Report the delay of the technician instead.")
            )
        repair = with_late_technician(situation, lane, busy_until(begun, overrun_s, now))

        def write() -> Reported:
            Stop.objects.filter(pk=stop_id).update(overrun_s=overrun_s)
            predict_arrivals(route_id=lane.route_id, now=now)
            return Reported(_propose(_raised(situation, [lane]), repair, actor, now), repair)

        return RouteChange({lane.route_id: lane.version}, write)

    return change_routes(compute)


def _delay(minutes: int) -> timedelta:
    delay = timedelta(minutes=minutes)
    if not timedelta() < delay <= MOST_LATE:
        raise Refused(_("A delay is between 1 minute and 12 hours."))
    return delay


def report_no_show(*, appointment_id: int, actor: User | None, now: datetime) -> Reported:
    """Nobody was there: the stop ends as not completed, and what waits for a place may use the time. That it ended
    stays, whatever comes of the search."""
    stop = current_stop(Appointment.objects.get(pk=appointment_id))
    if stop is None:
        raise Refused(_("This visit is on no route. Cancel it, or place it first."))
    if stop.status not in STOP_UNDER_WAY and stop.arrival_at > now:
        raise Refused(_("Nobody can have been there yet. Take the visit off its route, or cancel it."))
    record_act(stop_id=stop.pk, act=StopAct.NOT_COMPLETED, at=now, now=now, actor=actor, reason=NOBODY_HOME)
    day = stop.route.shift.date

    def compute() -> RouteChange[Reported]:
        situation = load_day(day, now, also=list_plannable(dates=[day], now=now))
        repair = with_free_time(situation, situation.lane(stop.route.shift_id))

        def write() -> Reported:
            takes = any(move.was is None for move in repair.moved)
            return Reported(_propose(situation, repair, actor, now) if takes else None, repair)

        return RouteChange({}, write)

    try:
        return change_routes(compute)
    except Refused as refusal:
        return Reported(None, None, refusal=str(refusal))


def place_emergency(*, appointment_id: int, actor: User | None, now: datetime) -> Reported:
    """Proposes the best place that can be had today, perhaps one that another visit makes free."""
    appointment = load_appointment(appointment_id)
    if find_free_stop(appointment) is not None:
        raise Refused(_("This visit has a place already. Move it, or take it off its route first."))
    if not appointment.place.has_coordinates:
        raise Refused(_("The address has no coordinates: set the place on the map."))
    day = now.astimezone(ZoneInfo(appointment.zone)).date()

    def compute() -> RouteChange[Reported]:
        situation = load_day(day, now, also=[appointment])
        repair = with_emergency(situation, appointment, now)
        refused = next((entry for entry in repair.unserved if entry.job == appointment_id), None)
        if refused is not None:
            text = _(
                "No place today, not even if another visit makes way: %(reason)s Open the visit to see what would help."
            )
            raise Refused(text % {"reason": reason_in_words(refused.reason)})
        return RouteChange({}, lambda: Reported(_propose(situation, repair, actor, now), repair))

    return change_routes(compute)


def _propose(situation: Situation, repair: Repair, actor: User | None, now: datetime) -> RoutePlan | None:
    if not repair.moved:
        return None
    return propose_plan(
        situation=situation,
        result=repair.plan,
        run=None,
        actor=actor,
        now=now,
        may_break=repair.lost_promises,
    )


def _raised(situation: Situation, lanes: Sequence[Lane]) -> Situation:
    """As it is inside of ``change_routes``, which has raised the versions of these."""
    raised = {lane.shift.pk: replace(lane, version=lane.version + 1) for lane in lanes}
    return replace(situation, lanes={**situation.lanes, **raised})


def _read_shift(shift_id: int) -> Shift:
    return Shift.objects.select_related("technician").get(pk=shift_id)


def _midnight_after(shift: Shift) -> datetime:
    return at_wall_time(shift.date + timedelta(days=1), time(), ZoneInfo(shift.zone))
