"""The body of ``POST /api/v1/cases/``; the rows of an imported file are judged by the same rules."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dispatch.case_input import CaseInput, ContactInput, CustomerInput, DeviceInput, SiteInput
from dispatch.enums import AttemptOutcome, ContactRole
from dispatch.models import Case, Channel, Customer, SupportLine, Symptom
from dispatch.models.customer import LANGUAGES
from dispatch.moments import check_moment
from dispatch.opening_hours import HoursError, Opening, check_openings
from dispatch.phones import read_phone
from dispatch.services.cases import Attempt
from dispatch.text import clean_text
from scheduling.enums import Priority

PRIORITIES = {priority.name.lower(): priority for priority in Priority}

MOST_ATTEMPTS = 30


class StrictSerializer(serializers.Serializer[Any]):
    """Fields that are not known are refused: a misspelt one would be lost without a word."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                known = ", ".join(self.fields)
                raise serializers.ValidationError(
                    {name: [_("Unknown field. Known are: %s.") % known] for name in unknown}
                )
        return super().to_internal_value(data)


class CodeField(serializers.SlugRelatedField[Any]):
    """The error lists what is known, so that the sender needn't ask."""

    def known_codes(self) -> list[object]:
        rows = self.get_queryset()
        return list(rows.values_list(self.slug_field, flat=True)) if rows is not None else []

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(clean_text(data) if isinstance(data, str) else data)
        except serializers.ValidationError as error:
            known = ", ".join(str(code) for code in self.known_codes())
            message = _("Unknown: %(code)s. Known are: %(known)s.") % {"code": data, "known": known}
            raise serializers.ValidationError(message) from error


class CustomerSerializer(StrictSerializer):
    kind = serializers.ChoiceField(Customer.Kind.choices, default=Customer.Kind.PERSON)
    name = serializers.CharField(max_length=160)
    language = serializers.ChoiceField(LANGUAGES, default=settings.LANGUAGE_CODE)


class OpeningSerializer(StrictSerializer):
    weekday = serializers.IntegerField(min_value=1, max_value=7, help_text="ISO: Monday is 1.")
    opens = serializers.TimeField()
    closes = serializers.TimeField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["closes"] <= attrs["opens"]:
            raise serializers.ValidationError({"closes": _("A site closes after it opens, on the same day.")})
        return attrs


class SiteSerializer(StrictSerializer):
    name = serializers.CharField(max_length=120, default="", allow_blank=True)
    line1 = serializers.CharField(max_length=200, help_text="Street and number.")
    line2 = serializers.CharField(max_length=200, default="", allow_blank=True)
    postal_code = serializers.CharField(max_length=20, default="", allow_blank=True)
    city = serializers.CharField(max_length=120, default="", allow_blank=True)
    country = serializers.RegexField("^[A-Z]{2}$", default="ES", help_text="ISO 3166-1, two capitals.")
    latitude = serializers.FloatField(min_value=-90, max_value=90, default=None, allow_null=True)
    longitude = serializers.FloatField(min_value=-180, max_value=180, default=None, allow_null=True)
    zone = serializers.CharField(max_length=64, default=settings.TIME_ZONE, help_text="IANA, such as Europe/Madrid.")
    access_notes = serializers.CharField(max_length=1000, default="", allow_blank=True)
    opening_hours = OpeningSerializer(many=True, default=list, help_text="None at all: always open.")

    def validate_zone(self, name: str) -> str:
        try:
            return str(ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a part of a name is a folder
            raise serializers.ValidationError(_("Not a time zone. Write one such as Europe/Madrid.")) from error

    def validate_opening_hours(self, rows: list[dict[str, Any]]) -> tuple[Opening, ...]:
        openings = sorted(Opening(row["weekday"] - 1, row["opens"], row["closes"]) for row in rows)
        try:
            check_openings(openings)
        except HoursError as error:
            raise serializers.ValidationError(str(error)) from error
        return tuple(openings)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["latitude"] is None) != (attrs["longitude"] is None):
            raise serializers.ValidationError({"latitude": _("Latitude and longitude belong together.")})
        return attrs


