"""Statuses and their history: compare-and-swap, and one row for each change."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from scheduling.enums import APPOINTMENT_TRANSITIONS, AppointmentStatus
from scheduling.errors import TransitionRefused
from scheduling.models import Appointment, AppointmentEvent, User


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
        actor_label=actor_label or (actor.get_full_name() or actor.get_username() if actor else ""),
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
