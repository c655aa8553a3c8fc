from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from maps.models import Place, Territory

LANES = 12


class User(AbstractUser):
    language = models.CharField(
        _("language"), max_length=5, choices=[("es", "Español"), ("en", "English")], default="es"
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)


class Employer(models.Model):
    class Kind(models.TextChoices):
        OWN = "own", _("own firm")
        CONTRACTOR = "contractor", _("contractor")

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.OWN)

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Skill(models.Model):
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Technician(models.Model):
    """``colour`` is the hue of the lane and stays for good. Travel times are divided by ``speed_factor``."""

    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="technician", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=120)
    initials = models.CharField(_("initials"), max_length=3)
    colour = models.PositiveSmallIntegerField(
        _("colour"),
        default=0,
        validators=[MaxValueValidator(LANES - 1)],
        help_text=_(
            "The hue of the lane: 0 blue, 1 red, 2 green, 3 yellow, 4 purple, 5 turquoise, 6 orange, 7 violet, 8 lime, "
            "9 pink, 10 sky blue, 11 amber."
        ),
    )
    phone = models.CharField(_("telephone"), max_length=32, blank=True)
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="technicians", verbose_name=_("employer"))
    home = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("starts and ends at")
    )
    end_place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ends elsewhere")
    )
    territories = models.ManyToManyField(Territory, blank=True, related_name="+", verbose_name=_("territories"))
    speed_factor = models.FloatField(
        _("speed factor"), default=1.0, validators=[MinValueValidator(0.2), MaxValueValidator(5)]
    )
    max_visits = models.PositiveSmallIntegerField(_("most visits a shift"), null=True, blank=True)
    max_travel_s = models.PositiveIntegerField(
        _("longest travel a shift, in seconds"), null=True, blank=True, help_text=_("3600 is one hour.")
    )
    max_overtime_s = models.PositiveIntegerField(
        _("most overtime a shift, in seconds"),
        default=3600,
        help_text=_("3600 is one hour. A dispatcher may force so much, with a reason."),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("technician")
        verbose_name_plural = _("technicians")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TechnicianSkill(models.Model):
    """``valid_until`` is the last day of a certificate, included."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(
        _("level"), default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("skill of a technician")
        verbose_name_plural = _("skills of technicians")
        constraints = (models.UniqueConstraint(fields=("technician", "skill"), name="technician_skill_once"),)

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"
