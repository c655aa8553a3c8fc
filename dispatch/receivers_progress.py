"""Visits hear how far the technician is."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from dispatch.services.visit_progress import follow_stop
from scheduling.signals import stop_changed


@receiver(stop_changed)
def follow_technician(*, stop_id: int, act: str, now: datetime, **_kwargs: Any) -> None:
    follow_stop(stop_id=stop_id, act=act, now=now)
