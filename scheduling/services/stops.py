"""The technician's day as it happens. Facts are not refused: a late day changes predictions, never what was done."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from scheduling.enums import (
    ACT_LEADS_TO,
    STOP_OVER,
    STOP_TRANSITIONS,
    STOP_UNDER_WAY,
    AppointmentStatus,
    PromiseOutcome,
    StopAct,
    StopStatus,
)
from scheduling.errors import TransitionRefused
from scheduling.models import Appointment, Promise, Route, ShiftBreak, Stop, User
from scheduling.services.history import change_status, record_event
from scheduling.services.routes import RouteChange, RouteChanged, change_routes
from scheduling.signals import stop_changed

# A later tap stands for the earlier ones that were skipped.
STANDS_FOR: dict[str, tuple[str, ...]] = {
    StopAct.STARTED: (StopStatus.ARRIVED,),
    StopAct.FINISHED: (StopStatus.ARRIVED, StopStatus.WORKING),
}
FACT_OF: dict[str, str] = {
    StopStatus.ON_THE_WAY: "on_my_way_at",
    StopStatus.ARRIVED: "arrived_at",
    StopStatus.WORKING: "started_at",
    StopStatus.FINISHED: "finished_at",
    StopStatus.NOT_COMPLETED: "finished_at",
}
FACTS = ("on_my_way_at", "arrived_at", "started_at", "finished_at")
OUTCOME: dict[str, AppointmentStatus] = {
    StopStatus.FINISHED: AppointmentStatus.FULFILLED,
    StopStatus.NOT_COMPLETED: AppointmentStatus.MISSED,
}


def record_act(
    *, stop_id: int, act: StopAct, at: datetime, now: datetime, actor: User | None, reason: str = ""
) -> Stop:
    """``at`` is the phone's time; it is taken as never later than ``now`` nor earlier than the stop's last fact.

    ``reason`` is the code that ``not_completed`` must carry. A repeated act changes nothing.
    Raises ``TransitionRefused``.
    """
    if act == StopAct.NOT_COMPLETED and not reason:
        raise TransitionRefused(_("Say why the visit could not be completed."), act=act)

    def compute() -> RouteChange[Stop]:
        route_id = Stop.objects.values_list("route_id", flat=True).get(pk=stop_id)
        return RouteChange(
            {route_id: 0}, lambda: _write(stop_id, route_id, act=act, at=at, now=now, actor=actor, reason=reason)
        )

    return change_routes(compute, check_versions=False)


def _write(
    stop_id: int, route_id: int, *, act: StopAct, at: datetime, now: datetime, actor: User | None, reason: str
) -> Stop:
    stop = Stop.objects.select_related("appointment").get(pk=stop_id)
    if stop.route_id != route_id:
        raise RouteChanged(route_id)
    if _is_repeated(stop, act):
        return stop
    steps = _find_steps(stop, act)
    before = stop.status
    moment = max([min(at, now), *(fact for fact in _facts(stop) if fact <= now)])
    names = [FACT_OF[step] for step in steps if step in FACT_OF]
    fields: dict[str, Any] = {name: moment for name in names if getattr(stop, name) is None}
    if act == StopAct.NOT_COMPLETED:
        fields["not_completed_reason"] = reason
    changed = Stop.objects.filter(pk=stop.pk, version=stop.version, status=before).update(
        status=steps[-1], version=F("version") + 1, **fields
    )
    if not changed:
        raise RouteChanged(route_id)
    stop.refresh_from_db()
    _tell_appointment(stop, act, before=before, moment=moment, actor=actor, reason=reason)
    _settle_promise(stop, now=now)
    predict_arrivals(route_id=route_id, now=now)
    stop.refresh_from_db(fields=("eta_at",))
    stop_changed.send(sender=Stop, stop_id=stop.pk, act=act, now=now)
    return stop


def _facts(stop: Stop) -> list[datetime]:
    return [fact for name in FACTS if (fact := getattr(stop, name)) is not None]


def _is_repeated(stop: Stop, act: StopAct) -> bool:
    """The stop is there already, or beyond: a tap of a second phone, or one that came late."""
    if stop.status == ACT_LEADS_TO[act]:
        return True
    if not stop.is_current or stop.status == StopStatus.TAKEN_OFF:
        return False
    if act == StopAct.ON_MY_WAY:
        return bool(_facts(stop))
    if act == StopAct.ARRIVED:
        return stop.arrived_at is not None
    return act == StopAct.STARTED and stop.started_at is not None


def _find_steps(stop: Stop, act: StopAct) -> list[str]:
    """The states to go through, the act's own last."""
    wanted, status, steps = ACT_LEADS_TO[act], stop.status, []
    for step in (*STANDS_FOR.get(act, ()), wanted):
        if wanted in STOP_TRANSITIONS[status]:
            break
        if step in STOP_TRANSITIONS[status]:
            steps.append(step)
            status = step
    if not stop.is_current or wanted not in STOP_TRANSITIONS[status]:
        raise TransitionRefused(
            _("The stop is %(state)s; that can't be done any more.") % {"state": stop.get_status_display()},
            state=stop.status,
        )
    return [*steps, wanted]


