"""What a dispatcher does by hand. Each drop is judged by the checker; pins keep what was decided."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from scheduling.core.check import check_route, part
from scheduling.core.insert import insert
from scheduling.core.plan import Route as CoreRoute
from scheduling.core.problem import Job, Problem, Window
from scheduling.core.timing import time_route
from scheduling.enums import APPOINTMENT_OPEN, STOP_FREE
from scheduling.errors import BrokenRule, MoveRefused, Refused, TransitionRefused
from scheduling.models import Appointment, Route, Stop, User
from scheduling.planning import Situation, load_situation
from scheduling.services.appointments import current_stop, load_appointment, take_off_route, withdraw_promise
from scheduling.services.contents import write_contents
from scheduling.services.history import record_event
from scheduling.services.routes import RouteChange, change_routes, raise_versions
from scheduling.services.words import describe


@dataclass(frozen=True, slots=True)
class PlannedStop:
    appointment_id: int
    arrival_at: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What a drop would do. ``allowed``: nothing is broken anew; ``forceable``: all that is broken may be forced."""

    allowed: bool
    forceable: bool
    violations: tuple[BrokenRule, ...]
    inherited: tuple[BrokenRule, ...]
    stops: tuple[PlannedStop, ...]
    added_travel_s: int


@dataclass(frozen=True, slots=True)
class _Drop:
    appointment: Appointment
    stop: Stop | None
    situation: Situation
    worker: int
    route: CoreRoute | None
    preview: MovePreview


def preview_move(
    *, appointment_id: int, route_id: int, starts_at: datetime | None = None, now: datetime
) -> MovePreview:
    """Judges a drop onto a route without writing. With ``starts_at`` work begins at the first possible moment from then
    on; without, where it costs least."""
    return _compute_drop(appointment_id, route_id, starts_at, now).preview


def move_stop(
    *,
    appointment_id: int,
    route_id: int,
    starts_at: datetime | None = None,
    force_reason: str = "",
    seen_version: int | None = None,
    actor: User | None,
    now: datetime,
) -> Stop:
    """Places or moves an appointment. A time asked for, and what is forced, is pinned to technician and time.

    Raises ``MoveRefused`` with every broken rule, unless all of them may be forced and ``force_reason`` says why.
    ``seen_version`` is the version of the route that the dispatcher saw; a later one is refused.
    """

    def compute() -> RouteChange[Stop]:
        if seen_version is not None and not Route.objects.filter(pk=route_id, version=seen_version).exists():
            raise TransitionRefused(_("Someone else has just changed this route. Look at it again."))
        drop = _compute_drop(appointment_id, route_id, starts_at, now)
        forced = [violation.rule for violation in drop.preview.violations]
        if drop.route is None or (forced and not (drop.preview.forceable and force_reason.strip())):
            raise MoveRefused(violations=drop.preview.violations)
        contents: dict[int, CoreRoute | None] = {drop.worker: drop.route}
        leaving = [drop.stop] if drop.stop else []
        for stop in leaving:
            contents.setdefault(stop.route.shift_id, drop.situation.present.route_of(stop.route.shift_id))

        def write() -> Stop:
            written = write_contents(
                situation=drop.situation,
                contents=contents,
                now=now,
                actor=actor,
                reason=force_reason,
                leaving=leaving,
            )[appointment_id]
            _keep_decision(drop, written, pin=starts_at is not None or bool(forced))
            Stop.objects.filter(pk=written.pk).update(forced_rules=forced, forced_reason=force_reason if forced else "")
            return written

        lanes = [drop.situation.lanes[worker] for worker in contents]
        return RouteChange({lane.route_id: lane.version for lane in lanes}, write)

    return change_routes(compute)


def take_off(*, appointment_id: int, reason: str, actor: User | None, now: datetime) -> Appointment:
    """Back among the unplanned. A promised one needs a reason; its customer is told and may choose anew."""
    appointment = Appointment.objects.get(pk=appointment_id)
    Appointment.objects.filter(pk=appointment_id).update(pinned_start_at=None, pinned_technician=None)
    if not appointment.is_promised:
        return take_off_route(appointment_id=appointment_id, reason=reason, actor=actor, now=now)
    if not reason.strip():
        raise Refused(_("The customer was promised this time. Write why the promise is withdrawn."))
    return withdraw_promise(appointment_id=appointment_id, reason=reason, actor=actor, now=now)


@transaction.atomic
def set_pin(*, appointment_id: int, technician: bool, time: bool, actor: User | None, now: datetime) -> Appointment:
    """Pins the present technician, the present hour, both or neither."""
    appointment = Appointment.objects.get(pk=appointment_id)
    stop = current_stop(appointment)
    if stop is None and (technician or time):
        raise Refused(_("Only a visit on a route can be pinned."))
    if stop is not None:
        raise_versions({stop.route_id: stop.route.version})
    appointment.pinned_technician = stop.technician if stop and technician else None
    appointment.pinned_start_at = stop.starts_at if stop and time else None
    appointment.save(update_fields=["pinned_technician", "pinned_start_at"])
    record_event(
        appointment=appointment, kind="pinned", now=now, actor=actor, data={"technician": technician, "time": time}
    )
    return appointment


