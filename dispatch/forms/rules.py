"""The form of an appointment's planning rules. Times are local to the active zone, which is the visit's."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.forms.base import Fault, PlainForm, list_faults
from dispatch.forms.cases import moment_field
from dispatch.opening_hours import HoursError, read_ranges
from scheduling.enums import Priority
from scheduling.models import LoadUnit, Skill, Technician, TechnicianChoice
from scheduling.models.calendar import WEEKDAYS
from scheduling.models.people import MOST_LOAD
from scheduling.services import rules
from scheduling.services.rules import Choice, Load, Need, Opening, PlanningRules, RuleFault, Wish, find_faults

MOST_ROWS = 40
USUAL_GROUPS = 4
LEVELS = [(level, str(level)) for level in rules.LEVELS]


def name_group(group: int) -> str:
    return _("one of group %(letter)s") % {"letter": chr(ord("A") + group - 1)} if group else _("needed")


class RowForm(PlainForm):
    """A row in which nothing is written is empty, whatever stands chosen in it beside its ``key``."""

    key = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted = True
        for field in self.fields.values():
            # There is always something chosen: "optional" would say nothing.
            field.needed = isinstance(field, forms.ChoiceField)  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """Half a row is a row: what it lacks is told, and nothing written is dropped."""
        written = (
            name for name, field in self.fields.items() if name == self.key or not isinstance(field, forms.ChoiceField)
        )
        return any(self.data.get(self.add_prefix(name), "").strip() for name in written)


class SkillRow(RowForm):
    key = "skill"
    skill = forms.ModelChoiceField(label=gettext_lazy("Skill"), queryset=Skill.objects.all(), empty_label="–")
    level = forms.TypedChoiceField(label=gettext_lazy("At least level"), choices=LEVELS, coerce=int, initial=1)
    group = forms.TypedChoiceField(label=gettext_lazy("How"), coerce=int, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offers the usual groups, and whatever other one a row is in already."""
        super().__init__(*args, **kwargs)
        chosen = str(self["group"].value())
        names = [(group, name_group(group)) for group in rules.GROUPS]
        self.fields["group"].choices = [  # type: ignore[attr-defined]
            pair for pair in names if pair[0] <= USUAL_GROUPS or str(pair[0]) == chosen
        ]

    def to_rule(self) -> Need:
        values = self.cleaned_data
        return Need(values["group"], values["skill"].pk, values["level"])


class TechnicianRow(RowForm):
    key = "technician"
    technician = forms.ModelChoiceField(
        label=gettext_lazy("Technician"), queryset=Technician.objects.all(), empty_label="–"
    )
    kind = forms.ChoiceField(label=gettext_lazy("How"), choices=TechnicianChoice.choices, initial="preferred")

    def to_rule(self) -> Choice:
        return Choice(self.cleaned_data["technician"].pk, self.cleaned_data["kind"])


class WishRow(RowForm):
    starts_at = moment_field(gettext_lazy("From"))
    ends_at = moment_field(gettext_lazy("Until"))

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        starts_at, ends_at = values.get("starts_at"), values.get("ends_at")
        if starts_at and ends_at and ends_at < starts_at:
            self.add_error("ends_at", _("A wish ends after it begins."))
        return values

    def to_rule(self) -> Wish:
        return Wish(self.cleaned_data["starts_at"], self.cleaned_data["ends_at"])


SkillRows = formset_factory(SkillRow, extra=1, max_num=MOST_ROWS, validate_max=True)
TechnicianRows = formset_factory(TechnicianRow, extra=1, max_num=MOST_ROWS, validate_max=True)
WishRows = formset_factory(WishRow, extra=1, max_num=MOST_ROWS, validate_max=True)