def _tell_appointment(
    stop: Stop, act: StopAct, *, before: str, moment: datetime, actor: User | None, reason: str
) -> None:
    """One row of history; at the end of the work the appointment's own status goes with it."""
    appointment = Appointment.objects.select_for_update().get(pk=stop.appointment_id)
    facts: dict[str, Any] = {"stop": stop.pk, "from": before, "to": stop.status}
    outcome = OUTCOME.get(stop.status)
    if outcome is None or not appointment.is_open:
        record_event(appointment=appointment, kind=act, now=moment, actor=actor, reason=reason, data=facts)
    else:
        change_status(appointment=appointment, to=outcome, kind=act, now=moment, actor=actor, reason=reason, data=facts)


def _settle_promise(stop: Stop, *, now: datetime) -> None:
    """Kept by whoever arrives before the window ends: who comes early waits. Broken by coming later, or never."""
    if stop.arrived_at is None and stop.status not in STOP_OVER:
        return
    promise = Promise.objects.filter(appointment_id=stop.appointment_id, outcome=PromiseOutcome.OPEN).first()
    if promise is None:
        return
    kept = stop.arrived_at is not None and stop.arrived_at <= promise.ends_at
    promise.outcome = PromiseOutcome.KEPT if kept else PromiseOutcome.BROKEN
    promise.settled_at = now
    promise.reason = "" if kept else stop.not_completed_reason
    promise.save(update_fields=["outcome", "settled_at", "reason"])


def predict_arrivals(*, route_id: int, now: datetime) -> None:
    """ETAs of the stops ahead, from the last act through the rest of the route; before the first act as planned."""
    route = Route.objects.select_related("shift").prefetch_related("shift__breaks").get(pk=route_id)
    stops = list(route.stops.filter(is_current=True).select_related("appointment").order_by("starts_at", "sequence"))
    breaks = _breaks_before(stops, route.shift.breaks.all())
    free_at = max((stop.finished_at for stop in stops if stop.finished_at), default=None)
    for stop in stops:
        if stop.status in STOP_UNDER_WAY:
            free_at = max(_expected_end(stop, now), free_at) if free_at else _expected_end(stop, now)
    for stop in stops:
        if stop.status == StopStatus.PLANNED:
            eta = stop.arrival_at
            if free_at is not None:
                eta = free_at + timedelta(seconds=stop.travel_s + breaks.get(stop.pk, 0))
                free_at = _begin(stop, eta) + (stop.ends_at - stop.starts_at)
        elif stop.status == StopStatus.ON_THE_WAY:
            eta = _eta_on_the_way(stop)
        else:
            continue
        if eta != stop.eta_at:
            Stop.objects.filter(pk=stop.pk).update(eta_at=eta)


def _breaks_before(stops: list[Stop], rules: Iterable[ShiftBreak]) -> dict[int, int]:
    """Seconds of rest that the plan holds on the way to each stop."""
    waiting, found = list(rules), {}
    for before, stop in pairwise(stops):
        gap_s = (stop.arrival_at - before.ends_at).total_seconds() - stop.travel_s
        for rule in waiting:
            if gap_s >= rule.duration_s and rule.earliest_at <= stop.arrival_at:
                found[stop.pk] = rule.duration_s
                waiting.remove(rule)
                break
    return found


def _eta_on_the_way(stop: Stop) -> datetime:
    return (stop.on_my_way_at or stop.arrival_at) + timedelta(seconds=stop.travel_s)


def _begin(stop: Stop, arrival: datetime) -> datetime:
    """Work waits where the plan waits, and for the promised window."""
    opens = stop.starts_at if stop.starts_at > stop.arrival_at else stop.appointment.window_starts_at
    return max(arrival, opens) if opens else arrival


def _expected_end(stop: Stop, now: datetime) -> datetime:
    begin = stop.started_at or _begin(stop, stop.arrived_at or _eta_on_the_way(stop))
    return max(begin + (stop.ends_at - stop.starts_at) + timedelta(seconds=stop.overrun_s), now)
