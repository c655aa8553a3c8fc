"""The form of what binds a technician's shifts. Times are local to the active zone, which is that of the shifts."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.forms.base import Fault, PlainForm, SightForm, list_faults
from dispatch.forms.cases import moment_field
from dispatch.forms.rules import LEVELS, MOST_ROWS, RowForm, add_row, keep_exact
from dispatch.moments import check_day
from maps.models import Territory
from scheduling.enums import AbsenceKind
from scheduling.models import LoadUnit, PlanningSettings, Skill, TerritoryKind, TravelProfile
from scheduling.models.calendar import WEEKDAYS, can_be_taken
from scheduling.models.people import MOST_LOAD
from scheduling.services.technician_rules import (
    Area,
    Away,
    HeldSkill,
    Limits,
    Rest,
    Room,
    TechnicianRules,
    WeeklyShift,
)

CLOCK, START = "clock", "start"


def weekday_field(label: Any, *, every: Any) -> forms.TypedChoiceField:
    """``every`` is what leaving it open means; its value is None."""
    return forms.TypedChoiceField(
        label=label, choices=[("", every), *WEEKDAYS], coerce=int, required=False, empty_value=None
    )


def time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=False, validators=[check_day])


def minutes_field(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=24 * 60, **options)


class HeldSkillRow(RowForm):
    key = "skill"
    skill = forms.ModelChoiceField(label=gettext_lazy("Skill"), queryset=Skill.objects.all(), empty_label="–")
    level = forms.TypedChoiceField(label=gettext_lazy("Level"), choices=LEVELS, coerce=int, initial=1)
    valid_until = day_field(gettext_lazy("Certificate valid until"))

    def to_rule(self) -> HeldSkill:
        values = self.cleaned_data
        return HeldSkill(values["skill"].pk, values["level"], values["valid_until"])


class AreaRow(RowForm):
    key = "territory"
    territory = forms.ModelChoiceField(
        label=gettext_lazy("Territory"), queryset=Territory.objects.all(), empty_label="–"
    )
    kind = forms.ChoiceField(label=gettext_lazy("How"), choices=TerritoryKind.choices, initial=TerritoryKind.HOME)

    def to_rule(self) -> Area:
        return Area(self.cleaned_data["territory"].pk, self.cleaned_data["kind"])


class RoomRow(RowForm):
    key = "unit"
    unit = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=LoadUnit.objects.all(), empty_label="–")
    amount = forms.IntegerField(label=gettext_lazy("The van holds"), min_value=0, max_value=MOST_LOAD)

    def to_rule(self) -> Room:
        return Room(self.cleaned_data["unit"].pk, self.cleaned_data["amount"])


class AwayRow(RowForm):
    key = "starts_at"
    starts_at = moment_field(gettext_lazy("From"))
    ends_at = moment_field(gettext_lazy("Until"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=AbsenceKind.choices, initial=AbsenceKind.HOLIDAY)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("starts_at") and values.get("ends_at") and values["ends_at"] <= values["starts_at"]:
            self.add_error("ends_at", _("An absence ends after it starts."))
        return values

    def to_rule(self) -> Away:
        values = self.cleaned_data
        return Away(values["starts_at"], values["ends_at"], values["kind"], values["note"])


class ShiftRow(RowForm):
    key = "starts"
    weekday = forms.TypedChoiceField(label=gettext_lazy("Weekday"), choices=WEEKDAYS, coerce=int, initial=0)
    starts = time_field(gettext_lazy("Starts"))
    ends = time_field(gettext_lazy("Ends"))
    valid_from = day_field(gettext_lazy("Valid from"))
    valid_until = day_field(gettext_lazy("Valid until"))

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("starts") and values.get("ends") and values["ends"] <= values["starts"]:
            self.add_error("ends", _("A shift ends after it starts, on the same day."))
        first, last = values.get("valid_from"), values.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("It would end before it begins."))
        return values

    def to_rule(self) -> WeeklyShift:
        return WeeklyShift(**self.cleaned_data)


class RestRow(RowForm):
    key = "earliest"
    weekday = weekday_field(gettext_lazy("In"), every=gettext_lazy("every shift"))
    counted = forms.ChoiceField(
        label=gettext_lazy("Counted"),
        choices=[(CLOCK, gettext_lazy("by the clock")), (START, gettext_lazy("from the start of the shift"))],
        initial=CLOCK,
    )
    earliest = time_field(gettext_lazy("Begins at the earliest"))
    latest = time_field(gettext_lazy("Begins at the latest"))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=240)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("earliest") and values.get("latest") and values["latest"] < values["earliest"]:
            self.add_error("latest", _("The latest begin of a break is not before its earliest."))
        return values

    def to_rule(self) -> Rest:
        values = self.cleaned_data
        return Rest(
            values["weekday"], values["earliest"], values["latest"], values["counted"] == START, values["minutes"]
        )


class LimitsForm(PlainForm):
    travel_profile = forms.ChoiceField(label=gettext_lazy("Travels by"), choices=TravelProfile.choices)
    speed_factor = forms.FloatField(
        label=gettext_lazy("Speed factor"),
        min_value=0.2,
        max_value=5,
        help_text=gettext_lazy("1.25 is a quarter faster than usual, 0.8 a fifth slower."),
    )
    max_visits = forms.IntegerField(
        label=gettext_lazy("Most visits a shift"), min_value=0, max_value=200, required=False
    )
    max_work_s = minutes_field(gettext_lazy("Most work at customers a shift (min)"), required=False)
    max_travel_s = minutes_field(gettext_lazy("Longest travel a shift (min)"), required=False)
    max_leg_s = minutes_field(gettext_lazy("Longest single way (min)"), required=False)
    max_overtime_s = minutes_field(
        gettext_lazy("Most overtime a shift (min)"), help_text=gettext_lazy("A dispatcher may force so much.")
    )
    planned_overtime_s = minutes_field(
        gettext_lazy("Of it without asking (min)"), help_text=gettext_lazy("The planner may use so much by itself.")
    )
    overtime_rate = forms.DecimalField(min_value=0, max_digits=8, decimal_places=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency = PlanningSettings.current().currency
        self.fields["overtime_rate"].label = _("Price of an hour of overtime (%(currency)s)") % {"currency": currency}

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if (values.get("planned_overtime_s") or 0) > (values.get("max_overtime_s") or 0):
            self.add_error(
                "planned_overtime_s", _("The planner may not use more overtime than the most overtime a shift.")
            )
        return values

    def to_limits(self, before: Limits) -> Limits:
        """What is shown in minutes and left as it was keeps its seconds."""
        values = dict(self.cleaned_data)
        for name in (name for name in values if name.endswith("_s") and values[name] is not None):
            was = getattr(before, name)
            values[name] = was if was is not None and was // 60 == values[name] else values[name] * 60
        return Limits(**values)


ROWS: dict[str, type[RowForm]] = {
    "week": ShiftRow,
    "rests": RestRow,
    "away": AwayRow,
    "skills": HeldSkillRow,
    "areas": AreaRow,
    "rooms": RoomRow,
}
TWICE = {
    "skills": gettext_lazy("The same skill stands here twice: keep the higher level alone."),
    "areas": gettext_lazy("The same territory stands here twice."),
    "rooms": gettext_lazy("The same unit stands here twice."),
}


class TechnicianForms:
    """All parts of the page, sent together. Without ``data`` they show ``before``."""

    def __init__(self, *, before: TechnicianRules, data: QueryDict | None = None) -> None:
        self.before = before
        added = next((name for name in ROWS if data is not None and f"add_{name}" in data), "")
        self.adds_row = bool(added)
        data = add_row(data, added) if data is not None and added else data
        starts = _initial(before)
        self.rows: dict[str, BaseFormSet[Any]] = {}
        for name, row in ROWS.items():
            kind: type[BaseFormSet[Any]] = formset_factory(row, extra=1, max_num=MOST_ROWS, validate_max=True)
            self.rows[name] = kind(data, prefix=name, initial=starts[name])
        self.limits = LimitsForm(data, initial=starts["limits"])
        self.sight = SightForm(data, initial={"seen": before.fingerprint})
        if self.adds_row:
            for form in self.parts:
                form.forgive()

    @property
    def parts(self) -> list[Any]:
        return [*(form for rows in self.rows.values() for form in rows.forms), self.limits, self.sight]

    @property
    def faults(self) -> list[Fault]:
        return list_faults(self.parts)

    def is_valid(self) -> bool:
        if self.adds_row:
            return False
        valid = [self.sight.is_valid(), self.limits.is_valid(), *(rows.is_valid() for rows in self.rows.values())]
        return all(valid) and self._has_no_doubles() and self._has_no_overlap() and self._has_room_for_breaks()

    def _has_no_doubles(self) -> bool:
        fine = True
        for name, text in TWICE.items():
            seen = set()
            for form in self._filled(name):
                value = form.cleaned_data[form.key]
                if value in seen:
                    form.add_error(form.key, str(text))
                    fine = False
                seen.add(value)
        return fine

    def _has_no_overlap(self) -> bool:
        fine = True
        known: list[WeeklyShift] = []
        for form in self._filled("week"):
            shift = form.to_rule()
            if any(_overlap(shift, other) for other in known):
                form.add_error("starts", _("It overlaps another shift of the same day."))
                fine = False
            known.append(shift)
        return fine

    def _has_room_for_breaks(self) -> bool:
        """Each break is in some weekly shift, and can be taken in each that it is in."""
        fine = True
        week = [form.to_rule() for form in self._filled("week")]
        for form in self._filled("rests"):
            rest = form.to_rule()
            shifts = [shift for shift in week if shift.holds(rest)]
            if not shifts:
                form.add_error("earliest", _("No weekly shift has this break: it begins outside of all of them."))
            elif tight := next((shift for shift in shifts if not _takes(shift, rest)), None):
                hours = f"{tight.starts:%H:%M}-{tight.ends:%H:%M}"
                form.add_error(
                    "earliest", _("It can't begin and end within the shift of %(hours)s.") % {"hours": hours}
                )
            else:
                continue
            fine = False
        return fine

    def _filled(self, name: str) -> list[Any]:
        return [form for form in self.rows[name].forms if form.has_changed()]

    def to_rules(self) -> TechnicianRules:
        moments = [moment for away in self.before.away for moment in (away.starts_at, away.ends_at)]
        found: dict[str, Any] = {name: frozenset(form.to_rule() for form in self._filled(name)) for name in ROWS}
        found["away"] = frozenset(
            away._replace(starts_at=keep_exact(away.starts_at, moments), ends_at=keep_exact(away.ends_at, moments))
            for away in found["away"]
        )
        return TechnicianRules(limits=self.limits.to_limits(self.before.limits), **found)


def _takes(shift: WeeklyShift, rest: Rest) -> bool:
    return can_be_taken(
        earliest=rest.earliest,
        latest=rest.latest,
        from_start=rest.from_start,
        minutes=rest.minutes,
        shift_starts=shift.starts,
        shift_ends=shift.ends,
    )


def _overlap(one: WeeklyShift, two: WeeklyShift) -> bool:
    if one.weekday != two.weekday or one.ends <= two.starts or two.ends <= one.starts:
        return False
    apart = (one.valid_until and two.valid_from and one.valid_until < two.valid_from) or (
        two.valid_until and one.valid_from and two.valid_until < one.valid_from
    )
    return not apart


def _initial(shown: TechnicianRules) -> dict[str, Any]:
    limits = {
        name: getattr(shown.limits, name) // 60
        if name.endswith("_s") and getattr(shown.limits, name) is not None
        else getattr(shown.limits, name)
        for name in Limits.__dataclass_fields__
    }
    return {
        "limits": limits,
        "week": [one._asdict() for one in sorted(shown.week, key=lambda one: (one.weekday, one.starts))],
        "rests": [{**one._asdict(), "counted": START if one.from_start else CLOCK} for one in _in_order(shown.rests)],
        "away": [one._asdict() for one in sorted(shown.away, reverse=True)],
        "skills": [{**one._asdict(), "skill": one.skill_id} for one in _in_order(shown.skills)],
        "areas": [{**one._asdict(), "territory": one.territory_id} for one in _in_order(shown.areas)],
        "rooms": [{**one._asdict(), "unit": one.unit_id} for one in _in_order(shown.rooms)],
    }


def _in_order[T](rows: Iterable[T]) -> list[T]:
    return sorted(rows, key=repr)
