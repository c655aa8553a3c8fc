"""A small believable day: Tess has three visits, Omar one. Tests hold it in the head."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group
from django.test import Client

from dispatch.access import ADMINISTRATOR, AGENT, DISPATCHER, TECHNICIAN
from dispatch.catalogue import load_catalogue
from dispatch.enums import AttemptOutcome, CaseStatus, ContactRole, VisitStatus
from dispatch.models import (
    Case,
    Channel,
    ChecklistAnswer,
    Contact,
    Customer,
    Device,
    PairedDevice,
    ProductModel,
    RemoteAttempt,
    Site,
    SupportLine,
    Symptom,
    Visit,
    VisitType,
)
from dispatch.services.pairing import make_pairing_code, pair_device
from maps.models import Place, PlaceQuality
from scheduling.enums import AppointmentStatus
from scheduling.models import Appointment, Employer, Promise, Route, Shift, Stop, Technician, User

ZONE = "Europe/Madrid"
MINUTE = timedelta(minutes=1)
PEOPLE = (
    ("Ana Beltrán", "Calle Mayor 4", "El router pierde la conexión cada tarde."),
    ("Panadería Luna", "Calle del Horno 12", "The card terminal restarts when the oven is on."),
    ("Hugo Marín", "Avenida del Río 31", "No hay señal en el despacho desde el lunes."),
)


def make_user(name: str, role: str, **fields: Any) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", **fields)
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def make_technician(name: str, username: str, colour: int) -> Technician:
    employer = Employer.objects.get_or_create(name="Visita Servicios")[0]
    return Technician.objects.create(
        user=make_user(username, TECHNICIAN, language="en"),
        name=name,
        initials=name[:2].upper(),
        colour=colour,
        employer=employer,
        phone="+34 600 111 222",
    )


@dataclass
class World:
    """``eight`` is 08:00 local of the day."""

    now: datetime
    eight: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.eight = self.now.astimezone(ZoneInfo(ZONE)).replace(hour=8, minute=0, second=0, microsecond=0)
        load_catalogue()
        self.agent = make_user("agent", AGENT)
        self.dispatcher = make_user("dispatcher", DISPATCHER)
        self.administrator = make_user("admin", ADMINISTRATOR)
        self.tess = make_technician("Tess Ibarra", "tess", 0)
        self.omar = make_technician("Omar Vidal", "omar", 1)
        self.line = SupportLine.objects.create(level=2, name="Segunda línea")
        self.channel = Channel.objects.create(code="phone", name_en="telephone", name_es="teléfono")
        self.symptom = Symptom.objects.create(code="drops", name_en="Connection drops", name_es="Se corta la conexión")
        self.visit_type = VisitType.objects.create(
            code="check", name_en="Check on site", name_es="Revisión en el lugar", duration_minutes=45
        )
        self.product = ProductModel.objects.create(maker="Norda", name="R200", category="router")
        self.route = self.make_route(self.tess)
        self.stops = [self.add_stop(self.route, index) for index in range(3)]
        self.foreign = self.add_stop(self.make_route(self.omar), 0)

    @property
    def visits(self) -> list[Visit]:
        return [Visit.objects.get(appointment=stop.appointment_id) for stop in self.stops]

    def make_route(self, technician: Technician, days: int = 0) -> Route:
        start = self.eight + timedelta(days=days)
        shift = Shift.objects.create(
            technician=technician, date=start.date(), zone=ZONE, starts_at=start, ends_at=start + 9 * 60 * MINUTE
        )
        return Route.objects.create(shift=shift, published_at=self.now)

    def add_stop(self, route: Route, index: int) -> Stop:
        """At 8:30, 10:00, 11:30 of the route's day: 20 min of travel, 50 of work, promised for two hours around."""
        arrival = route.shift.starts_at + (30 + 90 * index) * MINUTE
        visit = self.make_visit(index)
        window = (arrival - 30 * MINUTE, arrival + 90 * MINUTE)
        Appointment.objects.filter(pk=visit.appointment_id).update(
            status=AppointmentStatus.CONFIRMED, window_starts_at=window[0], window_ends_at=window[1]
        )
        Promise.objects.create(
            appointment_id=visit.appointment_id, starts_at=window[0], ends_at=window[1], told_at=self.now
        )
        return Stop.objects.create(
            route=route,
            technician=route.shift.technician,
            appointment_id=visit.appointment_id,
            sequence=index + 1,
            arrival_at=arrival,
            starts_at=arrival,
            ends_at=arrival + 50 * MINUTE,
            travel_s=1200,
            distance_m=6_400,
        )

    def make_visit(self, index: int) -> Visit:
        name, address, problem = PEOPLE[index]
        case = self.make_case(name, address, problem)
        appointment = Appointment.objects.create(place=case.site.place, zone=ZONE, duration_s=2700, setup_s=300)
        visit = Visit.objects.create(
            case=case,
            visit_type=self.visit_type,
            appointment=appointment,
            status=VisitStatus.SCHEDULED,
            device=case.device,
            contact=case.contact,
            parts="Fuente de 12 V\nLatiguillo Cat6",
            created_at=self.now,
        )
        texts = [
            ("Measure before touching", "Medir antes de tocar"),
            ("Test with the customer", "Probar con el cliente"),
        ]
        for position, (text_en, text_es) in enumerate(texts):
            ChecklistAnswer.objects.create(visit=visit, position=position, text_en=text_en, text_es=text_es)
        return visit

    def make_case(self, name: str, address: str, problem: str) -> Case:
        customer = Customer.objects.get_or_create(name=name)[0]
        site = Site.objects.filter(customer=customer).first()
        if site is None:
            place = Place.objects.create(
                line1=address,
                line2="2.º B",
                city="Valdeluna",
                latitude=40.07,
                longitude=-2.13,
                quality=PlaceQuality.ROOFTOP,
            )
            site = Site.objects.create(
                customer=customer, place=place, zone=ZONE, access_notes="Portal azul; el timbre no funciona, llamar."
            )
        contact = Contact.objects.create(
            customer=customer, site=site, role=ContactRole.ON_SITE, name=name, phone="+34 600 123 456"
        )
        device = Device.objects.create(site=site, product=self.product, serial="NR2-00817", firmware="4.1.2")
        case = Case.objects.create(
            status=CaseStatus.VISIT_OPENED,
            customer=customer,
            site=site,
            contact=contact,
            device=device,
            channel=self.channel,
            line=self.line,
            symptom=self.symptom,
            description=problem,
            created_at=self.now,
        )
        RemoteAttempt.objects.create(
            case=case,
            line=self.line,
            channel=self.channel,
            tried="Reinicio guiado y cambio de canal wifi",
            outcome=AttemptOutcome.NOT_SOLVED,
            said="Mañana le llamamos para acordar una visita.",
            by="Lola",
            at=self.now - timedelta(days=1),
        )
        return case

    def pair(self, technician: Technician) -> tuple[PairedDevice, str]:
        _row, code = make_pairing_code(technician=technician, actor=self.dispatcher, now=self.now)
        return pair_device(code=code, name="Test phone", now=self.now)

    def phone(self, technician: Technician) -> "Phone":
        device, token = self.pair(technician)
        return Phone(device, token)


class Phone:
    """A client of the API with a token and a sequence of its own."""

    def __init__(self, device: PairedDevice, token: str) -> None:
        self.device, self.token = device, token
        self.client = Client(headers={"authorization": f"Bearer {token}"})
        self.sequence = 0

    def act(self, kind: str, at: datetime, **data: object) -> dict[str, object]:
        self.sequence += 1
        return {
            "id": str(uuid4()),
            "sequence": self.sequence,
            "kind": kind,
            "device_time": at.isoformat(),
            "data": data,
        }

    def send(self, *acts: dict[str, object]) -> list[dict[str, Any]]:
        answer = self.client.post("/api/v1/acts/", {"acts": list(acts)}, content_type="application/json")
        assert answer.status_code == 200, answer.content
        receipts: list[dict[str, Any]] = answer.json()["receipts"]
        return receipts

    def tap(self, kind: str, at: datetime, **data: object) -> dict[str, Any]:
        return self.send(self.act(kind, at, **data))[0]
