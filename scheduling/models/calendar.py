"""When people work. Patterns are local wall time with a zone; shifts are the instants they became on a date."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maps.models import Place
from scheduling.enums import AbsenceKind
from scheduling.models.people import Technician

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]

HAS_NO_ROOM = _("The break can't begin and end within the shift.")


def can_be_taken(
    *, earliest: time, latest: time, from_start: bool, minutes: int, shift_starts: time, shift_ends: time
) -> bool:
    """Whether a break can begin and end within a weekly shift, by the fields of ``BreakRule``."""
    zero = _since_midnight(shift_starts) if from_start else timedelta()
    begin = max(_since_midnight(shift_starts), zero + _since_midnight(earliest))
    has_begun = begin <= zero + _since_midnight(latest)
    return has_begun and begin + timedelta(minutes=minutes) <= _since_midnight(shift_ends)


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)


class ShiftPattern(models.Model):
    technician = models.ForeignKey(
        Technician, models.CASCADE, related_name="shift_patterns", verbose_name=_("technician")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"))
    zone = models.CharField(_("time zone"), max_length=64)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("weekly shift")
        verbose_name_plural = _("weekly shifts")
        ordering = ("technician", "weekday", "starts")
        constraints = (
            models.CheckConstraint(
                name="shift_pattern_starts_first",
                condition=Q(starts__lt=F("ends")),
                violation_error_message=_("A shift ends after it starts, on the same day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.technician} {self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class BreakRule(models.Model):
    """A rest that begins between ``earliest`` and ``latest``: local wall time, or hours and minutes after the shift's
    start (``from_start``)."""

    pattern = models.ForeignKey(ShiftPattern, models.CASCADE, related_name="breaks")
    earliest = models.TimeField(_("begins at the earliest"))
    latest = models.TimeField(_("begins at the latest"))
    from_start = models.BooleanField(
        _("counted from the start of the shift"),
        default=False,
        help_text=_("03:00 then means three hours after the shift has started."),
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MinValueValidator(1), MaxValueValidator(240)])

    class Meta:
        verbose_name = _("break")
        verbose_name_plural = _("breaks")
        constraints = (
            models.CheckConstraint(
                name="break_rule_earliest_first",
                condition=Q(earliest__lte=F("latest")),
                violation_error_message=_("The latest begin of a break is not before its earliest."),
            ),
        )

    def __str__(self) -> str:
        sign = "+" if self.from_start else ""
        return f"{self.minutes} min, {sign}{self.earliest:%H:%M}-{sign}{self.latest:%H:%M}"

    def clean(self) -> None:
        given = (self.earliest, self.latest, self.minutes, self.pattern.starts, self.pattern.ends)
        if any(one is None for one in given) or self.earliest > self.latest:
            return
        if not can_be_taken(
            earliest=self.earliest,
            latest=self.latest,
            from_start=self.from_start,
            minutes=self.minutes,
            shift_starts=self.pattern.starts,
            shift_ends=self.pattern.ends,
        ):
            raise ValidationError({"earliest": HAS_NO_ROOM})


class Absence(models.Model):
    technician = models.ForeignKey(Technician, models.CASCADE, related_name="absences", verbose_name=_("technician"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    kind = models.CharField(_("kind"), max_length=12, choices=AbsenceKind.choices, default=AbsenceKind.HOLIDAY)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ("-starts_at",)
        constraints = (
            models.CheckConstraint(
                name="absence_starts_first",
                condition=Q(starts_at__lt=F("ends_at")),
                violation_error_message=_("An absence ends after it starts."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.technician} {self.get_kind_display()}"

    def clean(self) -> None:
        """Said at the field. The constraint guards what no form has seen."""
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("An absence ends after it starts.")})


class Shift(models.Model):
    """One technician's one shift; its current route binds. ``date`` is the local date of its start.

    ``is_regular``: made from a weekly pattern, and follows it as long as nothing was placed on it.
    """

    technician = models.ForeignKey(Technician, models.CASCADE, related_name="shifts", verbose_name=_("technician"))
    date = models.DateField(_("date"))
    zone = models.CharField(_("time zone"), max_length=64)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    start_place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("starts at")
    )
    end_place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ends at")
    )
    is_regular = models.BooleanField(_("from a weekly shift"), default=False)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ("date", "technician")
        constraints = (
            models.UniqueConstraint(fields=("technician", "starts_at"), name="shift_once"),
            models.CheckConstraint(name="shift_starts_first", condition=Q(starts_at__lt=F("ends_at"))),
        )
        indexes = (models.Index(fields=("date",), name="shift_date"),)

    def __str__(self) -> str:
        return f"{self.technician} {self.date}"

    def clean(self) -> None:
        """Said at the fields, for a shift made by hand; ``date`` follows from its start."""
        try:
            zone = ZoneInfo(self.zone)
        except (ValueError, ZoneInfoNotFoundError) as error:
            raise ValidationError({"zone": _("There is no such time zone.")}) from error
        if not (self.starts_at and self.ends_at):
            return
        if self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("A shift ends after it starts.")})
        self.date = self.starts_at.astimezone(zone).date()
        others = Shift.objects.filter(technician=self.technician_id, starts_at__lt=self.ends_at)
        if others.filter(ends_at__gt=self.starts_at).exclude(pk=self.pk).exists():
            raise ValidationError(_("The technician has another shift at that time."))

    @property
    def has_stops(self) -> bool:
        return type(self).objects.filter(pk=self.pk, route__stops__isnull=False).exists()


class ShiftBreak(models.Model):
    """``from_start``: the hours follow the shift's start, when an absence puts it off."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="breaks")
    earliest_at = models.DateTimeField(_("begins at the earliest"))
    latest_at = models.DateTimeField(_("begins at the latest"))
    duration_s = models.PositiveIntegerField(_("seconds"))
    from_start = models.BooleanField(_("counted from the start of the shift"), default=False)

    class Meta:
        verbose_name = _("break")
        verbose_name_plural = _("breaks")
        ordering = ("earliest_at",)
        constraints = (
            models.CheckConstraint(
                name="shift_break_earliest_first",
                condition=Q(earliest_at__lte=F("latest_at")),
                violation_error_message=_("The latest begin of a break is not before its earliest."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.duration_s} s"

    def clean(self) -> None:
        given = (self.earliest_at, self.latest_at, self.duration_s, self.shift.starts_at, self.shift.ends_at)
        if any(one is None for one in given) or self.earliest_at > self.latest_at:
            return
        begin = max(self.earliest_at, self.shift.starts_at)
        if begin > self.latest_at or begin + timedelta(seconds=self.duration_s) > self.shift.ends_at:
            raise ValidationError({"earliest_at": HAS_NO_ROOM})
