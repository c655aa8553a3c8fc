"""What is told to people and machines, and the doors that customers and phones come in by."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.enums import NoticeChannel, NoticeStatus
from dispatch.models.case import Case
from dispatch.models.visit import Visit
from scheduling.models import Technician


class Notice(models.Model):
    """A message in the outbox. The row is the queue; (event, recipient, channel) is sent at most once."""

    event = models.CharField(max_length=120)
    channel = models.CharField(_("channel"), max_length=8, choices=NoticeChannel.choices)
    recipient = models.CharField(_("recipient"), max_length=320)
    language = models.CharField(max_length=5, default="es")
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    status = models.CharField(_("state"), max_length=8, choices=NoticeStatus.choices, default=NoticeStatus.DUE)
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="notices")
    visit = models.ForeignKey(Visit, models.CASCADE, null=True, blank=True, related_name="notices")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-created_at", "-pk")
        constraints = (models.UniqueConstraint(fields=("event", "recipient", "channel"), name="notice_once"),)
        indexes = (models.Index(fields=("status", "due_at"), name="notice_due"),)

    def __str__(self) -> str:
        return f"{self.event} {self.recipient}"


class CustomerLink(models.Model):
    """A door without an account: 256 random bits, stored hashed, for one visit and one purpose."""

    class Purpose(models.TextChoices):
        VISIT = "visit", _("appointment and report")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.VISIT)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.visit_id} {self.purpose}"


class PairingCode(models.Model):
    """Shown once as a QR code; good for a few minutes and one phone."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="pairing_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.technician_id}"


class PairedDevice(models.Model):
    technician = models.ForeignKey(Technician, models.CASCADE, related_name="paired_devices")
    name = models.CharField(_("name"), max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    paired_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("paired phone")
        verbose_name_plural = _("paired phones")

    def __str__(self) -> str:
        return self.name
