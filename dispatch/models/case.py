"""Why a visit is needed and what was tried before."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.enums import AttemptOutcome, CaseStatus
from dispatch.models.customer import Contact, Customer, Device, Site
from dispatch.models.names import pick_name
from scheduling.enums import Priority


class SupportLine(models.Model):
    level = models.PositiveSmallIntegerField(_("level"), unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("support line")
        verbose_name_plural = _("support lines")
        ordering = ("level",)

    def __str__(self) -> str:
        return f"{self.level}. {self.name}"


class Channel(models.Model):
    code = models.SlugField(_("code"), max_length=30, unique=True)
    name_en = models.CharField(_("name in English"), max_length=80)
    name_es = models.CharField(_("name in Spanish"), max_length=80)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ("code",)

    def __str__(self) -> str:
        return pick_name(self.name_en, self.name_es)


class Symptom(models.Model):
    code = models.SlugField(_("code"), max_length=30, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120)

    class Meta:
        verbose_name = _("symptom")
        verbose_name_plural = _("symptoms")
        ordering = ("code",)

    def __str__(self) -> str:
        return pick_name(self.name_en, self.name_es)


class CaseSource(models.Model):
    """A help desk that sends cases. Its token is stored hashed; ``notify_url`` hears of what became of them."""

    name = models.SlugField(_("name"), max_length=60, unique=True)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    notify_url = models.URLField(_("address to notify"), blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("case source")
        verbose_name_plural = _("case sources")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Case(models.Model):
    """A support case that can't be solved from afar. ``fingerprint`` tells a repeated delivery from a changed one."""

    source = models.ForeignKey(CaseSource, models.PROTECT, null=True, blank=True, related_name="cases")
    external_id = models.CharField(_("number at the source"), max_length=80, blank=True)
    external_url = models.URLField(_("address at the source"), blank=True, max_length=400)
    fingerprint = models.CharField(max_length=64, blank=True)
    status = models.CharField(_("state"), max_length=16, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="cases")
    site = models.ForeignKey(Site, models.PROTECT, related_name="cases")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="cases")
    device = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, related_name="cases")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", verbose_name=_("channel"))
    line = models.ForeignKey(SupportLine, models.PROTECT, related_name="+", verbose_name=_("support line"))
    symptom = models.ForeignKey(
        Symptom, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("symptom")
    )
    description = models.TextField(_("what is wrong"), max_length=4000)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    no_attempt_reason = models.CharField(_("why nothing could be tried from afar"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "external_id"), condition=~Q(external_id=""), name="case_once_per_source"
            ),
        )
        indexes = (models.Index(fields=("status", "due_at"), name="case_inbox"),)

    def __str__(self) -> str:
        return f"C-{self.pk}"


class RemoteAttempt(models.Model):
    """One thing tried from afar. ``said`` is a copy of what the customer was told."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="attempts")
    line = models.ForeignKey(SupportLine, models.PROTECT, related_name="+", verbose_name=_("support line"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", verbose_name=_("channel"))
    tried = models.CharField(_("what was tried"), max_length=500)
    outcome = models.CharField(_("outcome"), max_length=16, choices=AttemptOutcome.choices)
    said = models.TextField(_("what the customer was told"), blank=True, max_length=4000)
    by = models.CharField(_("by whom"), max_length=120)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("remote attempt")
        verbose_name_plural = _("remote attempts")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.tried


class CaseEvent(models.Model):
    """The history of a case and its visits; one row a change, in the same transaction."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    visit = models.ForeignKey("dispatch.Visit", models.CASCADE, null=True, blank=True, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    actor_label = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=40)
    from_status = models.CharField(max_length=16, blank=True)
    to_status = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.at} {self.kind}"
