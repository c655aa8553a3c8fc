"""Doors for the worker. Each task calls one service, and may run twice."""

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from dispatch.services.delivery import send_due
from dispatch.services.heartbeats import record_heartbeat


@shared_task
def beat_worker_heart() -> None:
    record_heartbeat()


@worker_ready.connect
def beat_at_start(**kwargs: object) -> None:
    """Ready within a second, not after beat's first round."""
    beat_worker_heart.delay()


@shared_task
def send_due_notices() -> None:
    send_due(now=timezone.now())
