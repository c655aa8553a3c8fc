"""What planners may trade against what, and the settings of planning: all of it a dispatcher's to change."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from scheduling.core.weights import BALANCED, MOST, PLAIN, Weights
from scheduling.models.calendar import WEEKDAYS

WEIGHT_FIELDS = tuple(Weights.__dataclass_fields__)


def _weight(name: str, label: Any, help_text: Any) -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(
        label, default=getattr(PLAIN, name), validators=[MaxValueValidator(MOST)], help_text=help_text
    )


class WeightSet(models.Model):
    """One column for each field of the core's ``Weights``, in its units; nothing is normalised."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    travel = _weight("travel", _("driving (%)"), _("Percent of each second of driving."))
    paid = _weight("paid", _("paid time (%)"), _("Percent of each second from leaving to returning."))
    overtime = _weight(
        "overtime", _("overtime (%)"), _("Percent of each second after the end of the shift, besides the paid time.")
    )
    waiting = _weight("waiting", _("waiting (%)"), _("Percent of each second of waiting."))
    late_minute = _weight(
        "late_minute", _("a minute late (s)"), _("For each minute that work begins after the hour agreed as late.")
    )
    risk_hour = _weight(
        "risk_hour",
        _("an hour of risk (s)"),
        _("For each hour after the shift’s start at which a visit that is sure to be risky begins."),
    )
    moved_hour = _weight(
        "moved_hour", _("an hour moved (s)"), _("For each hour that a begin differs from the published plan.")
    )
    other_technician = _weight(
        "other_technician", _("another technician (s)"), _("Once, when the published plan had another technician.")
    )
    other_day = _weight("other_day", _("another day (s)"), _("Once, when the published plan had another day."))
    not_preferred = _weight(
        "not_preferred", _("not a preferred technician (s)"), _("Once, when others are preferred for the visit.")
    )
    stranger = _weight("stranger", _("a technician new to the site (s)"), _("Once, when others know the site."))
    outside_home = _weight(
        "outside_home",
        _("outside the home territory (s)"),
        _("Once for each visit outside the technician’s home territories."),
    )
    spare_level = _weight(
        "spare_level", _("a level to spare (s)"), _("For each level of a skill above the one needed.")
    )
    rare_skill = _weight(
        "rare_skill",
        _("a rare skill unused (s)"),
        _("For each skill that the visit doesn’t need, the more the rarer it is."),
    )
    fairness = _weight(
        "fairness",
        _("fairness (s)"),
        _("For the square of the hours that somebody works and drives above an equal share of the work."),
    )
    unserved_priority = _weight(
        "unserved_priority",
        _("left out, by priority (s)"),
        _("For a visit left out, times its priority (1, 2, 4 or 8)."),
    )
    unserved_day = _weight(
        "unserved_day", _("left out, by age (s)"), _("For a visit left out, for each day since it was asked for.")
    )

    class Meta:
        verbose_name = _("set of weights")
        verbose_name_plural = _("sets of weights")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """The validators of the fields judge the numbers."""
        if self.has_taken_name():
            raise ValidationError({"name": _("Another set of weights is called so. Choose another name.")})

    @property
    def is_seeded(self) -> bool:
        return self.code in SEEDED_NAMES

    @property
    def label(self) -> str:
        """The sets that come with the software are called in the reader's language, as long as nobody renames them."""
        seeded = SEEDED_NAMES.get(self.code)
        return str(seeded[1]) if seeded and self.name == seeded[0] else self.name

    def read_name(self, text: str) -> str:
        """What to keep of a name as it was written: a seeded set's own name, in whatever language it was shown."""
        seeded = SEEDED_NAMES.get(self.code)
        return seeded[0] if seeded and text in translate_everywhere(seeded[1]) else text

    def list_names(self) -> set[str]:
        """How readers of any language see it called, in small letters."""
        seeded = SEEDED_NAMES.get(self.code)
        names = translate_everywhere(seeded[1]) if seeded and seeded[0] == self.name else {self.name}
        return {name.strip().casefold() for name in names}

    def has_taken_name(self) -> bool:
        names = self.list_names()
        return any(names & other.list_names() for other in WeightSet.objects.exclude(pk=self.pk))

    def weights(self) -> Weights:
        """Raises ``ProblemError`` for a value that is not possible."""
        return Weights(**{name: getattr(self, name) for name in WEIGHT_FIELDS})


def translate_everywhere(text: Any) -> set[str]:
    """A lazy text in every language of the installation."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.add(str(text))
    return found


SEEDED_NAMES = {
    "balanced": ("Balanced", _("Balanced")),
    "customer_first": ("Customer first", _("Customer first")),
    "least_driving": ("Least driving", _("Least driving")),
    "emergency": ("Emergency", _("Emergency")),
}


class PlanningSettings(models.Model):
    """One row. Without it, or without a set of weights in it, the core's balanced set and these defaults hold."""

    weight_set = models.ForeignKey(
        WeightSet,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("weights"),
        help_text=_("Used wherever nobody chooses others."),
    )
    freeze_s = models.PositiveIntegerField(
        _("freeze from now on, in seconds"),
        default=0,
        validators=[MaxValueValidator(86_400)],
        help_text=_("Stops planned to begin so soon stay where they are. 1800 is half an hour."),
    )
    continuity_months = models.PositiveSmallIntegerField(
        _("months for which a technician knows a site"),
        default=12,
        validators=[MaxValueValidator(120)],
        help_text=_("Who finished a visit at a place within them knows it. 0: nobody does."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR", help_text=_("Of the prices of overtime."))

    class Meta:
        verbose_name = _("planning settings")
        verbose_name_plural = _("planning settings")
        constraints = (
            models.CheckConstraint(
                name="planning_settings_one_row",
                condition=models.Q(pk=1),
                violation_error_message=_("There is one row of planning settings; change that one."),
            ),
        )

    def __str__(self) -> str:
        return str(_("planning settings"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> "PlanningSettings":
        return cls.objects.select_related("weight_set").first() or cls()

    def weights(self) -> Weights:
        return BALANCED if self.weight_set is None else self.weight_set.weights()


class SpeedStep(models.Model):
    """From ``starts`` on, until the next step or midnight, driving goes at ``percent`` of its usual speed.

    Local time of the installation. A weekday with steps of its own follows these; any other those of all days. Before
    a day's first step speed is 100 %.
    """

    settings = models.ForeignKey(PlanningSettings, models.CASCADE, related_name="speed_steps")
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), choices=WEEKDAYS, null=True, blank=True, help_text=_("Empty: every day without steps of its own.")
    )
    starts = models.TimeField(_("from"))
    percent = models.PositiveSmallIntegerField(
        _("speed (%)"), validators=[MinValueValidator(5), MaxValueValidator(1000)]
    )

    class Meta:
        verbose_name = _("speed by the hour")
        verbose_name_plural = _("speeds by the hour")
        ordering = ("weekday", "starts")
        constraints = (
            models.UniqueConstraint(
                fields=("settings", "starts"), condition=models.Q(weekday__isnull=True), name="speed_step_once_a_day"
            ),
            models.UniqueConstraint(fields=("settings", "weekday", "starts"), name="speed_step_once_a_weekday"),
            models.CheckConstraint(name="speed_step_possible", condition=models.Q(percent__gte=5, percent__lte=1000)),
        )

    def __str__(self) -> str:
        return f"{self.starts:%H:%M} {self.percent} %"