class RulesForm(PlainForm):
    """What stands once: importance, times, pins, a field for each weekday and two for each unit of load."""

    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), choices=Priority.choices, coerce=int)
    risk = forms.IntegerField(
        label=gettext_lazy("Risk (%)"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("How likely it takes longer or fails. Risky visits are put early in the day."),
    )
    earliest_at = moment_field(gettext_lazy("Not before"), required=False)
    due_at = moment_field(
        gettext_lazy("Due"), required=False, help_text=gettext_lazy("The planner never begins it later.")
    )
    sla_at = moment_field(
        gettext_lazy("Late after (SLA)"),
        required=False,
        help_text=gettext_lazy("A later begin is allowed, but every minute has its price."),
    )
    pinned_technician = forms.ModelChoiceField(
        label=gettext_lazy("Technician"),
        queryset=Technician.objects.all(),
        required=False,
        empty_label=gettext_lazy("nobody in particular"),
    )
    pinned_start_at = moment_field(gettext_lazy("Work begins at"), required=False)
    force_reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, *args: Any, units: Iterable[LoadUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = list(units)
        for weekday, name in WEEKDAYS:
            self.fields[f"day_{weekday}"] = forms.CharField(label=name, max_length=60, required=False)
        for unit in self.units:
            for way, label in (("delivery", _("Brought (%(unit)s)")), ("pickup", _("Taken along (%(unit)s)"))):
                self.fields[f"{way}_{unit.pk}"] = forms.IntegerField(
                    label=label % {"unit": unit}, min_value=0, max_value=MOST_LOAD, required=False
                )

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{weekday}"] for weekday, _label in WEEKDAYS]

    @property
    def loads(self) -> list[forms.BoundField]:
        return [self[f"{way}_{unit.pk}"] for unit in self.units for way in ("delivery", "pickup")]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["hours"] = self._read_hours()
        return self.cleaned_data

    def _read_hours(self) -> tuple[Opening, ...]:
        openings: list[Opening] = []
        for weekday, _label in WEEKDAYS:
            name = f"day_{weekday}"
            try:
                openings += [Opening(weekday, *span) for span in read_ranges(self.cleaned_data.get(name, ""))]
            except HoursError as error:
                self.add_error(name, str(error))
        return tuple(openings)

    def read_loads(self) -> tuple[Load, ...]:
        amounts = (
            (unit.pk, self.cleaned_data.get(f"delivery_{unit.pk}"), self.cleaned_data.get(f"pickup_{unit.pk}"))
            for unit in self.units
        )
        return tuple(Load(unit, brought or 0, taken or 0) for unit, brought, taken in amounts if brought or taken)


class RulesForms:
    """All parts of the page, sent together. Without ``data`` they show ``before``, the rules as they are.

    ``planned_at`` is the begin of its stop. The page writes minutes: who leaves a moment as it was shown, or
    pins to the minute of the stop, means the exact one.
    """

    def __init__(
        self, *, before: PlanningRules, planned_at: datetime | None = None, data: QueryDict | None = None
    ) -> None:
        self.before, self.planned_at = before, planned_at
        names: dict[str, type[BaseFormSet[Any]]] = {
            "skills": SkillRows,
            "technicians": TechnicianRows,
            "wishes": WishRows,
        }
        added = next((name for name in names if data is not None and f"add_{name}" in data), "")
        self.adds_row = bool(added)
        data = add_row(data, added) if data is not None and added else data
        starts = _initial(before)
        self.rows: dict[str, BaseFormSet[Any]] = {
            name: kind(data, prefix=name, initial=starts[name]) for name, kind in names.items()
        }
        self.main = RulesForm(data, units=LoadUnit.objects.all(), initial=starts["main"])
        if self.adds_row:
            for form in self.parts:
                form.forgive()

    @property
    def parts(self) -> list[Any]:
        return [*(form for rows in self.rows.values() for form in rows.forms), self.main]

    @property
    def hours_open(self) -> bool:
        """Whether the weekdays show something."""
        return any(day.errors or day.value() for day in self.main.days)

    @property
    def faults(self) -> list[Fault]:
        whole = [
            Fault(f"s-{name}", "", str(error))
            for name, rows in self.rows.items()
            if rows.is_bound and not self.adds_row
            for error in rows.non_form_errors()
        ]
        return [*whole, *list_faults(self.parts)]

    def is_valid(self) -> bool:
        if self.adds_row:
            return False
        valid = [self.main.is_valid(), *(rows.is_valid() for rows in self.rows.values())]
        if not all(valid):
            return False
        return not self.blame(find_faults(self.to_rules()))

    def blame(self, faults: Sequence[RuleFault]) -> bool:
        """Says each at its field; whether there was one."""
        for fault in faults:
            self._blame(fault)
        return bool(faults)

    def to_rules(self) -> PlanningRules:
        values = self.main.cleaned_data
        pinned = values["pinned_technician"]
        found = {
            name: tuple(form.to_rule() for form in rows.forms if form.has_changed()) for name, rows in self.rows.items()
        }
        known = [moment for wish in self.before.wishes for moment in wish]
        wishes = tuple(Wish(*(keep_exact(moment, known) for moment in wish)) for wish in found["wishes"])
        return PlanningRules(
            priority=values["priority"],
            risk=values["risk"],
            earliest_at=keep_exact(values["earliest_at"], [self.before.earliest_at]),
            due_at=keep_exact(values["due_at"], [self.before.due_at]),
            sla_at=keep_exact(values["sla_at"], [self.before.sla_at]),
            wishes=wishes,
            hours=values["hours"],
            skills=found["skills"],
            technicians=found["technicians"],
            loads=self.main.read_loads(),
            pinned_technician=pinned.pk if pinned else None,
            pinned_start_at=keep_exact(values["pinned_start_at"], [self.planned_at, self.before.pinned_start_at]),
        )

    def _blame(self, fault: RuleFault) -> None:
        if fault.field in self.main.fields:
            self.main.add_error(fault.field, fault.text)
            return
        rows = self.rows[fault.field]
        form = next(one for one in reversed(rows.forms) if one.has_changed())
        form.add_error(form.key or "ends_at", fault.text)


def keep_exact[M: (datetime, datetime | None)](moment: M, known: Iterable[datetime | None]) -> M:
    """The first of ``known`` in the same minute, else the moment itself."""
    for one in known:
        if moment is not None and one is not None and one.replace(second=0, microsecond=0) == moment:
            return one
    return moment


def _initial(shown: PlanningRules) -> dict[str, Any]:
    """What each part shows of ``shown``."""
    main: dict[str, Any] = {
        "priority": shown.priority,
        "risk": shown.risk,
        "earliest_at": shown.earliest_at,
        "due_at": shown.due_at,
        "sla_at": shown.sla_at,
        "pinned_technician": shown.pinned_technician,
        "pinned_start_at": shown.pinned_start_at,
        "seen": shown.fingerprint,
    }
    for weekday, _label in WEEKDAYS:
        spans = (f"{row.opens:%H:%M}-{row.closes:%H:%M}" for row in shown.hours if row.weekday == weekday)
        main[f"day_{weekday}"] = ", ".join(spans)
    for load in shown.loads:
        main |= {f"delivery_{load.unit}": load.delivery or None, f"pickup_{load.unit}": load.pickup or None}
    return {
        "main": main,
        "skills": [need._asdict() for need in shown.skills],
        "technicians": [choice._asdict() for choice in shown.technicians],
        "wishes": [wish._asdict() for wish in shown.wishes],
    }


def add_row(data: QueryDict, name: str) -> QueryDict:
    """What was sent, with one more empty row in the formset ``name``."""
    changed = data.copy()
    total = str(data.get(f"{name}-TOTAL_FORMS", ""))
    number = min(int(total), MOST_ROWS - 1) if total.isascii() and total.isdigit() and len(total) < 6 else 0
    changed[f"{name}-TOTAL_FORMS"] = str(number + 1)
    return changed
