"""What has to be placed. Why it has to be, and for whom, is not known here."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maps.models import Place
from scheduling.enums import APPOINTMENT_OPEN, AppointmentStatus, OfferStatus, Priority, PromiseOutcome
from scheduling.models.calendar import WEEKDAYS
from scheduling.models.people import MOST_LOAD, LoadUnit, Skill, Technician

# What leaving out a promised appointment costs, in seconds; the others are priced by the weights.
PROMISED_PRICE_S = 2_000_000


class TechnicianChoice(models.TextChoices):
    REQUIRED = "required", _("required")
    PREFERRED = "preferred", _("preferred")
    EXCLUDED = "excluded", _("excluded")


class Appointment(models.Model):
    """``window_starts_at`` and ``window_ends_at`` are the promised arrival window; rules are local to ``zone``.

    Pins are a dispatcher's decisions that the solver keeps. ``version`` rises with each change of status.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    zone = models.CharField(_("time zone"), max_length=64)
    status = models.CharField(
        _("state"), max_length=12, choices=AppointmentStatus.choices, default=AppointmentStatus.REQUESTED
    )
    version = models.PositiveIntegerField(default=1)
    duration_s = models.PositiveIntegerField(_("duration (s)"), validators=[MinValueValidator(60)])
    setup_s = models.PositiveIntegerField(_("setup (s)"), default=0)
    arrival_window_s = models.PositiveIntegerField(_("length of the arrival window (s)"), default=7200)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    earliest_at = models.DateTimeField(_("not before"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    window_starts_at = models.DateTimeField(_("promised from"), null=True, blank=True)
    window_ends_at = models.DateTimeField(_("promised until"), null=True, blank=True)
    sla_at = models.DateTimeField(
        _("late after"), null=True, blank=True, help_text=_("Every minute of a later begin has its price in the plan.")
    )
    risk = models.PositiveSmallIntegerField(
        _("risk (%)"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("How likely it takes longer or fails. The planner puts risky visits early in the day."),
    )
    pinned_technician = models.ForeignKey(
        Technician, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("pinned technician")
    )
    pinned_start_at = models.DateTimeField(_("pinned to"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = (
            models.CheckConstraint(name="appointment_risk_percent", condition=Q(risk__lte=100)),
            models.CheckConstraint(
                name="appointment_window_whole",
                condition=Q(window_starts_at__isnull=True, window_ends_at__isnull=True)
                | Q(window_starts_at__lte=F("window_ends_at")),
            ),
        )
        indexes = (models.Index(fields=("status",), name="appointment_status"),)

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in APPOINTMENT_OPEN

    @property
    def planned_s(self) -> int:
        """Work and setup: how long a plan takes it to be, unless the stop before is at the same place."""
        return self.duration_s + self.setup_s

    @property
    def is_promised(self) -> bool:
        return self.window_starts_at is not None


class AppointmentSkill(models.Model):
    """A skill that is needed: each of group 0, and one of every other group."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+", verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(
        _("level"), default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    group = models.PositiveSmallIntegerField(
        _("group"),
        default=0,
        validators=[MaxValueValidator(20)],
        help_text=_("0: needed in any case. Of the skills with the same number above 0, one is enough."),
    )

    class Meta:
        verbose_name = _("skill needed")
        verbose_name_plural = _("skills needed")
        constraints = (
            models.UniqueConstraint(fields=("appointment", "skill", "group"), name="appointment_skill_once_a_group"),
        )

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class AppointmentTechnician(models.Model):
    """``required``: only one of these. ``excluded``: none of these. ``preferred``: rather one of these."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="technicians")
    technician = models.ForeignKey(Technician, models.CASCADE, related_name="+", verbose_name=_("technician"))
    kind = models.CharField(_("kind"), max_length=12, choices=TechnicianChoice.choices)

    class Meta:
        verbose_name = _("technician asked for or excluded")
        verbose_name_plural = _("technicians asked for or excluded")
        constraints = (
            models.UniqueConstraint(fields=("appointment", "technician"), name="appointment_technician_once"),
        )

    def __str__(self) -> str:
        return f"{self.technician} ({self.get_kind_display()})"


class AppointmentLoad(models.Model):
    """What is brought to the customer, on board from the start, and what is taken along, to the end of the route."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="loads")
    unit = models.ForeignKey(LoadUnit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    delivery = models.PositiveIntegerField(_("brought"), default=0, validators=[MaxValueValidator(MOST_LOAD)])
    pickup = models.PositiveIntegerField(_("taken along"), default=0, validators=[MaxValueValidator(MOST_LOAD)])

    class Meta:
        verbose_name = _("load")
        verbose_name_plural = _("loads")
        ordering = ("unit",)
        constraints = (models.UniqueConstraint(fields=("appointment", "unit"), name="appointment_load_once"),)

    def __str__(self) -> str:
        return f"{self.unit} {self.delivery}/{self.pickup}"


class AppointmentHours(models.Model):
    """When the site is open, local wall time by weekday. No row at all: always. Work begins inside."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ("weekday", "opens")
        constraints = (models.CheckConstraint(name="appointment_hours_open_first", condition=Q(opens__lt=F("closes"))),)

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"


class AppointmentWindow(models.Model):
    """One of the spans in which the customer wishes the work to begin. No row: any time."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="wishes")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("wish of the customer")
        verbose_name_plural = _("wishes of the customer")
        ordering = ("starts_at",)
        constraints = (
            models.CheckConstraint(name="appointment_wish_starts_first", condition=Q(starts_at__lte=F("ends_at"))),
        )

    def __str__(self) -> str:
        return f"{self.starts_at} {self.ends_at}"


class AppointmentEvent(models.Model):
    """The history: one row for each change, written in the same transaction. ``data`` holds before and after."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="events")
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


class SlotOffer(models.Model):
    """An arrival window offered, feasible when made; claims nothing until held. ``held_until`` is judged when used."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="offers")
    batch = models.UUIDField(default=uuid.uuid4)
    status = models.CharField(max_length=12, choices=OfferStatus.choices, default=OfferStatus.OFFERED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    added_travel_s = models.IntegerField()
    created_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("starts_at",)
        constraints = (
            models.CheckConstraint(name="offer_starts_first", condition=Q(starts_at__lte=F("ends_at"))),
            models.UniqueConstraint(
                fields=("appointment",), condition=Q(status=OfferStatus.HELD), name="one_hold_per_appointment"
            ),
            models.CheckConstraint(
                name="hold_has_an_end", condition=~Q(status=OfferStatus.HELD) | Q(held_until__isnull=False)
            ),
        )
        indexes = (models.Index(fields=("status", "held_until"), name="offer_holds"),)

    def __str__(self) -> str:
        return f"{self.starts_at}-{self.ends_at}"


class Promise(models.Model):
    """The ledger: an arrival window as it was told to a customer."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="promises")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    told_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=PromiseOutcome.choices, default=PromiseOutcome.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("told_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("appointment",), condition=Q(outcome=PromiseOutcome.OPEN), name="one_open_promise"
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_at}-{self.ends_at}"
