"""Statuses and their history: compare-and-swap, and one row for each change."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from scheduling.enums import APPOINTMENT_TRANSITIONS, OFFER_TRANSITIONS, AppointmentStatus, OfferStatus
from scheduling.errors import TransitionRefused
from scheduling.models import Appointment, AppointmentEvent, SlotOffer, User
from scheduling.services.routes import RouteChanged


def actor_name(actor: User | None) -> str:
    return (actor.get_full_name() or actor.get_username()) if actor else ""


def claim_appointment(appointment: Appointment) -> None:
    """Whoever gives an appointment a place, or takes it away, says so on its row first: of two who do, at the same time
    and on different routes, one looks again. Raises ``RouteChanged``."""
    if not Appointment.objects.filter(pk=appointment.pk, version=appointment.version).update(
        version=appointment.version + 1
    ):
        raise RouteChanged(appointment.pk)
    appointment.version += 1


def change_offers(offers: QuerySet[SlotOffer], to: OfferStatus, held_until: datetime | None = None) -> int:
    """Moves those of ``offers`` that the table lets become ``to``; says how many."""
    allowed = [before for before, after in OFFER_TRANSITIONS.items() if to in after]
    return offers.filter(status__in=allowed).update(status=to, held_until=held_until)


def record_event(
    *,
    appointment: Appointment,
    kind: str,
    now: datetime,
    actor: User | None = None,
    actor_label: str = "",
    from_status: str = "",
    to_status: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> AppointmentEvent:
    return AppointmentEvent.objects.create(
        appointment=appointment,
        at=now,
        actor=actor,
        actor_label=actor_label or actor_name(actor),
        kind=kind,
        from_status=from_status,
        to_status=to_status,
        reason=reason,
        data=data or {},
    )


def change_status(
    *,
    appointment: Appointment,
    to: AppointmentStatus,
    kind: str,
    now: datetime,
    actor: User | None = None,
    actor_label: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> Appointment:
    """Moves ``appointment`` from the status and version it was read with; ``fields`` change with it.

    Raises ``TransitionRefused`` when the table does not allow it or someone was quicker.
    """
    before = appointment.status
    if to != before and to not in APPOINTMENT_TRANSITIONS[before]:
        raise TransitionRefused(
            _("The appointment is %(state)s; that can't be done any more.")
            % {"state": appointment.get_status_display()},
            state=before,
        )
    changed = Appointment.objects.filter(pk=appointment.pk, status=before, version=appointment.version).update(
        status=to, version=appointment.version + 1, **fields
    )
    if not changed:
        raise TransitionRefused(_("Someone else has just changed this appointment. Look at it again."), state=before)
    appointment.refresh_from_db()
    record_event(
        appointment=appointment,
        kind=kind,
        now=now,
        actor=actor,
        actor_label=actor_label,
        from_status=before,
        to_status=to,
        reason=reason,
        data=data,
    )
    return appointment
