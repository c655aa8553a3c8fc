"""A customer with a case that needs a visit, and technicians with free days ahead. Made through the services."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from dispatch.enums import AttemptOutcome, ContactRole, Terms
from dispatch.models import (
    Agreement,
    Case,
    Channel,
    Contact,
    Customer,
    CustomerLink,
    Device,
    ProductModel,
    RemoteAttempt,
    Site,
    SupportLine,
    Symptom,
    Visit,
    VisitType,
)
from dispatch.services.delivery import send_due
from dispatch.services.links import create_link
from dispatch.services.visits import open_visit
from scheduling.enums import StopAct
from scheduling.models import Stop, Technician
from scheduling.services.offers import confirm_hold, hold_offer
from scheduling.services.shifts import make_shifts
from scheduling.services.stops import record_act
from tests.make import ZONE, make_place, make_technician

ADDRESS = re.compile(r"https?://\S+/v/\S+")


def make_team(now: datetime, count: int = 2, **options: Any) -> list[Technician]:
    """Every day from 8 to 18, for a week."""
    names = ("Marta Gil", "Omar Vidal", "Ana Sanz")
    team = [make_technician(name, hours=(8, 18), **options) for name in names[:count]]
    today = now.astimezone(ZoneInfo(ZONE)).date()
    make_shifts(first=today, last=today + timedelta(days=6), technicians=team)
    return team


def make_case(now: datetime, *, language: str = "en", email: str = "eva@example.org", name: str = "Eva Ruiz") -> Case:
    customer = Customer.objects.create(name=name, language=language)
    site = Site.objects.create(customer=customer, place=make_place(40.02, -3.01, "Calle del Horno 12"), zone=ZONE)
    contact = Contact.objects.create(
        customer=customer, site=site, role=ContactRole.ON_SITE, name=name, email=email, language=language
    )
    product = ProductModel.objects.get_or_create(maker="Norda", name="R200")[0]
    line = SupportLine.objects.get_or_create(level=2, defaults={"name": "Second line"})[0]
    channel = Channel.objects.get_or_create(code="phone", defaults={"name_en": "telephone", "name_es": "teléfono"})[0]
    case = Case.objects.create(
        customer=customer,
        site=site,
        contact=contact,
        device=Device.objects.create(site=site, product=product, serial="NR2-00817", firmware="4.1.2"),
        channel=channel,
        line=line,
        symptom=Symptom.objects.get_or_create(
            code="drops", defaults={"name_en": "connection drops", "name_es": "se corta la conexión"}
        )[0],
        description="The router drops the line every afternoon, when the oven is on.",
        created_at=now,
    )
    RemoteAttempt.objects.create(
        case=case,
        line=line,
        channel=channel,
        tried="Guided restart and another Wi-Fi channel",
        outcome=AttemptOutcome.NOT_SOLVED,
        by="Lola",
        at=now - timedelta(days=1),
    )
    return case


def make_visit(now: datetime, *, price: str = "", **options: Any) -> Visit:
    """Opened as an agent does it: the customer is sent a link, with slots on its page."""
    case = make_case(now, **options)
    if price:
        Agreement.objects.create(customer=case.customer, terms=Terms.PAID, visit_price=Decimal(price))
    visit_type = VisitType.objects.get_or_create(
        code="check",
        defaults={
            "name_en": "Check on site",
            "name_es": "Revisión en el lugar",
            "duration_minutes": 45,
            "parts": "12 V power supply\nCat6 patch cable",
        },
    )[0]
    return open_visit(case_id=case.pk, visit_type_id=visit_type.pk, actor=None, now=now)


def confirm_first_offer(visit: Visit, now: datetime) -> Visit:
    offer = visit.appointment.offers.filter(status="offered").order_by("starts_at")[0]
    hold_offer(appointment_id=visit.appointment_id, offer_id=offer.pk, now=now)
    confirm_hold(appointment_id=visit.appointment_id, offer_id=offer.pk, now=now)
    return Visit.objects.select_related("appointment").get(pk=visit.pk)


def current_stop(visit: Visit) -> Stop:
    return Stop.objects.get(appointment=visit.appointment_id, is_current=True)


def act(visit: Visit, *acts: StopAct, now: datetime) -> None:
    for one in acts:
        record_act(stop_id=current_stop(visit).pk, act=one, at=now, now=now, actor=None)


def open_link(client: Client, visit: Visit, now: datetime) -> CustomerLink:
    """As the customer does: the address of the message leads to the clean one."""
    link, address = create_link(visit=visit, now=now)
    answer = client.get(address.removeprefix("http://localhost:8000"))
    assert (answer.status_code, answer["Location"]) == (302, "/v/")
    return link


def send_all(now: datetime) -> list[EmailMultiAlternatives]:
    """What leaves now."""
    mail.outbox.clear()
    send_due(now=now)
    return list(mail.outbox)


def find_address(message: EmailMultiAlternatives) -> str:
    found = ADDRESS.findall(str(message.body))
    assert len(found) == 1
    return str(found[0])


def read_page(client: Client, path: str = "/v/", status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def heading(html: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", html, re.DOTALL)
    assert found is not None
    return " ".join(found[1].split())


def offers_on(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'name="offer" value="(\d+)"', html)]


def appointment_of(visit: Visit) -> tuple[str, datetime | None]:
    visit.appointment.refresh_from_db()
    return visit.appointment.status, visit.appointment.window_starts_at
