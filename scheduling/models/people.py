from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maps.models import Place, Territory

LANES = 12
MOST_LOAD = 1_000_000


class TravelProfile(models.TextChoices):
    """The value is the name of the core's travel profile."""

    CAR = "car", _("car")
    VAN = "van", _("van")
    BICYCLE = "bicycle", _("bicycle")
    FOOT = "foot", _("on foot")


class TerritoryKind(models.TextChoices):
    HOME = "home", _("home")
    ALLOWED = "allowed", _("allowed")
    FORBIDDEN = "forbidden", _("forbidden")


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


class LoadUnit(models.Model):
    """What a van holds so much of: kilograms, litres, pallets, routers."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("unit of load")
        verbose_name_plural = _("units of load")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Technician(models.Model):
    """``colour`` is the hue of the lane and stays for good. Travel times are divided by ``speed_factor``.

    The planner uses ``planned_overtime_s`` by itself; what goes beyond, up to ``max_overtime_s``, a dispatcher forces.
    """

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
    territories: "models.ManyToManyField[Territory, TechnicianTerritory]" = models.ManyToManyField(
        Territory, through="TechnicianTerritory", blank=True, related_name="+", verbose_name=_("territories")
    )
    travel_profile = models.CharField(
        _("travels by"), max_length=12, choices=TravelProfile.choices, default=TravelProfile.CAR
    )
    speed_factor = models.FloatField(
        _("speed factor"),
        default=1.0,
        validators=[MinValueValidator(0.2), MaxValueValidator(5)],
        help_text=_("Travel times are divided by it: 1.25 is a quarter faster than usual, 0.8 a fifth slower."),
    )
    max_visits = models.PositiveSmallIntegerField(_("most visits a shift"), null=True, blank=True)
    max_travel_s = models.PositiveIntegerField(
        _("longest travel a shift, in seconds"), null=True, blank=True, help_text=_("3600 is one hour.")
    )
    max_leg_s = models.PositiveIntegerField(
        _("longest single way, in seconds"), null=True, blank=True, help_text=_("From one place to the next.")
    )
    max_work_s = models.PositiveIntegerField(
        _("most work at customers a shift, in seconds"), null=True, blank=True, help_text=_("3600 is one hour.")
    )
    max_overtime_s = models.PositiveIntegerField(
        _("most overtime a shift, in seconds"),
        default=3600,
        help_text=_("3600 is one hour. A dispatcher may force so much, with a reason."),
    )
    planned_overtime_s = models.PositiveIntegerField(
        _("overtime that the planner may use, in seconds"),
        default=0,
        help_text=_("As much of the most overtime as the planner may plan without asking. 0: none."),
    )
    overtime_rate = models.DecimalField(
        _("price of an hour of overtime"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("In the currency of the planning settings."),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("technician")
        verbose_name_plural = _("technicians")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="technician_planned_overtime_within",
                condition=Q(planned_overtime_s__lte=F("max_overtime_s")),
                violation_error_message=_("The planner may not use more overtime than the most overtime a shift."),
            ),
        )

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


class TechnicianTerritory(models.Model):
    """Where a technician works: rather at ``home``; never in a ``forbidden`` one; if any is ``allowed``, only in those
    and at home."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="areas")
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="+", verbose_name=_("territory"))
    kind = models.CharField(_("kind"), max_length=12, choices=TerritoryKind.choices, default=TerritoryKind.HOME)

    class Meta:
        verbose_name = _("territory of a technician")
        verbose_name_plural = _("territories of technicians")
        constraints = (models.UniqueConstraint(fields=("technician", "territory"), name="technician_territory_once"),)

    def __str__(self) -> str:
        return f"{self.territory} ({self.get_kind_display()})"


class TechnicianCapacity(models.Model):
    """How much of a unit the van holds. A unit without a row is not limited."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="capacities")
    unit = models.ForeignKey(LoadUnit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    amount = models.PositiveIntegerField(_("amount"), validators=[MaxValueValidator(MOST_LOAD)])

    class Meta:
        verbose_name = _("capacity of a van")
        verbose_name_plural = _("capacities of vans")
        ordering = ("unit",)
        constraints = (models.UniqueConstraint(fields=("technician", "unit"), name="technician_capacity_once"),)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


class WorkLedger(models.Model):
    """What a technician worked and drove in the week from Monday ``week_start`` on, from finished stops."""

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="ledger", verbose_name=_("technician"))
    week_start = models.DateField(_("week from"))
    worked_s = models.PositiveIntegerField(_("worked, in seconds"), default=0)
    driven_s = models.PositiveIntegerField(_("driven, in seconds"), default=0)

    class Meta:
        verbose_name = _("week of work")
        verbose_name_plural = _("weeks of work")
        ordering = ("-week_start", "technician")
        constraints = (models.UniqueConstraint(fields=("technician", "week_start"), name="work_ledger_once"),)

    def __str__(self) -> str:
        return f"{self.technician} {self.week_start}"