class ContactSerializer(StrictSerializer):
    name = serializers.CharField(max_length=160)
    phone = serializers.CharField(max_length=32, default="", allow_blank=True)
    email = serializers.EmailField(default="", allow_blank=True)
    role = serializers.ChoiceField(ContactRole.choices, default=ContactRole.ASKS)
    language = serializers.ChoiceField(LANGUAGES, default=settings.LANGUAGE_CODE)

    def validate_phone(self, text: str) -> str:
        return read_phone(text)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs["phone"] or attrs["email"]):
            raise serializers.ValidationError(_("Give a telephone number or an e-mail address."))
        return attrs


class DeviceSerializer(StrictSerializer):
    maker = serializers.CharField(max_length=80)
    model = serializers.CharField(max_length=120)
    serial = serializers.CharField(max_length=80, default="", allow_blank=True)
    firmware = serializers.CharField(max_length=40, default="", allow_blank=True)


class AttemptSerializer(StrictSerializer):
    line = CodeField(slug_field="level", queryset=SupportLine.objects.all(), help_text="Level of the support line.")
    channel = CodeField(slug_field="code", queryset=Channel.objects.all())
    tried = serializers.CharField(max_length=500)
    outcome = serializers.ChoiceField(AttemptOutcome.choices)
    by = serializers.CharField(max_length=120)
    at = serializers.DateTimeField(validators=[check_moment])
    said = serializers.CharField(max_length=4000, default="", allow_blank=True)

    def validate_at(self, at: Any) -> Any:
        if at > timezone.now():
            raise serializers.ValidationError(_("This lies in the future."))
        return at


class CaseInSerializer(StrictSerializer):
    external_id = serializers.CharField(max_length=80, help_text="Your number. The same number is never stored twice.")
    external_url = serializers.URLField(max_length=400, default="", allow_blank=True)
    customer = CustomerSerializer()
    site = SiteSerializer()
    contact = ContactSerializer()
    device = DeviceSerializer(default=None, allow_null=True)
    channel = CodeField(slug_field="code", queryset=Channel.objects.all())
    line = CodeField(slug_field="level", queryset=SupportLine.objects.all(), help_text="Level of the support line.")
    symptom = CodeField(slug_field="code", queryset=Symptom.objects.all(), default=None, allow_null=True)
    description = serializers.CharField(max_length=4000)
    priority = serializers.ChoiceField(list(PRIORITIES), default="normal")
    due_at = serializers.DateTimeField(default=None, allow_null=True, validators=[check_moment])
    attempts = AttemptSerializer(many=True, default=list)
    no_attempt_reason = serializers.CharField(max_length=500, default="", allow_blank=True)

    def validate_attempts(self, attempts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(attempts) > MOST_ATTEMPTS:
            raise serializers.ValidationError(_("More than %d attempts: send the ones that matter.") % MOST_ATTEMPTS)
        return attempts

    def to_input(self) -> CaseInput:
        values = dict(self.validated_data)
        site = dict(values.pop("site"))
        device = values.pop("device")
        return CaseInput(
            customer=CustomerInput(**values.pop("customer")),
            site=SiteInput(hours=tuple(site.pop("opening_hours")), **site),
            contact=ContactInput(**values.pop("contact")),
            device=DeviceInput(**device) if device else None,
            attempts=tuple(Attempt(**attempt) for attempt in values.pop("attempts")),
            priority=PRIORITIES[values.pop("priority")],
            **values,
        )


class CaseOutSerializer(serializers.ModelSerializer[Case]):
    source = serializers.SerializerMethodField()  # type: ignore[assignment]
    number = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields = ("id", "number", "source", "external_id", "status", "created_at", "url")

    def get_source(self, case: Case) -> str:
        return case.source.name if case.source else ""

    def get_number(self, case: Case) -> str:
        return str(case)

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, case: Case) -> str:
        return f"{settings.SITE_URL}/cases/{case.pk}/"
