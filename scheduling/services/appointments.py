from collections.abc import Callable, Sequence
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from maps.models import Place
from scheduling.enums import APPOINTMENT_OPEN, STOP_FREE, AppointmentStatus, OfferStatus, PromiseOutcome
from scheduling.errors import TransitionRefused
from scheduling.models import (
    Appointment,
    AppointmentHours,
    AppointmentSkill,
    AppointmentWindow,
    Promise,
    Skill,
    SlotOffer,
    Stop,
    User,
)
from scheduling.planning import load_situation
from scheduling.services.contents import write_contents
from scheduling.services.history import change_status, record_event
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

    def write(appointment: Appointment) -> Appointment:
        withdraw_offers(appointment)
        settle_promise(appointment, PromiseOutcome.WITHDRAWN, now, reason)
        changed = change_status(
            appointment=appointment,
            to=AppointmentStatus.CANCELLED,
            kind="cancelled",
            now=now,
            actor=actor,
            actor_label=actor_label,
            reason=reason,
        )
        appointment_cancelled.send(Appointment, appointment_id=appointment.pk, now=now)
        return changed

    return _leave_route(appointment_id, write, now, actor, actor_label, reason)


def withdraw_promise(*, appointment_id: int, reason: str, actor: User | None, now: datetime) -> Appointment:
    """Takes a promised appointment off its route; its customer is told and may choose anew."""

    def write(appointment: Appointment) -> Appointment:
        withdraw_offers(appointment)
        settle_promise(appointment, PromiseOutcome.WITHDRAWN, now, reason)
        changed = change_status(
            appointment=appointment,
            to=AppointmentStatus.REQUESTED,
            kind="promise_withdrawn",
            now=now,
            actor=actor,
            reason=reason,
            window_starts_at=None,
            window_ends_at=None,
        )
        promise_withdrawn.send(Appointment, appointment_id=appointment.pk, reason=reason, now=now)
        return changed

    return _leave_route(appointment_id, write, now, actor, "", reason)


def take_off_route(*, appointment_id: int, reason: str, actor: User | None, now: datetime) -> Appointment:
    """Puts an unpromised appointment back among the unplanned; its state stays."""
    return _leave_route(appointment_id, lambda appointment: appointment, now, actor, "", reason)


def _leave_route(
    appointment_id: int,
    write: Callable[[Appointment], Appointment],
    now: datetime,
    actor: User | None,
    actor_label: str,
    reason: str,
) -> Appointment:
    def compute() -> RouteChange[Appointment]:
        appointment = Appointment.objects.select_related("place").get(pk=appointment_id)
        if appointment.status not in APPOINTMENT_OPEN:
            raise TransitionRefused(
                _("The appointment is %(state)s; that can't be done any more.")
                % {"state": appointment.get_status_display()}
            )
        stop = current_stop(appointment)
        if stop is None:
            return RouteChange({}, lambda: write(appointment))
        if stop.status not in STOP_FREE:
            raise TransitionRefused(_("The technician is already %(state)s.") % {"state": stop.get_status_display()})
        situation = load_situation(dates=[stop.route.shift.date], now=now, without=[appointment_id])
        lane = situation.lanes[stop.route.shift_id]

        def change() -> Appointment:
            write_contents(
                situation=situation,
                contents={lane.shift.pk: situation.present.route_of(lane.shift.pk)},
                now=now,
                actor=actor,
                actor_label=actor_label,
                reason=reason,
                leaving=[stop],
            )
            return write(appointment)

        return RouteChange({lane.route_id: lane.version}, change)

    return change_routes(compute)


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


def withdraw_offers(appointment: Appointment) -> None:
    SlotOffer.objects.filter(
        appointment=appointment, status__in=(OfferStatus.OFFERED, OfferStatus.HELD, OfferStatus.ACCEPTED)
    ).update(status=OfferStatus.WITHDRAWN)


def settle_promise(appointment: Appointment, outcome: PromiseOutcome, now: datetime, reason: str = "") -> None:
    Promise.objects.filter(appointment=appointment, outcome=PromiseOutcome.OPEN).update(
        outcome=outcome, settled_at=now, reason=reason
    )
