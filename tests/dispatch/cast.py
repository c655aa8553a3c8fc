"""Who the tests of the office are about, made through the services."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from dispatch.case_input import CaseInput, ContactInput, CustomerInput, DeviceInput, SiteInput
from dispatch.enums import AttemptOutcome
from dispatch.models import Case, CaseSource, Channel, ProductModel, SupportLine, Symptom, Visit, VisitType
from dispatch.services.case_intake import take_in_case
from dispatch.services.cases import Attempt
from dispatch.services.sources import issue_source_token
from dispatch.services.visits import open_visit
from scheduling.models import User
from tests.make import ZONE


def make_user(role: str, **fields: Any) -> User:
    user = User.objects.create_user(username=f"the-{role or 'outsider'}", language="en", **fields)
    if role:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def make_catalogues() -> None:
    Channel.objects.get_or_create(code="phone", defaults={"name_en": "Telephone", "name_es": "Teléfono"})
    SupportLine.objects.get_or_create(level=1, defaults={"name": "First line"})
    Symptom.objects.get_or_create(code="drops", defaults={"name_en": "Drops the line", "name_es": "Se corta"})
    ProductModel.objects.get_or_create(maker="Acme", name="R7")


def make_visit_type(code: str = "repair") -> VisitType:
    return VisitType.objects.create(
        code=code, name_en="Repair", name_es="Reparación", duration_minutes=60, parts="Router\nCable"
    )


def make_attempt() -> Attempt:
    return Attempt(
        line=SupportLine.objects.get(level=1),
        channel=Channel.objects.get(code="phone"),
        tried="Restarted it together",
        outcome=AttemptOutcome.NOT_SOLVED,
        by="Nuria",
        at=timezone.now() - timedelta(hours=3),
    )


def make_input(name: str = "Laura Gómez", *, tried: bool = True, located: bool = True, **fields: Any) -> CaseInput:
    """``located=False``: an address without coordinates. ``fields`` overrule the rest."""
    make_catalogues()
    latitude, longitude = (40.0, -3.0) if located else (None, None)
    values: dict[str, Any] = {
        "customer": CustomerInput(kind="person", name=name, language="es"),
        "site": SiteInput(
            line1="Calle Mayor 1",
            postal_code="16001",
            city="Prueba",
            zone=ZONE,
            latitude=latitude,
            longitude=longitude,
        ),
        "contact": ContactInput(name=name, email="laura@example.com", phone="+34 969 22 22 22"),
        "device": DeviceInput(maker="Acme", model="R7", serial="SN1", firmware="2.0"),
        "channel": Channel.objects.get(code="phone"),
        "line": SupportLine.objects.get(level=1),
        "symptom": Symptom.objects.get(code="drops"),
        "description": "It drops the line every evening.",
        "priority": 2,
        "attempts": (make_attempt(),) if tried else (),
    }
    return CaseInput(**values | fields)


def make_case(name: str = "Laura Gómez", **fields: Any) -> Case:
    case, _is_new = take_in_case(case=make_input(name, **fields), source=None, actor=None, now=timezone.now())
    return case


def make_visit(name: str = "Laura Gómez", **fields: Any) -> Visit:
    visit_type = VisitType.objects.first() or make_visit_type()
    case = make_case(name, **fields)
    return open_visit(case_id=case.pk, visit_type_id=visit_type.pk, actor=None, now=timezone.now())


def make_source(name: str = "helpdesk") -> tuple[CaseSource, str]:
    source = CaseSource.objects.create(name=name)
    return source, issue_source_token(source=source)
