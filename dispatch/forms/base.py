"""What all forms share: one look, and labels that name the field."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _


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


class SignInForm(AuthenticationForm):
    default_renderer = PartsRenderer
    error_messages = {
        "invalid_login": _("User name and password don't match. Both tell small letters from capitals."),
        "inactive": _("This account is switched off. Ask your administrator."),
    }
