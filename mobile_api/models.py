"""What the phones sent, and what the server answered."""

from django.db import models

from dispatch.models import PairedDevice


class Act(models.Model):
    """One act of a phone and its receipt, written with the effect in one transaction. Never changed afterwards."""

    class Answer(models.TextChoices):
        APPLIED = "applied"
        CONFLICT = "conflict"
        REJECTED = "rejected"

    device = models.ForeignKey(PairedDevice, models.PROTECT, related_name="acts")
    client_id = models.UUIDField()
    sequence = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=32)
    data = models.JSONField()
    device_time = models.DateTimeField()
    received_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("device", "sequence")
        constraints = (models.UniqueConstraint(fields=("device", "client_id"), name="act_once"),)

    def __str__(self) -> str:
        return f"{self.device_id} {self.sequence} {self.kind}"
