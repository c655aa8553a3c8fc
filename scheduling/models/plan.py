"""Current routes and proposals for them."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scheduling.enums import PlanStatus, RunStatus, StopStatus
from scheduling.models.appointment import Appointment
from scheduling.models.calendar import Shift
from scheduling.models.people import Technician
from scheduling.models.weights import WeightSet


class Route(models.Model):
    """The current route of a shift. ``version`` rises with every write to it; see ``services/routes.py``."""

    shift = models.OneToOneField(Shift, models.CASCADE, related_name="route")
    version = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.shift)


class Stop(models.Model):
    """An appointment placed on a route. Current stops of a technician never overlap from ``starts_at`` to ``ends_at``.

    ``arrival_at`` is the planned arrival, ``starts_at`` to ``ends_at`` the planned work; ``eta_at`` is the prediction;
    ``on_my_way_at`` to ``finished_at`` are facts. A stop taken off stays as history with ``is_current`` false.
    ``overrun_s``: how much longer than planned the work under way will take, as reported.
    """

    route = models.ForeignKey(Route, models.CASCADE, related_name="stops")
    technician = models.ForeignKey(Technician, models.PROTECT, related_name="stops")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="stops")
    segment = models.PositiveSmallIntegerField(default=1)
    crew_position = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    status = models.CharField(_("state"), max_length=16, choices=StopStatus.choices, default=StopStatus.PLANNED)
    version = models.PositiveIntegerField(default=1)
    sequence = models.PositiveSmallIntegerField()
    arrival_at = models.DateTimeField(_("planned arrival"))
    starts_at = models.DateTimeField(_("planned start"))
    ends_at = models.DateTimeField(_("planned end"))
    travel_s = models.PositiveIntegerField(_("travel (s)"))
    distance_m = models.PositiveIntegerField(_("distance (m)"), default=0)
    travel_quality = models.CharField(max_length=12, default="estimated")
    eta_at = models.DateTimeField(_("predicted arrival"), null=True, blank=True)
    on_my_way_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    not_completed_reason = models.CharField(max_length=40, blank=True)
    overrun_s = models.PositiveIntegerField(_("longer than planned (s)"), default=0)
    forced_rules = models.JSONField(default=list)
    forced_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("starts_at", "sequence")
        constraints = (
            models.UniqueConstraint(
                fields=("appointment", "segment", "crew_position"),
                condition=Q(is_current=True),
                name="stop_current_once",
            ),
            models.CheckConstraint(
                name="stop_in_order", condition=Q(arrival_at__lte=F("starts_at"), starts_at__lt=F("ends_at"))
            ),
        )
        indexes = (
            models.Index(fields=("technician", "starts_at"), condition=Q(is_current=True), name="stop_current_times"),
        )

    def __str__(self) -> str:
        return f"{self.technician} {self.starts_at}"


class Run(models.Model):
    """A request to plan the ``days`` from ``date`` on together. The row is the truth: a worker claims it by
    compare-and-swap and renews its lease.

    Without ``weight_set`` or ``freeze_s`` those of the planning settings hold. One that is asked to stop
    (``cancel_requested``) proposes nothing any more, so another may be asked for at once. ``may_break`` lists the ids
    of appointments whose promise the plan may break, for ``break_reason``. ``repair``, where there is one: the run
    betters the answer to something that happened (its ``plan``), and leaves the rest of the day alone.
    """

    date = models.DateField(_("date"))
    days = models.PositiveSmallIntegerField(
        _("days"), default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    status = models.CharField(_("state"), max_length=12, choices=RunStatus.choices, default=RunStatus.QUEUED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField()
    seed = models.PositiveIntegerField(default=1)
    time_limit_s = models.PositiveIntegerField()
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    progress = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    publish_when_done = models.BooleanField(default=False)
    weight_set = models.ForeignKey(
        WeightSet, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("weights")
    )
    freeze_s = models.PositiveIntegerField(_("freeze from now on, in seconds"), null=True, blank=True)
    may_break = models.JSONField(_("promises that may be broken"), default=list, blank=True)
    break_reason = models.CharField(_("why promises may be broken"), max_length=500, blank=True)
    repair = models.JSONField(_("what is repaired"), default=dict, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("date",),
                condition=Q(status__in=(RunStatus.QUEUED, RunStatus.RUNNING), cancel_requested=False),
                name="one_run_per_day_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.date} {self.status}"


class RoutePlan(models.Model):
    """New contents for some current routes of ``days`` from ``date`` on. It binds nothing until it is published.

    ``frozen_until``: stops planned to begin before it were to stay where they are.
    """

    date = models.DateField(_("date"))
    days = models.PositiveSmallIntegerField(
        _("days"), default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    run = models.OneToOneField(Run, models.SET_NULL, null=True, blank=True, related_name="plan")
    status = models.CharField(_("state"), max_length=12, choices=PlanStatus.choices, default=PlanStatus.PROPOSED)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    frozen_until = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.date} {self.status}"


class ProposedRoute(models.Model):
    """What a route would become.

    ``base_version`` is the version of the current route that the proposal was made from, and ``base_contents`` the ids
    of the appointments that were on it and free to move.
    """

    plan = models.ForeignKey(RoutePlan, models.CASCADE, related_name="routes")
    route = models.ForeignKey(Route, models.CASCADE, related_name="+")
    base_version = models.PositiveIntegerField()
    base_contents = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "route"), name="proposed_route_once"),)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.route_id}"


class ProposedStop(models.Model):
    route = models.ForeignKey(ProposedRoute, models.CASCADE, related_name="stops")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="+")
    sequence = models.PositiveSmallIntegerField()
    arrival_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    travel_s = models.PositiveIntegerField()
    distance_m = models.PositiveIntegerField(default=0)
    travel_quality = models.CharField(max_length=12, default="estimated")

    class Meta:
        ordering = ("route", "sequence")

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.starts_at}"


class UnplannedAppointment(models.Model):
    """Why a run left an appointment out: the summed-up ``reason`` and each technician's own in ``blockers``."""

    plan = models.ForeignKey(RoutePlan, models.CASCADE, related_name="unplanned")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=24)
    blockers = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "appointment"), name="unplanned_once"),)

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.reason}"
