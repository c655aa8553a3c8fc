"""Bodies of the technician's API. Instants are told in the local time of the site, with its zone beside them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dispatch.catalogue import FACTOR_GROUPS, OBSERVATION_GROUPS
from dispatch.models import Finding, Observation, Visit
from mobile_api.handlers import HANDLERS
from mobile_api.sync import SentAct
from scheduling.models import Stop

MAX_ACTS = 200


def local_iso(instant: datetime | None, zone: str) -> str | None:
    return instant.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if instant else None


class PairSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class PairedSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Sent as `Authorization: Bearer`. It is told once.")
    device = serializers.IntegerField()
    technician = serializers.CharField()


class ActSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Made by the phone; the same id is the same act.")
    sequence = serializers.IntegerField(min_value=0, max_value=2**62, help_text="Counts up on the device.")
    kind = serializers.CharField(max_length=32, help_text=f"One of: {', '.join(HANDLERS)}.")
    device_time = serializers.DateTimeField()
    data = serializers.DictField(help_text="Depends on the kind; see docs/sync.md.")  # type: ignore[assignment]


class ActsSerializer(serializers.Serializer[Any]):
    """Each act is judged alone, so that a bad one does not hold up the others."""

    acts = serializers.ListField(child=serializers.DictField(), max_length=MAX_ACTS, allow_empty=True)


class ReceiptSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    sequence = serializers.IntegerField()
    status = serializers.ChoiceField(["applied", "duplicate", "conflict", "rejected"])
    first = serializers.CharField(help_text="Of a duplicate: what was answered the first time.")
    code = serializers.CharField()
    reason = serializers.CharField()


class ActsSentSerializer(serializers.Serializer[Any]):
    acts = ActSerializer(many=True)


class ReceiptsSerializer(serializers.Serializer[Any]):
    receipts = ReceiptSerializer(many=True)


def to_sent_act(row: dict[str, Any]) -> SentAct:
    """Raises ``ValidationError``."""
    read = ActSerializer(data=row)
    read.is_valid(raise_exception=True)
    return SentAct(**read.validated_data)


class WindowSerializer(serializers.Serializer[Any]):
    starts_at = serializers.CharField(help_text="Local ISO 8601 with offset.")
    ends_at = serializers.CharField()


class PlaceSerializer(serializers.Serializer[Any]):
    address = serializers.CharField(source="label")
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)


class OnSiteContactSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    phone = serializers.CharField()


class VisitedDeviceSerializer(serializers.Serializer[Any]):
    product = serializers.CharField()
    serial = serializers.CharField()
    firmware = serializers.CharField()


class TriedBeforeSerializer(serializers.Serializer[Any]):
    line = serializers.CharField()
    channel = serializers.CharField()
    tried = serializers.CharField()
    outcome = serializers.CharField()
    said = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class FindingSerializer(serializers.Serializer[Finding]):
    id = serializers.UUIDField(source="client_id")
    observation = serializers.CharField(source="observation.code")
    name = serializers.CharField(source="observation")
    number = serializers.FloatField(allow_null=True)
    choice = serializers.CharField()
    yes_no = serializers.BooleanField(allow_null=True)
    not_measured = serializers.BooleanField()
    unit = serializers.CharField()
    is_normal = serializers.BooleanField(allow_null=True)
    contributing = serializers.BooleanField()
    note = serializers.CharField()


class FactorIdentifiedSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(source="factor.code")
    name = serializers.CharField(source="factor")
    primary = serializers.BooleanField()


class CheckSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    text = serializers.CharField(source="*")
    done_at = serializers.DateTimeField(allow_null=True)


class EarlierVisitSerializer(serializers.Serializer[Visit]):
    visit = serializers.IntegerField(source="pk")
    type = serializers.CharField(source="visit_type")
    status = serializers.CharField()
    on = serializers.DateTimeField(source="created_at")
    device = serializers.CharField(allow_null=True)
    summary = serializers.CharField()
    findings = FindingSerializer(many=True)
    factors = FactorIdentifiedSerializer(many=True)


class VisitSerializer(serializers.Serializer[Visit]):
    id = serializers.IntegerField(source="pk")
    type = serializers.CharField(source="visit_type")
    status = serializers.CharField()
    customer = serializers.CharField(source="case.customer")
    problem = serializers.CharField(source="case.description")
    symptom = serializers.CharField(source="case.symptom", allow_null=True)
    access_notes = serializers.CharField(source="case.site.access_notes")
    contact = OnSiteContactSerializer(allow_null=True)
    device = VisitedDeviceSerializer(allow_null=True)
    parts = serializers.CharField()
    terms = serializers.CharField()
    attempts = TriedBeforeSerializer(source="case.attempts", many=True)
    checklist = CheckSerializer(many=True)
    findings = FindingSerializer(many=True)
    factors = FactorIdentifiedSerializer(many=True)
    summary = serializers.CharField()
    history = serializers.SerializerMethodField()

    @extend_schema_field(EarlierVisitSerializer(many=True))
    def get_history(self, visit: Visit) -> Any:
        earlier = self.context.get("history", {}).get(visit.case.site_id, [])
        return EarlierVisitSerializer(earlier, many=True).data


class StopSerializer(serializers.Serializer[Stop]):
    id = serializers.IntegerField(source="pk")
    version = serializers.IntegerField()
    status = serializers.CharField()
    zone = serializers.CharField(source="appointment.zone")
    window = serializers.SerializerMethodField()
    planned = serializers.SerializerMethodField()
    eta = serializers.SerializerMethodField()
    travel_s = serializers.IntegerField()
    distance_m = serializers.IntegerField()
    travel_quality = serializers.CharField()
    place = PlaceSerializer(source="appointment.place")
    visit = VisitSerializer(source="appointment.visit")

    @extend_schema_field(WindowSerializer(allow_null=True))
    def get_window(self, stop: Stop) -> dict[str, str | None] | None:
        """The promised arrival window."""
        one = stop.appointment
        if one.window_starts_at is None:
            return None
        return {
            "starts_at": local_iso(one.window_starts_at, one.zone),
            "ends_at": local_iso(one.window_ends_at, one.zone),
        }

    @extend_schema_field(WindowSerializer)
    def get_planned(self, stop: Stop) -> dict[str, str | None]:
        zone = stop.appointment.zone
        return {"starts_at": local_iso(stop.starts_at, zone), "ends_at": local_iso(stop.ends_at, zone)}

    def get_eta(self, stop: Stop) -> str | None:
        return local_iso(stop.eta_at, stop.appointment.zone)


class WorkDaySerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    zone = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    stops = StopSerializer(many=True)


class ChoiceSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    en = serializers.CharField()
    es = serializers.CharField()
    normal = serializers.BooleanField()


class ObservationSerializer(serializers.Serializer[Observation]):
    code = serializers.CharField()
    group = serializers.CharField()
    group_name = serializers.SerializerMethodField()
    name = serializers.CharField(source="*")
    kind = serializers.ChoiceField(Observation.Kind.choices)
    unit = serializers.CharField()
    normal_low = serializers.FloatField(allow_null=True)
    normal_high = serializers.FloatField(allow_null=True)
    possible_low = serializers.FloatField(allow_null=True)
    possible_high = serializers.FloatField(allow_null=True)
    normal_yes_no = serializers.BooleanField(allow_null=True)
    choices = ChoiceSerializer(many=True)
    catalogue_version = serializers.IntegerField()

    def get_group_name(self, observation: Observation) -> str:
        return str(OBSERVATION_GROUPS.get(observation.group, observation.group))


class FactorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    group = serializers.CharField()
    group_name = serializers.SerializerMethodField()
    name = serializers.CharField(source="*")

    def get_group_name(self, factor: Any) -> str:
        return str(FACTOR_GROUPS.get(factor.group, factor.group))


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class CatalogueSerializer(serializers.Serializer[Any]):
    observations = ObservationSerializer(many=True)
    factors = FactorSerializer(many=True)
    reasons = ReasonSerializer(many=True)


class DaySerializer(serializers.Serializer[Any]):
    technician = serializers.CharField()
    now = serializers.DateTimeField(default_timezone=get_default_timezone())
    today = WorkDaySerializer(allow_null=True)
    next = WorkDaySerializer(allow_null=True)
    catalogue = CatalogueSerializer()


class PhotoSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="client_id")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
