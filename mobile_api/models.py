"""What the phones sent, and what the server answered."""

from django.db import models

from dispatch.models import PairedDevice, Visit


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
    code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("device", "sequence")
        constraints = (models.UniqueConstraint(fields=("device", "client_id"), name="act_once"),)

    def __str__(self) -> str:
        return f"{self.device_id} {self.sequence} {self.kind}"


class DeclaredPhoto(models.Model):
    """A photo that a phone took and will upload. What arrives must have this checksum (SHA-256 of the sent file)."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="declared_photos")
    client_id = models.UUIDField()
    finding_client_id = models.UUIDField(null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    for_customer = models.BooleanField(default=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("visit", "client_id"), name="declared_photo_once"),)

    def __str__(self) -> str:
        return f"{self.visit_id} {self.client_id}"


class PairingAttempt(models.Model):
    """A code that did not work. Counted by address for a while, so that codes can't be guessed; then deleted."""

    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("address", "at"), name="pairing_attempts"),)

    def __str__(self) -> str:
        return f"{self.address} {self.at}"
