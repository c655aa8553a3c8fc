"""What has happened on a day, told to the core's repairs in its own words. Reads; services keep what comes of it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from scheduling.core.plan import Plan, Route
from scheduling.core.problem import Worker
from scheduling.core.repair import Repair, Search, catch_up, emergency, take_out_workers, use_free_time
from scheduling.core.weights import EMERGENCY
from scheduling.enums import STOP_UNDER_WAY
from scheduling.models import Appointment, Stop
from scheduling.models.appointment import PROMISED_PRICE_S
from scheduling.planning import Lane, Situation, load_situation, predicted_end


def load_day(day: date, now: datetime, also: Sequence[Appointment] = ()) -> Situation:
    """One day, priced so that moving anything is dear."""
    return load_situation(dates=[day], now=now, also=also, weights=EMERGENCY)


def lanes_of(situation: Situation, technician_id: int, until: datetime, since: datetime) -> list[Lane]:
    """The technician's shifts that overlap the span."""
    return [
        lane
        for lane in situation.lanes.values()
        if lane.shift.technician_id == technician_id and lane.shift.starts_at < until and lane.shift.ends_at > since
    ]


def without_technician(
    situation: Situation, lanes: Collection[Lane], from_at: datetime, search: Search | None = None
) -> Repair:
    """What the technician would not have finished by ``from_at``, at the hours that the board shows, goes to others."""
    absent = {lane.shift.pk: lane for lane in lanes}
    routes = tuple(
        _as_shown(situation, route, absent[route.worker]) if route.worker in absent else route
        for route in situation.present.routes
    )
    moment = situation.seconds(from_at)
    return take_out_workers(situation.problem, Plan(routes), list(absent), moment, search=search)


def _as_shown(situation: Situation, route: Route, lane: Lane) -> Route:
    shown = {stop.appointment_id: stop for stop in lane.free}
    stops = tuple(
        replace(
            stop,
            begin=situation.seconds(shown[stop.id].starts_at),
            end=situation.seconds(shown[stop.id].ends_at),
            arrival=situation.seconds(shown[stop.id].arrival_at),
        )
        if stop.kind == "job"
        else stop
        for stop in route.stops
    )
    return replace(route, stops=stops)


def stop_under_way(lane: Lane) -> Stop | None:
    return next((stop for stop in reversed(lane.fixed) if stop.status in STOP_UNDER_WAY), None)


def busy_until(stop: Stop, overrun_s: int, now: datetime) -> datetime:
    """When the work under way ends, if it takes so much longer than planned."""
    return max(predicted_end(stop, now, overrun_s), stop.ends_at + timedelta(seconds=overrun_s))


def with_late_technician(situation: Situation, lane: Lane, free_at: datetime) -> Repair:
    """The technician can go on from ``free_at``; what others can keep better goes to them."""
    ready = situation.seconds(free_at)
    workers = tuple(_ready(one, ready) if one.id == lane.shift.pk else one for one in situation.problem.workers)
    return catch_up(replace(situation.problem, workers=workers), situation.present, lane.shift.pk)


def _ready(worker: Worker, ready: int) -> Worker:
    """Breaks whose time is over by then have been taken."""
    pauses = zip(worker.breaks, worker.clock_breaks, strict=True)
    left = tuple(pause for pause, on_clock in pauses if on_clock.windows[-1].end >= ready)
    return replace(worker, ready_at=ready, breaks=left)


def with_free_time(situation: Situation, lane: Lane) -> Repair:
    """What waits for a place and has room on this route alone."""
    return use_free_time(situation.problem, situation.present, lane.shift.pk)


def with_emergency(situation: Situation, appointment: Appointment, now: datetime) -> Repair:
    """An emergency is worth as much as a promise, whatever its priority, and late from now on."""
    job = situation.problem.job(appointment.pk)
    urgent = replace(job, unserved_cost=max(PROMISED_PRICE_S, job.unserved_cost or 0))
    jobs = tuple(urgent if one is job else one for one in situation.problem.jobs)
    problem = replace(situation.problem, jobs=jobs)
    return emergency(problem, situation.present, appointment.pk, from_s=situation.seconds(now))
