"""What each kind of act does: check its data, fetch what is the technician's own, call one service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework import serializers

from dispatch.enums import NotCompletedReason
from dispatch.models import PairedDevice, Photo, Visit, VisitReport
from dispatch.services.findings import Measured, answer_check, identify_factor, record_finding, write_summary
from dispatch.services.media import keep_signature
from dispatch.services.reports import issue_report
from mobile_api.models import DeclaredPhoto
from mobile_api.permissions import get_stop_to_work_on, get_visit_for
from scheduling.enums import StopAct
from scheduling.services.stops import record_act


@dataclass(frozen=True, slots=True)
class Deed:
    """An act as it came in. ``at`` is the phone's time."""

    device: PairedDevice
    client_id: UUID
    kind: str
    at: datetime
    now: datetime


class StopData(serializers.Serializer[Any]):
    stop = serializers.IntegerField(min_value=1)


class NotCompletedData(StopData):
    reason = serializers.ChoiceField(NotCompletedReason.choices)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class VisitData(serializers.Serializer[Any]):
    visit = serializers.IntegerField(min_value=1)


class FindingData(VisitData):
    finding = serializers.UUIDField(required=False, help_text="Names the finding, so that it can be corrected.")
    observation = serializers.CharField(max_length=20)
    number = serializers.FloatField(required=False, allow_null=True, default=None)
    choice = serializers.CharField(max_length=24, required=False, allow_blank=True, default="")
    yes_no = serializers.BooleanField(required=False, allow_null=True, default=None)
    not_measured = serializers.BooleanField(required=False, default=False)
    contributing = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class FactorData(VisitData):
    factor = serializers.CharField(max_length=20)
    present = serializers.BooleanField(required=False, default=True)
    primary = serializers.BooleanField(required=False, default=False)


class CheckData(VisitData):
    position = serializers.IntegerField(min_value=0, max_value=1000)
    done = serializers.BooleanField()


class NoteData(VisitData):
    text = serializers.CharField(max_length=4000, allow_blank=True)


class SignatureData(VisitData):
    name = serializers.CharField(max_length=120)
    image = serializers.CharField(
        max_length=400_000, required=False, allow_blank=True, default="", help_text="data:image/png;base64,..."
    )


class PhotoData(VisitData):
    photo = serializers.UUIDField()
    finding = serializers.UUIDField(required=False, allow_null=True, default=None)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    for_customer = serializers.BooleanField(required=False, default=True)


def work_stop(deed: Deed, data: dict[str, Any]) -> None:
    stop = get_stop_to_work_on(deed.device.technician, data["stop"])
    record_act(
        stop_id=stop.pk,
        act=StopAct(deed.kind),
        at=deed.at,
        now=deed.now,
        actor=deed.device.technician.user,
        reason=data.get("reason", ""),
    )
    if data.get("note"):
        write_summary(visit=stop.appointment.visit, text=data["note"])


def find(deed: Deed, data: dict[str, Any]) -> None:
    visit = get_visit_for(deed.device.technician, data["visit"])
    finding = record_finding(
        visit=visit,
        client_id=data.get("finding") or deed.client_id,
        observation_code=data["observation"],
        value=Measured(data["number"], data["choice"], data["yes_no"], data["not_measured"]),
        contributing=data["contributing"],
        note=data["note"],
        at=deed.at,
        actor=deed.device.technician.user,
    )
    # A photo may have been taken, and have arrived, before its finding was saved.
    early = DeclaredPhoto.objects.filter(visit=visit, finding_client_id=finding.client_id)
    Photo.objects.filter(visit=visit, finding=None, client_id__in=early.values("client_id")).update(finding=finding)
    renew_report(visit, deed.now)


def blame(deed: Deed, data: dict[str, Any]) -> None:
    visit = get_visit_for(deed.device.technician, data["visit"])
    identify_factor(visit=visit, factor_code=data["factor"], present=data["present"], primary=data["primary"])
    renew_report(visit, deed.now)


def tick(deed: Deed, data: dict[str, Any]) -> None:
    visit = get_visit_for(deed.device.technician, data["visit"])
    answer_check(visit=visit, position=data["position"], done=data["done"], at=deed.at)


def sum_up(deed: Deed, data: dict[str, Any]) -> None:
    visit = get_visit_for(deed.device.technician, data["visit"])
    write_summary(visit=visit, text=data["text"])
    renew_report(visit, deed.now)


def sign(deed: Deed, data: dict[str, Any]) -> None:
    visit = get_visit_for(deed.device.technician, data["visit"])
    keep_signature(visit=visit, name=data["name"], data_url=data["image"], at=deed.at)
    renew_report(visit, deed.now)


def declare_photo(deed: Deed, data: dict[str, Any]) -> None:
    keep_declaration(deed=deed, visit=get_visit_for(deed.device.technician, data["visit"]), data=data)


def keep_declaration(*, deed: Deed, visit: Visit, data: dict[str, Any]) -> None:
    DeclaredPhoto.objects.get_or_create(
        visit=visit,
        client_id=data["photo"],
        defaults={
            "finding_client_id": data["finding"],
            "sha256": data["sha256"],
            "for_customer": data["for_customer"],
            "taken_at": deed.at,
        },
    )


def renew_report(visit: Visit, now: datetime) -> None:
    """What comes after the end still belongs into the report that went out."""
    if VisitReport.objects.filter(visit=visit).exists():
        issue_report(visit_id=visit.pk, now=now)


Handler = Callable[[Deed, dict[str, Any]], None]
HANDLERS: dict[str, tuple[type[serializers.Serializer[Any]], Handler]] = {
    **{act.value: (StopData, work_stop) for act in StopAct},
    StopAct.NOT_COMPLETED.value: (NotCompletedData, work_stop),
    "finding_recorded": (FindingData, find),
    "factor_identified": (FactorData, blame),
    "checklist_item": (CheckData, tick),
    "note": (NoteData, sum_up),
    "signature": (SignatureData, sign),
    "photo_declared": (PhotoData, declare_photo),
}
