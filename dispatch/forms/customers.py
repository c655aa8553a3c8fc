"""Pick one that is known, or write down a new one: customer's sites, contacts and devices."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dispatch.case_input import ContactInput
from dispatch.enums import ContactRole
from dispatch.forms.base import PlainForm
from dispatch.models import Contact, Customer, ProductModel
from dispatch.models.customer import LANGUAGES
from dispatch.opening_hours import HoursError, Opening, read_ranges
from dispatch.phones import read_phone
from maps.models import PlaceQuality
from scheduling.models.calendar import WEEKDAYS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NEW = "new"
NONE = "none"


class CustomerForm(PlainForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Customer.Kind.choices, widget=forms.RadioSelect, initial="person")
    name = forms.CharField(label=_("Name"), max_length=160)
    language = forms.ChoiceField(label=_("Language of messages"), choices=LANGUAGES, initial=get_language)


class PickForm(PlainForm):
    """``pick`` is a known row's key, ``new`` or ``none``. A new one's fields are judged only when it is picked."""

    needed: tuple[str, ...] = ()
    new_label: "StrOrPromise" = _("Another one")
    none_label: "StrOrPromise" = ""
    preset = ""
    use_required_attribute = False

    pick = forms.ChoiceField(label="", widget=forms.RadioSelect)

    def __init__(self, *args: object, rows: Sequence[Model], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in rows}
        choices = [(key, str(row)) for key, row in self.rows.items()]
        choices.append((NEW, str(self.new_label)))
        if self.none_label:
            choices.append((NONE, str(self.none_label)))
        pick = self.fields["pick"]
        pick.choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("pick", self.preset or choices[0][0])
        for name in self.needed:
            self.fields[name].needed = True  # type: ignore[attr-defined]
        if len(choices) == 1:
            pick.widget = forms.HiddenInput()

    @property
    def new_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "pick"]

    @property
    def is_new(self) -> bool:
        return bool(self.cleaned_data.get("pick") == NEW)

    @property
    def picked(self) -> Model | None:
        return self.rows.get(self.cleaned_data["pick"])

    def clean(self) -> dict[str, object]:
        values = self.cleaned_data
        if not self.is_new:
            for name in [name for name in self.errors if name != "pick"]:
                del self.errors[name]
            return values
        for name in self.needed:
            if not values.get(name) and name not in self.errors:
                self.add_error(name, ValidationError(self.fields[name].error_messages["required"], code="required"))
        return values


def read_zone(name: str) -> str:
    try:
        return str(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValidationError(_("Not a time zone. Write one such as Europe/Madrid."), code="zone") from error


class SiteForm(PickForm):
    needed = ("line1",)
    new_label = _("A new address")

    line1 = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    line2 = forms.CharField(label=_("Floor, door, building"), max_length=200, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=_("Town"), max_length=120, required=False)
    latitude = forms.FloatField(
        label=_("Latitude"), min_value=-90, max_value=90, required=False, widget=forms.TextInput
    )
    longitude = forms.FloatField(
        label=_("Longitude"), min_value=-180, max_value=180, required=False, widget=forms.TextInput
    )
    quality = forms.ChoiceField(choices=PlaceQuality.choices, required=False, widget=forms.HiddenInput)
    provider = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of the site"), max_length=120, required=False, help_text=_("Such as: home, shop in Calle Mayor")
    )
    access_notes = forms.CharField(
        label=_("How to get in"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Doorbell, code, parking, who opens, a dog."),
    )
    zone = forms.CharField(label=_("Time zone"), max_length=64, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.initial.setdefault("zone", settings.TIME_ZONE)
        for weekday, label in WEEKDAYS:
            self.fields[f"day_{weekday}"] = forms.CharField(label=label, max_length=60, required=False)

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{weekday}"] for weekday, _label in WEEKDAYS]

    def clean_zone(self) -> str:
        return read_zone(self.cleaned_data["zone"] or settings.TIME_ZONE)

    def clean(self) -> dict[str, object]:
        values = super().clean()
        if self.is_new:
            if (values.get("latitude") is None) != (values.get("longitude") is None):
                self.add_error("latitude", _("Latitude and longitude belong together: write both or none."))
            values["hours"] = self.read_hours()
        return values

    def read_hours(self) -> list[Opening]:
        openings: list[Opening] = []
        for weekday, _label in WEEKDAYS:
            name = f"day_{weekday}"
            try:
                openings += [Opening(weekday, *span) for span in read_ranges(self.cleaned_data.get(name, ""))]
            except HoursError as error:
                self.add_error(name, str(error))
        return openings


class ContactForm(PickForm):
    needed = ("name",)
    new_label = _("Another person")

    name = forms.CharField(label=_("Name"), max_length=160, required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=32, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("The link to choose a time is sent here."))
    role = forms.ChoiceField(label=_("Role"), choices=ContactRole.choices, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False, initial=get_language)

    def read_contact(self) -> Contact | ContactInput:
        picked = self.picked
        if isinstance(picked, Contact):
            return picked
        return ContactInput(**{name: value for name, value in self.cleaned_data.items() if name != "pick"})

    def clean_phone(self) -> str:
        return read_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, object]:
        values = super().clean()
        if self.is_new and not self.errors and not (values.get("phone") or values.get("email")):
            self.add_error("phone", _("Write a telephone number or an e-mail address: the customer must be reachable."))
        return values


class DeviceForm(PickForm):
    needed = ("product",)
    new_label = _("Another device")
    none_label = _("No device, or not known")
    preset = NONE

    product = forms.ModelChoiceField(
        label=_("Product"), queryset=ProductModel.objects.all(), required=False, empty_label=_("Choose …")
    )
    serial = forms.CharField(label=_("Serial number"), max_length=80, required=False)
    firmware = forms.CharField(label=_("Firmware"), max_length=40, required=False)


class PositionForm(PlainForm):
    latitude = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, widget=forms.TextInput)
    longitude = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180, widget=forms.TextInput)
    quality = forms.ChoiceField(choices=PlaceQuality.choices, required=False, widget=forms.HiddenInput)
    provider = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
