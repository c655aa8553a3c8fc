"""The record of going on site once for a case."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dispatch.enums import Terms, VisitStatus
from dispatch.models.case import Case
from dispatch.models.customer import Contact, Device
from dispatch.models.names import pick_name
from scheduling.models import Appointment, Skill, SlotOffer

LEAST_DURATION, LEAST_WINDOW = 5, 15
LONGEST_SETUP, LONGEST = 240, 720
"""Minutes. Windows lie within the twelve hours from 08:00 to 20:00."""


class VisitType(models.Model):
    """A template. ``parts`` is one part a line; the arrival window is what a customer is promised."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120)
    duration_minutes = models.PositiveSmallIntegerField(
        _("duration (min)"), validators=(MinValueValidator(LEAST_DURATION), MaxValueValidator(LONGEST))
    )
    setup_minutes = models.PositiveSmallIntegerField(
        _("setup (min)"), default=5, validators=(MaxValueValidator(LONGEST_SETUP),)
    )
    arrival_window_minutes = models.PositiveSmallIntegerField(
        _("arrival window (min)"),
        default=120,
        validators=(MinValueValidator(LEAST_WINDOW), MaxValueValidator(LONGEST)),
    )
    parts = models.TextField(_("parts to take along"), blank=True, help_text=_("One a line."))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("visit type")
        verbose_name_plural = _("visit types")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(LEAST_DURATION, LONGEST)), name="visit_type_duration"
            ),
            models.CheckConstraint(condition=Q(setup_minutes__lte=LONGEST_SETUP), name="visit_type_setup"),
            models.CheckConstraint(
                condition=Q(arrival_window_minutes__range=(LEAST_WINDOW, LONGEST)), name="visit_type_arrival_window"
            ),
        )

    def __str__(self) -> str:
        return pick_name(self.name_en, self.name_es)


class VisitTypeSkill(models.Model):
    visit_type = models.ForeignKey(VisitType, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(_("level"), default=1)

    class Meta:
        verbose_name = _("skill needed")
        verbose_name_plural = _("skills needed")
        constraints = (models.UniqueConstraint(fields=("visit_type", "skill"), name="visit_type_skill_once"),)

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class VisitTypeCheck(models.Model):
    visit_type = models.ForeignKey(VisitType, models.CASCADE, related_name="checklist")
    position = models.PositiveSmallIntegerField(_("position"))
    text_en = models.CharField(_("text in English"), max_length=200)
    text_es = models.CharField(_("text in Spanish"), max_length=200)

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist")
        ordering = ("position",)

    def __str__(self) -> str:
        return pick_name(self.text_en, self.text_es)


class Visit(models.Model):
    """Terms, price and currency are kept as they were when the visit was opened.

    ``price_agreed_with`` is the time for which the customer ticked the price: accepted when that time is confirmed.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="visits")
    visit_type = models.ForeignKey(VisitType, models.PROTECT, related_name="+", verbose_name=_("visit type"))
    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="visit")
    status = models.CharField(_("state"), max_length=12, choices=VisitStatus.choices, default=VisitStatus.OPEN)
    version = models.PositiveIntegerField(default=1)
    device = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, related_name="visits")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="visits")
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="followed_by")
    parts = models.TextField(_("parts to take along"), blank=True)
    terms = models.CharField(_("terms"), max_length=16, choices=Terms.choices, default=Terms.FREE)
    price = models.DecimalField(_("price"), max_digits=10, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    price_agreed_with = models.ForeignKey(SlotOffer, models.SET_NULL, null=True, blank=True, related_name="+")
    price_accepted_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField(_("what was done"), blank=True, max_length=4000)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"V-{self.pk}"


class ChecklistAnswer(models.Model):
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="checklist")
    position = models.PositiveSmallIntegerField()
    text_en = models.CharField(max_length=200)
    text_es = models.CharField(max_length=200)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("visit", "position"), name="checklist_answer_once"),)

    def __str__(self) -> str:
        return pick_name(self.text_en, self.text_es)


class Part(models.Model):
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
