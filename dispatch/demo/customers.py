"""Customers of the made-up town: people at home, shops and firms with opening hours, their devices and terms."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from dispatch.demo.people import ZONE, make_place
from dispatch.demo.reference import FIRMWARE, Reference
from dispatch.enums import ContactRole, Terms
from dispatch.models import Agreement, Contact, Customer, Device, Site, SiteHours
from maps.region_files import Address

FIRST_NAMES = (
    "María", "Carmen", "Josefa", "Isabel", "Laura", "Cristina", "Marta", "Pilar", "Elena", "Raquel", "Teresa", "Julia",
    "Irene", "Beatriz", "Silvia", "Rocío", "Antonio", "Manuel", "José", "Francisco", "David", "Juan", "Carlos",
    "Alejandro", "Miguel", "Rafael", "Pedro", "Ángel", "Sergio", "Fernando", "Luis", "Alberto", "Ramón", "Vicente",
)  # fmt: skip
SURNAMES = (
    "García", "Martínez", "López", "Sánchez", "Gómez", "Díaz", "Moreno", "Muñoz", "Álvarez", "Romero", "Alonso",
    "Navarro", "Torres", "Domínguez", "Vázquez", "Ramos", "Serrano", "Blanco", "Molina", "Suárez", "Delgado", "Castro",
    "Ortiz", "Rubio", "Marín", "Sanz", "Iglesias", "Medina", "Garrido", "Cortés", "Cano", "Calvo", "Peña", "Bravo",
)  # fmt: skip
ENGLISH = (
    "Margaret Hughes", "Peter Lawson", "Susan Whitfield", "Brian O'Connor", "Helen Marsh", "Thomas Reid",
    "Janet Fletcher", "Colin Barnes", "Emily Watts", "George Palmer",
)  # fmt: skip
SHOPS = (
    ("Bar {}", ((time(8), time(23)),)),
    ("Restaurante Casa {}", ((time(12), time(23)),)),
    ("Panadería {}", ((time(8), time(14)), (time(17), time(20)))),
    ("Farmacia {}", ((time(9, 30), time(20)),)),
    ("Clínica Dental {}", ((time(9), time(20)),)),
    ("Gestoría {}", ((time(9), time(18)),)),
    ("Talleres {}", ((time(8), time(13, 30)), (time(15), time(19)))),
    ("Ferretería {}", ((time(9), time(14)), (time(16, 30), time(20)))),
    ("Papelería {}", ((time(9, 30), time(13, 30)), (time(16, 30), time(20)))),
    ("Peluquería {}", ((time(9, 30), time(20)),)),
    ("Hostal {}", ((time(7), time(23)),)),
    ("Autoescuela {}", ((time(9), time(20)),)),
)
HOME_NOTES = (
    "Llamar al 2.º B; el portal está siempre cerrado.", "El perro está suelto en el patio: avisar antes de entrar.",
    "No hay ascensor. Tercer piso.",
    "Aparcar en la calle de atrás; delante es zona de carga.", "Las llaves las tiene la vecina del 1.º A.",
    "Casa al final del camino, verja verde.", "Llamar al móvil al llegar: el timbre no funciona.", "", "", "",
)  # fmt: skip
SHOP_NOTES = (
    "Preguntar por el encargado.", "Entrar por la puerta de servicio.", "Mejor antes de la hora de comer.",
    "El cuadro eléctrico está en el almacén.", "Aparcamiento propio para proveedores.", "", "",
)  # fmt: skip
SHOP_DEALS = ((Terms.SUBSCRIPTION, "0", 6), (Terms.SPECIAL, "35.00", 2), (Terms.PAID, "55.00", 2))
HOME_DEALS = ((Terms.SUBSCRIPTION, "0", 5), (Terms.LIMITED, "0", 3), (Terms.PAID, "49.00", 1), (Terms.FREE, "0", 1))
FLOORS = ("1.º A", "2.º B", "3.º C", "Bajo izq.", "4.º D", "")


@dataclass(slots=True)
class Town:
    """Hands out each address and each made-up telephone number and e-mail once."""

    random: Random
    homes: list[Address]
    businesses: list[Address]
    days: Sequence[date]
    reference: Reference
    count: int = 0
    used: set[str] = field(default_factory=set)

    def find_address(self, business: bool) -> Address:
        pool = self.businesses if business else self.homes
        return pool.pop(self.random.randrange(len(pool)))

    def invent_phone(self, business: bool) -> str:
        self.count += 1
        prefix = "+34 969 000" if business else "+34 600 000"
        return f"{prefix} {self.count % 900:03d}"

    def invent_email(self, name: str) -> str:
        plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
        words = "".join(c if c.isalnum() else " " for c in plain).split()
        stem = ".".join(words[:2])
        number = 2
        address = stem
        while address in self.used:
            address = f"{stem}{number}"
            number += 1
        self.used.add(address)
        return f"{address}@example.org"

    def invent_name(self) -> str:
        pick = self.random.choice
        return f"{pick(FIRST_NAMES)} {pick(SURNAMES)} {pick(SURNAMES)}"


@dataclass(frozen=True, slots=True)
class Household:
    """A customer with one site, who to talk to, and the device that gives trouble."""

    customer: Customer
    site: Site
    contact: Contact
    device: Device

    @property
    def english(self) -> bool:
        return self.contact.language == "en"


def make_household(town: Town, product: str, *, business: bool, writes: bool) -> Household:
    """``writes`` gives the contact an e-mail address; the others are reached by telephone."""
    customer, site, contact = _make_shop(town, writes) if business else _make_home(town, writes)
    device = make_device(town, site, product)
    _make_agreement(town, customer, device, business)
    return Household(customer, site, contact, device)


def make_device(town: Town, site: Site, product: str) -> Device:
    return Device.objects.create(
        site=site,
        product=town.random.choice(town.reference.products[product]),
        serial=f"{product[:2].upper()}{town.random.randrange(10**7):07d}",
        firmware=FIRMWARE[product],
    )


def _make_home(town: Town, writes: bool) -> tuple[Customer, Site, Contact]:
    random = town.random
    english = random.random() < 0.09
    name = random.choice(ENGLISH) if english else town.invent_name()
    language = "en" if english else "es"
    address = town.find_address(False)
    customer = Customer.objects.create(kind=Customer.Kind.PERSON, name=name, language=language)
    site = Site.objects.create(
        customer=customer,
        name="",
        place=make_place(address, random.choice(FLOORS) if address.town == "Valdeluna" else ""),
        zone=ZONE,
        access_notes=random.choice(HOME_NOTES),
    )
    contact = Contact.objects.create(
        customer=customer,
        site=site,
        role=ContactRole.ON_SITE,
        name=name,
        email=town.invent_email(name) if writes else "",
        phone=town.invent_phone(False),
        language=language,
    )
    return customer, site, contact


def _make_shop(town: Town, writes: bool) -> tuple[Customer, Site, Contact]:
    random = town.random
    pattern, spans = random.choice(SHOPS)
    name = pattern.format(random.choice(SURNAMES))
    customer = Customer.objects.create(kind=Customer.Kind.COMPANY, name=name, language="es")
    site = Site.objects.create(
        customer=customer,
        name=name.split()[0],
        place=make_place(town.find_address(True)),
        zone=ZONE,
        access_notes=random.choice(SHOP_NOTES),
    )
    # A weekend among the days of the demo finds the shops open, or there would be nobody to visit.
    weekdays = sorted({0, 1, 2, 3, 4} | {day.weekday() for day in town.days})
    SiteHours.objects.bulk_create(
        SiteHours(site=site, weekday=weekday, opens=opens, closes=closes)
        for weekday in weekdays
        for opens, closes in spans
    )
    owner = town.invent_name()
    contact = Contact.objects.create(
        customer=customer,
        site=site,
        role=ContactRole.ON_SITE,
        name=owner,
        email=town.invent_email(name) if writes else "",
        phone=town.invent_phone(True),
        language="es",
    )
    Contact.objects.create(
        customer=customer, role=ContactRole.PAYS, name=town.invent_name(), phone=town.invent_phone(True)
    )
    return customer, site, contact


def _make_agreement(town: Town, customer: Customer, device: Device, business: bool) -> None:
    today = town.days[len(town.days) // 2]
    deals = SHOP_DEALS if business else HOME_DEALS
    terms, price, _often = town.random.choices(deals, [often for _terms, _price, often in deals])[0]
    Agreement.objects.create(
        customer=customer,
        device=device if terms == Terms.LIMITED else None,
        terms=terms,
        starts=today - timedelta(days=town.random.randrange(30, 700)),
        ends=today + timedelta(days=town.random.randrange(30, 400)) if terms == Terms.LIMITED else None,
        visit_price=Decimal(price),
    )