def _compute_drop(appointment_id: int, route_id: int, starts_at: datetime | None, now: datetime) -> _Drop:
    appointment = load_appointment(appointment_id)
    if appointment.status not in APPOINTMENT_OPEN:
        raise TransitionRefused(
            _("The appointment is %(state)s; that can't be done any more.")
            % {"state": appointment.get_status_display()}
        )
    if not appointment.place.has_coordinates:
        raise Refused(_("The address has no coordinates: set the place on the map."))
    stop = current_stop(appointment)
    if stop is not None and stop.status not in STOP_FREE:
        raise TransitionRefused(_("The technician is already %(state)s.") % {"state": stop.get_status_display()})
    shift = Route.objects.select_related("shift").get(pk=route_id).shift
    dates = {shift.date} | ({stop.route.shift.date} if stop else set())
    appointment.pinned_technician_id = appointment.pinned_start_at = None
    situation = load_situation(dates=dates, now=now, also=[appointment], without=[appointment_id])
    job = situation.problem.job(appointment_id)
    route = _fit(situation, job, shift.pk, starts_at)
    return _Drop(appointment, stop, situation, shift.pk, route, _judge(situation, job, shift.pk, route))


def _fit(situation: Situation, job: Job, worker: int, starts_at: datetime | None) -> CoreRoute | None:
    """The route with the job where it breaks least: first by all rules, then past the customer's wishes, then past
    everything but the order of time, so that the checker can say what stands in the way."""
    shift = situation.problem.worker(worker).shift
    asked = (
        None
        if starts_at is None
        else Window(situation.seconds(starts_at), max(shift.end, situation.seconds(starts_at)))
    )
    for windows in ([w for w in (_cut(job, asked),) if w], [(asked or Window(shift.start, shift.end),)]):
        for wanted in windows:
            tried = replace(job, windows=wanted, allowed_workers=None)
            found = insert(situation.problem, situation.present, tried, workers=[worker])
            if found:
                best = min(found, key=lambda one: one.begin) if asked else found[0]
                return best.route
    return _forced_fit(situation, job, worker, asked)


def _cut(job: Job, asked: Window | None) -> tuple[Window, ...]:
    """The job's windows from the asked moment on."""
    if asked is None:
        return job.windows
    return tuple(
        Window(max(window.start, asked.start), window.end)
        for window in job.windows
        if max(window.start, asked.start) <= window.end
    )


def _forced_fit(situation: Situation, job: Job, worker: int, asked: Window | None) -> CoreRoute | None:
    """At the asked time or at the end of the route, whatever breaks."""
    present = situation.present.route_of(worker)
    jobs = [situation.problem.job(ident) for ident in (present.job_ids if present else ())]
    begins = {stop.id: stop.begin for stop in (present.stops if present else ()) if stop.kind == "job"}
    position = len(jobs) if asked is None else sum(1 for one in jobs if begins[one.id] <= asked.start)
    window = (Window(asked.start, asked.end),) if asked else job.windows
    placed = [*jobs[:position], replace(job, windows=window), *jobs[position:]]
    return time_route(situation.problem, situation.problem.worker(worker), placed, forced=True)


def _judge(situation: Situation, job: Job, worker: int, route: CoreRoute | None) -> MovePreview:
    if route is None:
        return MovePreview(False, False, (), (), (), 0)
    judged = replace(job, allowed_workers=None, pinned_start=None)
    present = situation.present.route_of(worker)
    before = check_route(situation.problem, present) if present else []
    result = part(check_route(_with_job(situation.problem, judged), route), before)
    appointment = situation.appointments[job.id]
    broken = tuple(describe(violation, situation, appointment) for violation in result.broken)
    travel = sum(stop.travel_s for stop in route.stops) + route.travel_back_s
    was = sum(stop.travel_s for stop in present.stops) + present.travel_back_s if present else 0
    return MovePreview(
        allowed=not broken,
        forceable=bool(broken) and all(violation.forceable for violation in broken),
        violations=broken,
        inherited=tuple(describe(violation, situation) for violation in result.inherited),
        stops=tuple(
            PlannedStop(
                stop.id, situation.instant(stop.arrival), situation.instant(stop.begin), situation.instant(stop.end)
            )
            for stop in route.stops
            if stop.kind == "job"
        ),
        added_travel_s=travel - was,
    )


def _with_job(problem: Problem, job: Job) -> Problem:
    jobs = tuple(job if one.id == job.id else one for one in problem.jobs)
    return Problem(jobs, problem.workers, problem.travel, problem.objective)


def _keep_decision(drop: _Drop, written: Stop, *, pin: bool) -> None:
    """What was asked for by hand stays until a dispatcher lets go of it; a plain drop lets go of older pins."""
    Appointment.objects.filter(pk=drop.appointment.pk).update(
        pinned_technician=written.technician if pin else None, pinned_start_at=written.starts_at if pin else None
    )
