"""Doors for the worker. Each task calls one service, and may run twice."""

from threading import Thread

from celery import shared_task
from celery.signals import worker_ready, worker_shutdown
from django.utils import timezone

from dispatch.services.delivery import send_due
from dispatch.services.heartbeats import record_heartbeat
from dispatch.warmup import start_compiling, stop_compiling


@shared_task
def beat_worker_heart() -> None:
    record_heartbeat()


@worker_ready.connect
def beat_at_start(**kwargs: object) -> None:
    """Ready within a second, not after beat's first round."""
    beat_worker_heart.delay()


@worker_ready.connect
def compile_planner_at_start(**kwargs: object) -> None:
    """In the worker's main process: its children may not start any."""
    process = start_compiling()

    def stop(**kwargs: object) -> None:
        stop_compiling(process)

    worker_shutdown.connect(stop, weak=False)
    Thread(target=process.wait, daemon=True).start()


@shared_task
def send_due_notices() -> None:
    send_due(now=timezone.now())
