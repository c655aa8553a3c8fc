"""Answers for machines that watch. They tell which part fails, never how: that is in the log."""

import logging
import socket
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from dispatch.config.celery import app
from dispatch.models.system import WorkerHeartbeat
from scheduling.overlap_guard import guard_stands

logger = logging.getLogger(__name__)
BROKER_ANSWERS_WITHIN_S = 2


def check_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def check_broker() -> bool:
    """Opens a channel; a broker made of files has one as soon as its folder can be written. Clients of network brokers
    try for half a minute, so whether somebody listens at all is asked first."""
    with app.connection_for_write() as broker:
        port = broker.port or broker.transport.default_port
        if port:
            socket.create_connection((broker.hostname, port), timeout=BROKER_ANSWERS_WITHIN_S).close()
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_ANSWERS_WITHIN_S)
        broker.default_channel.close()
    return True


def check_guard() -> bool:
    """The net under the routes is made of triggers or a constraint, and a migration can drop either unseen."""
    return guard_stands(connection)


def check_worker() -> bool:
    oldest = timezone.now() - timedelta(seconds=settings.WORKER_SILENT_AFTER_S)
    return WorkerHeartbeat.objects.filter(seen_at__gte=oldest).exists()


def _try_part(name: str, check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "failed"
    except (DatabaseError, OperationalError, OSError):
        logger.exception("not ready: %s", name)
        return "failed"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    parts = {"database": check_database, "guard": check_guard, "broker": check_broker, "worker": check_worker}
    found = {name: _try_part(name, check) for name, check in parts.items()}
    ready = set(found.values()) == {"ok"}
    return JsonResponse({"status": "ok" if ready else "failed", **found}, status=200 if ready else 503)
