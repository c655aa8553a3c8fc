"""What was found in the device's environment. No personal data here: a person can be erased and the insight stays."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.models.names import pick_name
from dispatch.models.visit import Visit


class Observation(models.Model):
    """An entry of the catalogue. ``choices`` of an enum: [{code, en, es, normal}]; low and high bound the normal."""

    class Kind(models.TextChoices):
        NUMBER = "num", _("number")
        CHOICE = "enum", _("choice")
        YES_NO = "bool", _("yes or no")
        COUNT = "count", _("count")

    code = models.CharField(_("code"), max_length=20, unique=True)
    group = models.CharField(_("group"), max_length=2)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    unit = models.CharField(_("unit"), max_length=16, blank=True)
    normal_low = models.FloatField(_("normal from"), null=True, blank=True)
    normal_high = models.FloatField(_("normal to"), null=True, blank=True)
    possible_low = models.FloatField(_("possible from"), null=True, blank=True)
    possible_high = models.FloatField(_("possible to"), null=True, blank=True)
    choices = models.JSONField(
        _("choices"),
        default=list,
        blank=True,
        help_text=_(
            'For an observation that is chosen, such as: [{"code": "dry", "en": "dry", "es": "seco", "normal": true}]'
        ),
    )
    normal_yes_no = models.BooleanField(_("normal answer"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    catalogue_version = models.PositiveIntegerField(_("version of the catalogue"), default=1)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ("position", "code")

    def __str__(self) -> str:
        return pick_name(self.name_en, self.name_es)


class Factor(models.Model):
    """An entry of the catalogue of causes."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    group = models.CharField(_("group"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("factor")
        verbose_name_plural = _("factors")
        ordering = ("code",)

    def __str__(self) -> str:
        return pick_name(self.name_en, self.name_es)


class Finding(models.Model):
    """One observation. Exactly one of number, choice, yes/no, or ``not_measured``: that is not the same as normal."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="findings")
    client_id = models.UUIDField(default=uuid.uuid4)
    observation = models.ForeignKey(Observation, models.PROTECT, related_name="findings")
    catalogue_version = models.PositiveIntegerField()
    number = models.FloatField(null=True, blank=True)
    choice = models.CharField(max_length=24, blank=True)
    yes_no = models.BooleanField(null=True, blank=True)
    not_measured = models.BooleanField(default=False)
    unit = models.CharField(max_length=16, blank=True)
    is_normal = models.BooleanField(null=True)
    contributing = models.BooleanField(default=False)
    note = models.CharField(max_length=1000, blank=True)
    firmware = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("recorded_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("visit", "client_id"), name="finding_once"),
            models.CheckConstraint(
                name="finding_has_one_value",
                condition=(
                    Q(not_measured=True, number__isnull=True, choice="", yes_no__isnull=True)
                    | Q(not_measured=False, number__isnull=False, choice="", yes_no__isnull=True)
                    | Q(not_measured=False, number__isnull=True, yes_no__isnull=True) & ~Q(choice="")
                    | Q(not_measured=False, number__isnull=True, choice="", yes_no__isnull=False)
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.visit_id} {self.observation_id}"


class ContributingFactor(models.Model):
    """A coded cause. A visit has at most one primary."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="factors")
    factor = models.ForeignKey(Factor, models.PROTECT, related_name="+")
    primary = models.BooleanField(default=False)

    class Meta:
        ordering = ("-primary", "pk")
        constraints = (
            models.UniqueConstraint(fields=("visit", "factor"), name="factor_once"),
            models.UniqueConstraint(fields=("visit",), condition=Q(primary=True), name="one_primary_factor"),
        )

    def __str__(self) -> str:
        return f"{self.visit_id} {self.factor_id}"


class Photo(models.Model):
    """Re-encoded pixels without metadata. ``for_customer`` lets it into the report."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="photos")
    finding = models.ForeignKey(Finding, models.SET_NULL, null=True, blank=True, related_name="photos")
    client_id = models.UUIDField(default=uuid.uuid4)
    image = models.ImageField(upload_to="photos/%Y/%m/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    for_customer = models.BooleanField(default=True)
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ("taken_at", "pk")
        constraints = (models.UniqueConstraint(fields=("visit", "client_id"), name="photo_once"),)

    def __str__(self) -> str:
        return f"{self.visit_id} {self.client_id}"


class Signature(models.Model):
    """Personal data: the customer's name and strokes, apart from the findings."""

    visit = models.OneToOneField(Visit, models.CASCADE, related_name="signature")
    name = models.CharField(max_length=120)
    image = models.ImageField(upload_to="signatures/%Y/%m/")
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.visit_id}"


class VisitReport(models.Model):
    """What the customer got, as it was: ``contents`` is a snapshot in the customer's language."""

    visit = models.OneToOneField(Visit, models.CASCADE, related_name="report")
    language = models.CharField(max_length=5)
    contents = models.JSONField()
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.visit_id}"
