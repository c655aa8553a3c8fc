"""What a case consists of before it is stored: the same shape from the form, the API and the file."""

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, time

from django.db.models import Model

from dispatch.models import Channel, Contact, Customer, Device, Site, SupportLine, Symptom
from dispatch.opening_hours import Opening
from dispatch.services.cases import Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerInput:
    kind: str
    name: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteInput:
    """``quality`` is ``maps.PlaceQuality``; without coordinates it stays unknown. No hours at all: always open."""

    line1: str
    zone: str
    name: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "ES"
    latitude: float | None = None
    longitude: float | None = None
    quality: str = ""
    provider: str = ""
    access_notes: str = ""
    hours: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactInput:
    name: str
    phone: str = ""
    email: str = ""
    role: str = "asks"
    language: str = "es"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInput:
    maker: str
    model: str
    serial: str = ""
    firmware: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseInput:
    """A row stands for what was picked among the known; an input is looked up, and written down when it is new."""

    customer: CustomerInput | Customer
    site: SiteInput | Site
    contact: ContactInput | Contact
    channel: Channel
    line: SupportLine
    description: str
    priority: int
    device: DeviceInput | Device | None = None
    symptom: Symptom | None = None
    due_at: datetime | None = None
    external_id: str = ""
    external_url: str = ""
    attempts: tuple[Attempt, ...] = ()
    no_attempt_reason: str = ""


def fingerprint(case: CaseInput) -> str:
    """Equal for two deliveries that say the same, however their times and fields were written."""
    text = json.dumps(case, default=_flatten, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _flatten(value: object) -> object:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a case")
