from datetime import datetime
from typing import TYPE_CHECKING

from django import forms
from django.forms import formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dispatch.enums import AttemptOutcome
from dispatch.forms.base import PlainForm
from dispatch.models import Channel, SupportLine, Symptom, VisitType
from dispatch.moments import check_moment
from scheduling.enums import Priority

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_ATTEMPTS = 30
CHOOSE = _("Choose …")


def moment_field(label: "StrOrPromise", **options: object) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, validators=[check_moment], **options)  # type: ignore[arg-type]


class CaseForm(PlainForm):
    symptom = forms.ModelChoiceField(
        label=_("Symptom"), queryset=Symptom.objects.all(), required=False, empty_label=_("not known")
    )
    description = forms.CharField(
        label=_("What is wrong"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the customer sees, since when, and what makes it better or worse."),
    )
    channel = forms.ModelChoiceField(label=_("It came in by"), queryset=Channel.objects.all(), empty_label=CHOOSE)
    line = forms.ModelChoiceField(label=_("Support line"), queryset=SupportLine.objects.all(), empty_label=CHOOSE)
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL
    )
    due_at = moment_field(_("Due"), required=False, help_text=_("Until when it must be solved, as agreed."))
    external_id = forms.CharField(label=_("Number at the help desk"), max_length=80, required=False)
    no_attempt_reason = forms.CharField(
        label=_("Why nothing could be tried from afar"),
        max_length=500,
        required=False,
        help_text=_("Only when there is no attempt above. Without either of them no visit can be opened."),
    )

    def clean_due_at(self) -> datetime | None:
        due_at: datetime | None = self.cleaned_data["due_at"]
        if due_at and due_at <= timezone.now():
            raise forms.ValidationError(
                _("This has passed already. For a case that is late, leave it empty and raise the priority.")
            )
        return due_at


class AttemptForm(PlainForm):
    tried = forms.CharField(label=_("What was tried"), max_length=500)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[("", CHOOSE), *AttemptOutcome.choices])
    line = forms.ModelChoiceField(label=_("Support line"), queryset=SupportLine.objects.all(), empty_label=CHOOSE)
    channel = forms.ModelChoiceField(label=_("Channel"), queryset=Channel.objects.all(), empty_label=CHOOSE)
    by = forms.CharField(label=_("By whom"), max_length=120)
    at = moment_field(_("When"))
    said = forms.CharField(
        label=_("What the customer was told"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def has_changed(self) -> bool:
        """A row of which only the name and the time are filled in, as we filled them in, is empty."""
        return any(self.data.get(self.add_prefix(name)) for name in ("tried", "outcome", "said"))

    def clean_at(self) -> object:
        at = self.cleaned_data["at"]
        if at > timezone.now():
            raise forms.ValidationError(_("This lies in the future: write when it was tried."))
        return at


AttemptFormSet = formset_factory(AttemptForm, extra=1, max_num=MOST_ATTEMPTS, validate_max=True)


class OpenVisitForm(PlainForm):
    visit_type = forms.ModelChoiceField(
        label=_("Kind of visit"),
        queryset=VisitType.objects.filter(active=True),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a kind of visit.")},
    )
    reason = forms.CharField(label=_("Why nothing could be tried from afar"), max_length=500, required=False)


class ReasonForm(PlainForm):
    reason = forms.CharField(label=_("Reason"), max_length=500)
