"""What all forms share: one look, and labels that name the field."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dispatch.services.sign_in import address_of, is_locked


class PartsRenderer(DjangoTemplates):
    field_template_name = "dispatch/parts/field.html"


class PlainForm(forms.Form):
    default_renderer = PartsRenderer
    label_suffix = ""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def forgive(self) -> None:
        """Shows what was typed without judging it yet."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}


def seen_field() -> forms.CharField:
    """The fingerprint of what the page showed: what has changed since is not overwritten unseen."""
    return forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)


class SightForm(PlainForm):
    seen = seen_field()


@dataclass(frozen=True, slots=True)
class Fault:
    """``anchor`` is the id of the field on the page."""

    anchor: str
    label: str
    message: str


def list_faults(forms_sent: Iterable[forms.BaseForm]) -> list[Fault]:
    """What a page says at its top about the forms sent from it, in the order of their fields."""
    return [
        Fault(find_anchor(field), str(field.label or ""), str(field.errors[0]))
        for form in forms_sent
        if form.is_bound
        for field in form
        if field.errors
    ]


def find_anchor(field: forms.BoundField) -> str:
    """The first of a group of radio buttons stands for it."""
    return f"{field.auto_id}_0" if isinstance(field.field.widget, forms.RadioSelect) else str(field.id_for_label)


class SignInForm(AuthenticationForm):
    default_renderer = PartsRenderer
    error_messages = {
        "invalid_login": _("User name and password don't match. Both tell small letters from capitals."),
        "inactive": _("This account is switched off. Ask your administrator."),
        "locked": _("Too many tries with a wrong password. Wait a quarter of an hour, then try again."),
    }

    def get_invalid_login_error(self) -> ValidationError:
        """The same for accounts that exist and for those that don't."""
        username = self.cleaned_data.get("username", "")
        if is_locked(username=username, address=address_of(self.request), now=timezone.now()):
            return ValidationError(self.error_messages["locked"], code="locked")
        return super().get_invalid_login_error()
