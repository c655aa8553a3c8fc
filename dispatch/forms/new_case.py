from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.case_input import CaseInput, CustomerInput, DeviceInput, SiteInput
from dispatch.forms.base import Fault, list_faults
from dispatch.forms.cases import MOST_ATTEMPTS, AttemptFormSet, CaseForm
from dispatch.forms.customers import ContactForm, CustomerForm, DeviceForm, SiteForm
from dispatch.models import Customer, Device, Site
from dispatch.services.cases import Attempt
from scheduling.models import User

ADD_ROW = "add_attempt"


class NewCaseForms:
    """The form of a new case: one part for each thing, sent together. ``customer`` is None for a new one."""

    def __init__(self, *, customer: Customer | None, user: User, data: QueryDict | None = None) -> None:
        self.known_customer = customer
        self.adds_row = data is not None and ADD_ROW in data
        data = _with_contact_of_person(data)
        sites = list(customer.sites.select_related("place")) if customer else []
        contacts = list(customer.contacts.all()) if customer else []
        devices = list(Device.objects.filter(site__in=sites).select_related("product")) if customer else []
        self.customer = None if customer else CustomerForm(data, prefix="customer")
        self.site = SiteForm(data, prefix="site", rows=sites)
        self.contact = ContactForm(data, prefix="contact", rows=contacts)
        if customer is None:
            self.contact.fields["name"].help_text = _("Left empty for a person: the customer.")
        self.device = DeviceForm(data, prefix="device", rows=devices)
        self.case = CaseForm(data, prefix="case")
        initial = {"by": user.get_full_name() or user.username, "at": timezone.localtime()}
        self.attempts = AttemptFormSet(
            _with_one_more_row(data, user) if data is not None and self.adds_row else data,
            prefix="attempts",
            form_kwargs={"initial": initial},
        )
        if self.adds_row:
            for form in self.parts:
                form.forgive()

    @property
    def parts(self) -> list[Any]:
        single = [self.customer, self.site, self.contact, self.device, self.case]
        return [form for form in single if form is not None] + list(self.attempts.forms)

    @property
    def faults(self) -> list[Fault]:
        return list_faults(self.parts)

    @property
    def errors(self) -> bool:
        return any(form.is_bound and form.errors for form in self.parts)

    def is_valid(self) -> bool:
        single = [form for form in (self.customer, self.site, self.contact, self.device, self.case) if form is not None]
        valid = [form.is_valid() for form in (*single, self.attempts)]
        return all(valid) and self._device_stands_at_site()

    def _device_stands_at_site(self) -> bool:
        device = self.device.picked
        if not isinstance(device, Device):
            return True
        site = self.site.picked
        if isinstance(site, Site) and site.pk == device.site_id:
            return True
        self.device.add_error("pick", _("This device stands at another address: choose that one, or another device."))
        return False

    def to_input(self) -> CaseInput:
        case = dict(self.case.cleaned_data)
        return CaseInput(
            customer=self.known_customer or CustomerInput(**self.customer.cleaned_data),  # type: ignore[union-attr]
            site=self.site.picked or self._read_site(self.site.cleaned_data),  # type: ignore[arg-type]
            contact=self.contact.read_contact(),
            device=self.device.picked or self._read_device(),  # type: ignore[arg-type]
            attempts=tuple(Attempt(**form.cleaned_data) for form in self.attempts if form.has_changed()),
            **case,
        )

    @staticmethod
    def _read_site(values: Mapping[str, Any]) -> SiteInput:
        plain = {name: value for name, value in values.items() if name != "pick" and not name.startswith("day_")}
        return SiteInput(**plain | {"hours": tuple(values["hours"])})

    def _read_device(self) -> DeviceInput | None:
        if not self.device.is_new:
            return None
        values = self.device.cleaned_data
        product = values["product"]
        return DeviceInput(
            maker=product.maker, model=product.name, serial=values["serial"], firmware=values["firmware"]
        )


def _with_contact_of_person(data: QueryDict | None) -> QueryDict | None:
    """A person is their own contact unless another is named."""
    if data is None or data.get("customer-kind") != Customer.Kind.PERSON or data.get("contact-name", "").strip():
        return data
    changed = data.copy()
    changed["contact-name"] = data.get("customer-name", "")
    return changed


def _with_one_more_row(data: QueryDict, user: User) -> QueryDict:
    """A bound form takes no initial values: the new row's stand in the data."""
    changed = data.copy()
    total = str(data.get("attempts-TOTAL_FORMS", ""))
    number = min(int(total), MOST_ATTEMPTS - 1) if total.isascii() and total.isdigit() and len(total) < 6 else 0
    changed["attempts-TOTAL_FORMS"] = str(number + 1)
    changed[f"attempts-{number}-by"] = user.get_full_name() or user.username
    changed[f"attempts-{number}-at"] = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    return changed
