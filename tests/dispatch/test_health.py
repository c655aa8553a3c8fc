from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from dispatch.models.system import WorkerHeartbeat
from dispatch.services.heartbeats import record_heartbeat
from dispatch.tasks import beat_worker_heart

READY = {"status": "ok", "database": "ok", "guard": "ok", "broker": "ok", "worker": "ok"}


def test_alive_without_any_part(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_after_a_beat(client: Client) -> None:
    beat_worker_heart()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, READY)


@pytest.mark.django_db
def test_not_ready_before_any_worker(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, READY | {"status": "failed", "worker": "failed"})


@pytest.mark.django_db
def test_not_ready_when_the_worker_fell_silent(client: Client) -> None:
    silent_since = timezone.now() - timedelta(seconds=settings.WORKER_SILENT_AFTER_S + 1)
    WorkerHeartbeat.objects.create(name="worker", seen_at=silent_since)
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_a_later_beat_moves_the_row() -> None:
    WorkerHeartbeat.objects.create(name="worker", seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    record_heartbeat()
    assert [beat.seen_at.year > 2025 for beat in WorkerHeartbeat.objects.all()] == [True]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_but_reading(client: Client, method: str) -> None:
    assert getattr(client, method)("/healthz").status_code == 405
