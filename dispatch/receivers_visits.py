"""Visits hear what became of their appointments."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from dispatch.services.visit_states import follow_cancellation, follow_confirmation, follow_withdrawal
from scheduling.signals import appointment_cancelled, appointment_confirmed, promise_withdrawn


@receiver(appointment_confirmed)
def schedule_visit(*, appointment_id: int, now: datetime, **_kwargs: Any) -> None:
    follow_confirmation(appointment_id=appointment_id, now=now)


@receiver(promise_withdrawn)
def reopen_visit(*, appointment_id: int, reason: str, now: datetime, **_kwargs: Any) -> None:
    follow_withdrawal(appointment_id=appointment_id, reason=reason, now=now)


@receiver(appointment_cancelled)
def cancel_visit_of(*, appointment_id: int, now: datetime, **_kwargs: Any) -> None:
    follow_cancellation(appointment_id=appointment_id, now=now)
