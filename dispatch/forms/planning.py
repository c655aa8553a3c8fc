from typing import Any

from django import forms
from django.forms import formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.forms.base import Fault, PartsRenderer, PlainForm, SightForm, list_faults, seen_field
from dispatch.forms.rules import MOST_ROWS, RowForm, add_row
from dispatch.forms.technician import time_field, weekday_field
from scheduling.models import WeightSet
from scheduling.models.weights import WEIGHT_FIELDS
from scheduling.services.planning_settings import PlanningValues, Step, fingerprint_weights


class StepRow(RowForm):
    key = "starts"
    weekday = weekday_field(gettext_lazy("On"), every=gettext_lazy("every day"))
    starts = time_field(gettext_lazy("From"))
    percent = forms.IntegerField(
        label=gettext_lazy("Speed (%)"),
        min_value=5,
        max_value=300,
        error_messages={
            "min_value": gettext_lazy("A speed is between 5 %% and 300 %%."),
            "max_value": gettext_lazy("A speed is between 5 %% and 300 %%."),
        },
    )

    def to_rule(self) -> Step:
        return Step(**self.cleaned_data)


class SettingsForm(PlainForm):
    weight_set = forms.ModelChoiceField(
        label=gettext_lazy("Weights"),
        queryset=WeightSet.objects.all(),
        required=False,
        empty_label=gettext_lazy("balanced, as the software brings it"),
        help_text=gettext_lazy("Used wherever nobody chooses others."),
    )
    freeze = forms.IntegerField(
        label=gettext_lazy("Freeze from now on (min)"),
        min_value=0,
        max_value=1440,
        help_text=gettext_lazy("Stops planned to begin so soon stay where they are."),
    )
    continuity_months = forms.IntegerField(
        label=gettext_lazy("Months for which a technician knows a site"),
        min_value=0,
        max_value=120,
        help_text=gettext_lazy("Who finished a visit there within them knows it. 0: nobody does."),
    )
    currency = forms.RegexField(
        regex=r"^[A-Z]{3}$",
        label=gettext_lazy("Currency"),
        help_text=gettext_lazy("Of the prices of overtime."),
        error_messages={"invalid": gettext_lazy("Write three capital letters, such as EUR.")},
    )


class PlanningForms:
    """Both parts of the page, sent together. Without ``data`` they show ``before``."""

    def __init__(self, *, before: PlanningValues, data: QueryDict | None = None) -> None:
        self.before = before
        self.adds_row = data is not None and "add_steps" in data
        data = add_row(data, "steps") if data is not None and self.adds_row else data
        steps = sorted(before.steps, key=lambda step: (-1 if step.weekday is None else step.weekday, step.starts))
        rows = formset_factory(StepRow, extra=1, max_num=MOST_ROWS, validate_max=True)
        self.steps = rows(data, prefix="steps", initial=[step._asdict() for step in steps])
        self.rows = {"steps": self.steps}
        initial = {
            "weight_set": before.weight_set,
            "freeze": before.freeze_s // 60,
            "continuity_months": before.continuity_months,
            "currency": before.currency,
        }
        self.main = SettingsForm(data, initial=initial)
        self.sight = SightForm(data, initial={"seen": before.fingerprint})
        if self.adds_row:
            for form in self.parts:
                form.forgive()

    @property
    def parts(self) -> list[Any]:
        return [self.main, *self.steps.forms, self.sight]

    @property
    def faults(self) -> list[Fault]:
        return list_faults(self.parts)

    def is_valid(self) -> bool:
        if self.adds_row:
            return False
        valid = [self.sight.is_valid(), self.main.is_valid(), self.steps.is_valid()]
        return all(valid) and self._has_no_doubles()

    def _has_no_doubles(self) -> bool:
        seen: set[tuple[int | None, object]] = set()
        for form in (form for form in self.steps.forms if form.has_changed()):
            moment = (form.cleaned_data["weekday"], form.cleaned_data["starts"])
            if moment in seen:
                form.add_error("starts", _("The same hour stands here twice."))
                return False
            seen.add(moment)
        return True

    def to_values(self) -> PlanningValues:
        values, before = self.main.cleaned_data, self.before
        chosen = values["weight_set"]
        return PlanningValues(
            weight_set=chosen.pk if chosen else None,
            freeze_s=before.freeze_s if before.freeze_s // 60 == values["freeze"] else values["freeze"] * 60,
            continuity_months=values["continuity_months"],
            currency=values["currency"],
            steps=frozenset(form.to_rule() for form in self.steps.forms if form.has_changed()),
        )


OUT_OF_RANGE = gettext_lazy("A weight is a whole number between 0 and 10,000,000.")


class WeightSetForm(forms.ModelForm):  # type: ignore[type-arg]
    default_renderer = PartsRenderer
    seen = seen_field()

    class Meta:
        model = WeightSet
        fields = ("name", *WEIGHT_FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.initial["seen"] = fingerprint_weights(self.instance)
        self.initial["name"] = self.instance.label
        for name in WEIGHT_FIELDS:
            self.fields[name].error_messages |= {"min_value": OUT_OF_RANGE, "max_value": OUT_OF_RANGE}

    def clean_name(self) -> str:
        name: str = self.instance.read_name(self.cleaned_data["name"])
        return name

    @property
    def weights(self) -> list[forms.BoundField]:
        return [self[name] for name in WEIGHT_FIELDS]
