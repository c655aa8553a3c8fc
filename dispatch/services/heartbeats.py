from django.utils import timezone

from dispatch.models.system import WorkerHeartbeat


def record_heartbeat(*, name: str = "worker") -> None:
    """Beat puts the task in the queue and a worker takes it: a young row proves both."""
    WorkerHeartbeat.objects.update_or_create(name=name, defaults={"seen_at": timezone.now()})
