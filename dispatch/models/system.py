from django.db import models


class WorkerHeartbeat(models.Model):
    """When a background worker was last seen to work."""

    name = models.CharField(max_length=120, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
