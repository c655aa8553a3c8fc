"""Customers, their sites, contacts and devices: found again when they are known, else written down."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from dispatch.case_input import ContactInput, CustomerInput, DeviceInput, SiteInput
from dispatch.enums import VISITS_OVER
from dispatch.models import Case, Contact, Customer, Device, ProductModel, Site, SiteHours
from dispatch.services.history import record_case_event
from maps.models import Place, PlaceQuality
from scheduling.models import User
from scheduling.services.routes import touch_routes


def create_customer(*, customer: CustomerInput) -> Customer:
    return Customer.objects.create(kind=customer.kind, name=customer.name, language=customer.language)


@transaction.atomic
def create_site(*, customer: Customer, site: SiteInput) -> Site:
    located = site.latitude is not None and site.longitude is not None
    place = Place.objects.create(
        line1=site.line1,
        line2=site.line2,
        postal_code=site.postal_code,
        city=site.city,
        country=site.country,
        latitude=site.latitude,
        longitude=site.longitude,
        quality=(site.quality or PlaceQuality.PICKED) if located else PlaceQuality.UNKNOWN,
        provider=site.provider if located else "",
    )
    row = Site.objects.create(
        customer=customer, name=site.name, place=place, zone=site.zone, access_notes=site.access_notes
    )
    SiteHours.objects.bulk_create(
        SiteHours(site=row, weekday=hours.weekday, opens=hours.opens, closes=hours.closes) for hours in site.hours
    )
    return row


def create_contact(*, customer: Customer, site: Site, contact: ContactInput) -> Contact:
    return Contact.objects.create(
        customer=customer,
        site=site,
        name=contact.name,
        phone=contact.phone,
        email=contact.email,
        role=contact.role,
        language=contact.language,
    )


def create_device(*, site: Site, product: ProductModel, serial: str, firmware: str) -> Device:
    return Device.objects.create(site=site, product=product, serial=serial, firmware=firmware)


def find_or_create_customer(*, customer: CustomerInput, site: SiteInput, contact: ContactInput) -> Customer:
    """Known by the same name and one proof: the address, the e-mail or the telephone: a name alone is none."""
    proof = Q(sites__place__line1__iexact=site.line1, sites__place__postal_code__iexact=site.postal_code)
    if contact.email:
        proof |= Q(contacts__email__iexact=contact.email)
    if contact.phone:
        proof |= Q(contacts__phone=contact.phone)
    known = Customer.objects.filter(proof, name__iexact=customer.name, kind=customer.kind).order_by("pk").first()
    return known or create_customer(customer=customer)


def find_or_create_site(*, customer: Customer, site: SiteInput) -> Site:
    known = customer.sites.filter(
        place__line1__iexact=site.line1,
        place__line2__iexact=site.line2,
        place__postal_code__iexact=site.postal_code,
        place__city__iexact=site.city,
    )
    return known.order_by("pk").first() or create_site(customer=customer, site=site)


def find_or_create_contact(*, customer: Customer, site: Site, contact: ContactInput) -> Contact:
    known = customer.contacts.filter(name__iexact=contact.name, email__iexact=contact.email, phone=contact.phone)
    return known.order_by("pk").first() or create_contact(customer=customer, site=site, contact=contact)


def find_or_create_device(*, site: Site, device: DeviceInput) -> Device:
    """A serial number tells devices apart; without one, the only device of that model at the site is meant."""
    product = ProductModel.objects.filter(maker__iexact=device.maker, name__iexact=device.model).first()
    if product is None:
        product = ProductModel.objects.create(maker=device.maker, name=device.model)
    known = site.devices.filter(product=product, serial__iexact=device.serial).order_by("pk").first()
    if known is None:
        return create_device(site=site, product=product, serial=device.serial, firmware=device.firmware)
    if device.firmware and known.firmware != device.firmware:
        known.firmware = device.firmware
        known.save(update_fields=["firmware"])
    return known


@transaction.atomic
def set_site_position(*, site: Site, latitude: float, longitude: float, quality: str, provider: str) -> None:
    """The place row is shared with the site's appointments, so these are placed at once. Whoever is computing with a
    route that goes there looks again."""
    place = site.place
    place.latitude, place.longitude = latitude, longitude
    place.quality, place.provider = quality or PlaceQuality.PICKED, provider
    place.full_clean()
    place.save(update_fields=["latitude", "longitude", "quality", "provider"])
    touch_routes(place_id=place.pk)


@transaction.atomic
def name_contact(*, case: Case, contact: Contact | ContactInput, actor: User, now: datetime) -> Contact:
    """Who is asked and told from now on, about the case and its visits that are not over."""
    if isinstance(contact, ContactInput):
        contact = find_or_create_contact(customer=case.customer, site=case.site, contact=contact)
    case.contact = contact
    case.save(update_fields=["contact"])
    case.visits.exclude(status__in=VISITS_OVER).update(contact=contact)
    record_case_event(case=case, kind="contact_named", actor=actor, now=now)
    return contact
