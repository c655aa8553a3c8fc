"""What a dispatcher does by hand. Each drop is judged by the checker; pins keep what was decided."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from scheduling.core.check import Violation, check_route, part
from scheduling.core.insert import insert
from scheduling.core.plan import Route as CoreRoute
from scheduling.core.problem import ALWAYS, Job, Window
from scheduling.core.timing import force_route, time_route
from scheduling.enums import AppointmentStatus, OfferStatus
from scheduling.errors import BrokenRule, MoveRefused, Refused, TransitionRefused
from scheduling.models import Appointment, Route, Stop, User
from scheduling.planning import Situation, load_situation
from scheduling.services.appointments import current_stop, find_free_stop, load_appointment
from scheduling.services.contents import Author, end_hold, write_contents
from scheduling.services.history import claim_appointment, record_event
from scheduling.services.routes import RouteChange, change_routes
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

    @property
    def contents(self) -> dict[int, CoreRoute | None]:
        left = (
            {}
            if self.stop is None
            else {self.stop.route.shift_id: self.situation.present.route_of(self.stop.route.shift_id)}
        )
        return left | {self.worker: self.route}

    @property
    def seen(self) -> dict[int, int]:
        """The version of the route that is left is the one that was read together with the stop on it."""
        lane = self.situation.lane(self.worker)
        return {lane.route_id: lane.version} | ({self.stop.route_id: self.stop.route.version} if self.stop else {})


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
        author = Author(actor, reason=force_reason)
        return RouteChange(drop.seen, lambda: _write_drop(drop, forced, starts_at is not None, now, author))

    return change_routes(compute)


def _write_drop(drop: _Drop, forced: list[str], timed: bool, now: datetime, author: Author) -> Stop:
    """What was asked for by hand, and what is forced, is pinned until a dispatcher lets go of it.

    A plain drop lets go of older pins. A hold that ran out ends here: its place is the dispatcher's now.
    """
    claim_appointment(drop.appointment)
    if drop.stop is not None and hold_has_run_out(drop.appointment, now):
        end_hold(drop.appointment, now)
    written = write_contents(
        situation=drop.situation,
        contents=drop.contents,
        now=now,
        author=author,
        leaving=[drop.stop] if drop.stop else [],
        claimed=[drop.appointment.pk],
    )[drop.appointment.pk]
    pin = timed or bool(forced)
    Appointment.objects.filter(pk=drop.appointment.pk).update(
        pinned_technician=written.technician if pin else None, pinned_start_at=written.starts_at if pin else None
    )
    Stop.objects.filter(pk=written.pk).update(forced_rules=forced, forced_reason=author.reason if forced else "")
    return written


def hold_has_run_out(appointment: Appointment, now: datetime) -> bool:
    return (
        appointment.status == AppointmentStatus.HELD
        and appointment.offers.filter(status=OfferStatus.HELD, held_until__lte=now).exists()
    )


def set_pin(*, appointment_id: int, technician: bool, time: bool, actor: User | None, now: datetime) -> Appointment:
    """Pins the present technician, the present hour, both or neither."""

    def compute() -> RouteChange[Appointment]:
        appointment = load_appointment(appointment_id)
        stop = current_stop(appointment)
        if stop is None and (technician or time):
            raise Refused(_("Only a visit on a route can be pinned."))

        def write() -> Appointment:
            claim_appointment(appointment)
            appointment.pinned_technician = stop.technician if stop and technician else None
            appointment.pinned_start_at = stop.starts_at if stop and time else None
            appointment.save(update_fields=["pinned_technician", "pinned_start_at"])
            data = {"technician": technician, "time": time}
            record_event(appointment=appointment, kind="pinned", now=now, actor=actor, data=data)
            return appointment

        return RouteChange({stop.route_id: stop.route.version} if stop else {}, write)

    return change_routes(compute)


def _compute_drop(appointment_id: int, route_id: int, starts_at: datetime | None, now: datetime) -> _Drop:
    appointment = load_appointment(appointment_id)
    stop = find_free_stop(appointment)
    if not appointment.place.has_coordinates:
        raise Refused(_("The address has no coordinates: set the place on the map."))
    shift = Route.objects.select_related("shift").get(pk=route_id).shift
    dates = {shift.date} | ({stop.route.shift.date} if stop else set())
    wanted = load_appointment(appointment_id)
    wanted.pinned_technician_id = wanted.pinned_start_at = None
    if hold_has_run_out(wanted, now):
        wanted.status = AppointmentStatus.OFFERED
    situation = load_situation(dates=dates, now=now, also=[wanted], without=[appointment_id])
    situation.lane(shift.pk)
    job = situation.problem.job(appointment_id)
    route = _fit(situation, job, shift.pk, starts_at)
    return _Drop(appointment, stop, situation, shift.pk, route, _judge(situation, job, shift.pk, route, stop))


def _fit(situation: Situation, job: Job, worker: int, starts_at: datetime | None) -> CoreRoute | None:
    """The route with the job where it breaks least: first by all rules, then past the customer's wishes, then past
    everything but the order of time, so that the checker can say what stands in the way."""
    shift = situation.problem.worker(worker).shift
    asked = (
        None
        if starts_at is None
        else Window(situation.seconds(starts_at), max(shift.end, situation.seconds(starts_at)))
    )
    for tried, windows in ((job, _cut(job, asked)), (_eased(job), (asked or shift,))):
        found = windows and insert(situation.problem, situation.present, tried, windows=windows, workers=[worker])
        if found:
            best = min(found, key=lambda one: one.begin) if asked else found[0]
            return best.route
    return _forced_fit(situation, job, worker, asked)


def _eased(job: Job) -> Job:
    """Without what the customer, the site and the office ask for: the checker says what of it would be broken."""
    return replace(
        job,
        windows=ALWAYS,
        promise=None,
        opening=ALWAYS,
        earliest=None,
        due=None,
        allowed_workers=None,
        excluded_workers=frozenset(),
    )


def _cut(job: Job, asked: Window | None) -> tuple[Window, ...]:
    """When the job may begin, from the asked moment on."""
    if asked is None:
        return job.begins
    return tuple(
        Window(max(window.start, asked.start), window.end)
        for window in job.begins
        if max(window.start, asked.start) <= window.end
    )


def _forced_fit(situation: Situation, job: Job, worker: int, asked: Window | None) -> CoreRoute | None:
    """At the asked time or at the end of the route, whatever breaks."""
    present = situation.present.route_of(worker)
    jobs = [situation.problem.job(ident) for ident in (present.job_ids if present else ())]
    begins = {stop.id: stop.begin for stop in (present.stops if present else ()) if stop.kind == "job"}
    position = len(jobs) if asked is None else sum(1 for one in jobs if begins[one.id] <= asked.start)
    window = (asked,) if asked else job.begins
    placed = [*jobs[:position], replace(_eased(job), windows=window), *jobs[position:]]
    return time_route(situation.problem, situation.problem.worker(worker), placed, forced=True)


def _judge(situation: Situation, job: Job, worker: int, route: CoreRoute | None, stop: Stop | None) -> MovePreview:
    if route is None:
        return MovePreview(False, False, (), (), (), 0)
    present = situation.present.route_of(worker)
    before = check_route(situation.problem, present) if present else []
    before += _present_faults(situation, stop)
    result = part(check_route(situation.problem, route), before)
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


def _present_faults(situation: Situation, stop: Stop | None) -> list[Violation]:
    """What the route that the stop would leave breaks by now, with the stop on it: who comes late anyway may come less
    late."""
    if stop is None:
        return []
    lane = situation.lane(stop.route.shift_id)
    order = [one.appointment_id for one in sorted([*lane.free, stop], key=lambda one: one.sequence)]
    return check_route(situation.problem, force_route(situation.problem, lane.shift.pk, order))
