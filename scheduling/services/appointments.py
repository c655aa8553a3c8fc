from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from maps.models import Place
from scheduling.enums import APPOINTMENT_OPEN, STOP_FREE, AppointmentStatus, OfferStatus, PromiseOutcome
from scheduling.errors import Refused, TransitionRefused
from scheduling.models import (
    Appointment,
    AppointmentHours,
    AppointmentSkill,
    AppointmentWindow,
    Promise,
    Skill,
    Stop,
    User,
)
from scheduling.planning import load_situation
from scheduling.services.contents import Author, write_contents
from scheduling.services.history import change_offers, change_status, claim_appointment, record_event
from scheduling.services.routes import RouteChange, change_routes
from scheduling.signals import appointment_cancelled, promise_withdrawn


@transaction.atomic
def request_appointment(
    *,
    place: Place,
    zone: str,
    duration_s: int,
    setup_s: int = 0,
    arrival_window_s: int = 7200,
    priority: int,
    skills: Sequence[tuple[Skill, int]] = (),
    hours: Sequence[tuple[int, time, time]] = (),
    wishes: Sequence[tuple[datetime, datetime]] = (),
    earliest_at: datetime | None = None,
    due_at: datetime | None = None,
    actor: User | None,
    now: datetime,
) -> Appointment:
    """``hours`` are (weekday, opens, closes) in local time of ``zone``; ``wishes`` spans in which work may begin."""
    appointment = Appointment.objects.create(
        place=place,
        zone=zone,
        duration_s=duration_s,
        setup_s=setup_s,
        arrival_window_s=arrival_window_s,
        priority=priority,
        earliest_at=earliest_at,
        due_at=due_at,
    )
    AppointmentSkill.objects.bulk_create(
        AppointmentSkill(appointment=appointment, skill=skill, level=level) for skill, level in skills
    )
    AppointmentHours.objects.bulk_create(
        AppointmentHours(appointment=appointment, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in hours
    )
    AppointmentWindow.objects.bulk_create(
        AppointmentWindow(appointment=appointment, starts_at=starts_at, ends_at=ends_at)
        for starts_at, ends_at in wishes
    )
    record_event(appointment=appointment, kind="requested", now=now, actor=actor, to_status=AppointmentStatus.REQUESTED)
    return appointment


def cancel_appointment(
    *, appointment_id: int, reason: str = "", actor: User | None, actor_label: str = "", now: datetime
) -> Appointment:
    """Takes it off its route and closes it. Refused once the technician is on the way."""

    def settle(appointment: Appointment) -> None:
        change_offers(appointment.offers.all(), OfferStatus.WITHDRAWN)
        settle_promise(appointment, PromiseOutcome.WITHDRAWN, now, reason)
        change_status(
            appointment=appointment,
            to=AppointmentStatus.CANCELLED,
            kind="cancelled",
            now=now,
            actor=actor,
            actor_label=actor_label,
            reason=reason,
            pinned_start_at=None,
            pinned_technician=None,
        )
        appointment_cancelled.send(Appointment, appointment_id=appointment.pk, now=now)

    return _leave_route(appointment_id, settle, now, Author(actor, actor_label, reason))


def take_off(*, appointment_id: int, reason: str, actor: User | None, now: datetime) -> Appointment:
    """Back among the unplanned, without its pins. A hold ends; the customer may choose again. A promise is withdrawn:
    that needs a reason, and the customer is told."""

    def settle(appointment: Appointment) -> None:
        change_offers(appointment.offers.all(), OfferStatus.WITHDRAWN)
        fields: dict[str, Any] = {"pinned_start_at": None, "pinned_technician": None}
        if appointment.is_promised:
            if not reason.strip():
                raise Refused(_("The customer was promised this time. Write why the promise is withdrawn."))
            settle_promise(appointment, PromiseOutcome.WITHDRAWN, now, reason)
            fields |= {"window_starts_at": None, "window_ends_at": None}
            to, kind = AppointmentStatus.REQUESTED, "promise_withdrawn"
        elif appointment.status == AppointmentStatus.HELD:
            to, kind = AppointmentStatus.REQUESTED, "hold_ended"
        else:
            to, kind = AppointmentStatus(appointment.status), "unplanned"
        change_status(appointment=appointment, to=to, kind=kind, now=now, actor=actor, reason=reason, **fields)
        if kind == "promise_withdrawn":
            promise_withdrawn.send(Appointment, appointment_id=appointment.pk, reason=reason, now=now)

    return _leave_route(appointment_id, settle, now, Author(actor, reason=reason))


def _leave_route(
    appointment_id: int, settle: Callable[[Appointment], None], now: datetime, author: Author
) -> Appointment:
    """Takes the appointment's stop off, if it has one, and settles the rest in the same transaction."""

    def compute() -> RouteChange[Appointment]:
        appointment = load_appointment(appointment_id)
        stop = find_free_stop(appointment)
        situation, contents, seen = None, {}, {}
        if stop is not None:
            situation = load_situation(dates=[stop.route.shift.date], now=now, without=[appointment_id])
            lane = situation.lane(stop.route.shift_id)
            contents = {lane.shift.pk: situation.present.route_of(lane.shift.pk)}
            seen = {stop.route_id: stop.route.version}

        def write() -> Appointment:
            claim_appointment(appointment)
            if situation is not None and stop is not None:
                write_contents(situation=situation, contents=contents, now=now, author=author, leaving=[stop])
            settle(appointment)
            return appointment

        return RouteChange(seen, write)

    return change_routes(compute)


def find_free_stop(appointment: Appointment) -> Stop | None:
    """Its current stop, which may still be moved. Raises ``TransitionRefused`` for what is over or under way."""
    if appointment.status not in APPOINTMENT_OPEN:
        raise TransitionRefused(
            _("The appointment is %(state)s; that can't be done any more.")
            % {"state": appointment.get_status_display()}
        )
    stop = current_stop(appointment)
    if stop is not None and stop.status not in STOP_FREE:
        raise TransitionRefused(_("The technician is already %(state)s.") % {"state": stop.get_status_display()})
    return stop


def load_appointment(appointment_id: int) -> Appointment:
    """With everything that a situation reads of it."""
    return (
        Appointment.objects.select_related("place")
        .prefetch_related("skills__skill", "hours", "wishes")
        .get(pk=appointment_id)
    )


def current_stop(appointment: Appointment) -> Stop | None:
    return (
        Stop.objects.filter(appointment=appointment, is_current=True)
        .select_related("route__shift", "technician", "appointment__place")
        .first()
    )


def settle_promise(appointment: Appointment, outcome: PromiseOutcome, now: datetime, reason: str = "") -> None:
    Promise.objects.filter(appointment=appointment, outcome=PromiseOutcome.OPEN).update(
        outcome=outcome, settled_at=now, reason=reason
    )
