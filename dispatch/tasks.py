"""Doors for the worker. Each task calls one service, and may run twice."""

from celery import shared_task

from dispatch.services.heartbeats import record_heartbeat


@shared_task
def beat_worker_heart() -> None:
    record_heartbeat()
