"""The report that the customer keeps: a snapshot in their language, which no later change of a name alters."""

from datetime import datetime
from typing import Any

from babel.numbers import format_decimal
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dispatch.advice import advise
from dispatch.enums import VisitStatus
from dispatch.models import Finding, Observation, RemoteAttempt, Visit, VisitReport
from dispatch.models.names import pick_name
from dispatch.selectors.recipients import find_language
from dispatch.services.notices import tell_customer, tell_source
from dispatch.wording import active_locale, first_name, write_clock, write_day
from scheduling.enums import STOP_OVER
from scheduling.errors import Refused
from scheduling.models import Stop

NONE_FOUND = "XX-NONE"
REPORTED = (VisitStatus.DONE, VisitStatus.PART_DONE)


def issue_report(*, visit_id: int, now: datetime) -> VisitReport:
    """Takes the snapshot and tells the customer, once. Asked again, for a photo that came late, it takes a new one."""
    visit = Visit.objects.select_related(
        "appointment__place", "visit_type", "contact", "device__product", "case__customer", "case__contact",
        "case__device__product", "case__source", "case__symptom",
    ).get(pk=visit_id)  # fmt: skip
    if visit.status not in REPORTED:
        raise Refused(_("There is a report once the visit is done."))
    language = find_language(visit)
    with translation.override(language):
        contents = describe(visit)
    with transaction.atomic():
        report, created = VisitReport.objects.update_or_create(
            visit=visit,
            defaults={"language": language, "contents": contents},
            create_defaults={"language": language, "contents": contents, "issued_at": now},
        )
        if created:
            tell_customer(template="report_ready", visit=visit, occasion="once", now=now)
            tell_source(visit=visit, event="report_ready", occasion="once", now=now, summary=visit.summary)
    return report


def describe(visit: Visit) -> dict[str, Any]:
    """Plain values in the active language, ready for page and paper."""
    signature = getattr(visit, "signature", None)
    return {
        "number": str(visit),
        "case": str(visit.case),
        "company": settings.COMPANY_NAME,
        "phone": settings.COMPANY_PHONE,
        "customer": visit.case.customer.name,
        "address": visit.appointment.place.label,
        "kind": str(visit.visit_type),
        "device": describe_device(visit),
        **describe_times(visit),
        "problem": visit.case.description,
        "symptom": capfirst(str(visit.case.symptom)) if visit.case.symptom else "",
        "attempts": [describe_attempt(attempt, visit) for attempt in visit.case.attempts.select_related("channel")],
        "done": visit.summary,
        "findings": [describe_finding(finding) for finding in visit.findings.select_related("observation")],
        "factors": [
            {"name": str(row.factor), "primary": row.primary, "advice": advise(row.factor.code)}
            for row in visit.factors.exclude(factor__code=NONE_FOUND).select_related("factor")
        ],
        "photos": [
            {"id": photo.pk, "caption": str(photo.finding.observation) if photo.finding else ""}
            for photo in visit.photos.filter(for_customer=True).select_related("finding__observation")
        ],
        "signature": signature.name if signature else "",
        "strokes": signature.pk if signature and signature.image else None,
        "signed": write_clock(signature.signed_at, visit.appointment.zone) if signature else "",
    }


def describe_device(visit: Visit) -> dict[str, str]:
    device = visit.device or visit.case.device
    if device is None:
        return {"name": "", "serial": "", "firmware": ""}
    return {"name": str(device.product), "serial": device.serial, "firmware": device.firmware}


def describe_times(visit: Visit) -> dict[str, str]:
    """Facts from the stop that was worked; empty where the phone never said."""
    zone = visit.appointment.zone
    stop = (
        Stop.objects.filter(appointment=visit.appointment_id, status__in=STOP_OVER)
        .select_related("technician")
        .order_by("-finished_at")
        .first()
    )
    if stop is None:
        return {"date": "", "arrived": "", "finished": "", "technician": ""}
    day = stop.arrived_at or stop.started_at or stop.starts_at
    return {
        "date": capfirst(write_day(day, zone, with_year=True)),
        "arrived": write_clock(stop.arrived_at, zone) if stop.arrived_at else "",
        "finished": write_clock(stop.finished_at, zone) if stop.finished_at else "",
        "technician": first_name(stop.technician.name),
    }


def describe_attempt(attempt: RemoteAttempt, visit: Visit) -> dict[str, str]:
    return {
        "when": capfirst(write_day(attempt.at, visit.appointment.zone)),
        "channel": str(attempt.channel),
        "tried": attempt.tried,
        "outcome": attempt.get_outcome_display(),
    }


def describe_finding(finding: Finding) -> dict[str, Any]:
    return {
        "name": str(finding.observation),
        "value": write_value(finding),
        "normal": write_normal(finding.observation),
        "is_normal": finding.is_normal,
        "contributing": finding.contributing,
        "note": finding.note,
    }


def write_number(number: float, unit: str) -> str:
    text = format_decimal(number, locale=active_locale())
    return f"{text} {unit}".rstrip()


def write_yes_no(answer: bool) -> str:
    return _("yes") if answer else _("no")


def write_value(finding: Finding) -> str:
    if finding.not_measured:
        return _("not measured")
    if finding.yes_no is not None:
        return write_yes_no(finding.yes_no)
    if finding.choice:
        named = {entry["code"]: pick_name(entry["en"], entry["es"]) for entry in finding.observation.choices}
        return named.get(finding.choice, finding.choice)
    return write_number(finding.number or 0.0, finding.unit)


def write_normal(observation: Observation) -> str:
    """The normal range in words; empty when none is set."""
    low, high, unit = observation.normal_low, observation.normal_high, observation.unit
    if observation.kind == Observation.Kind.YES_NO:
        return "" if observation.normal_yes_no is None else write_yes_no(observation.normal_yes_no)
    if observation.kind == Observation.Kind.CHOICE:
        normal = [pick_name(entry["en"], entry["es"]) for entry in observation.choices if entry["normal"]]
        return ", ".join(normal)
    if low is not None and low == high:
        return write_number(low, unit)
    if low is not None and high is not None:
        return _("%(low)s to %(high)s") % {"low": write_number(low, ""), "high": write_number(high, unit)}
    if low is not None:
        return _("at least %(bound)s") % {"bound": write_number(low, unit)}
    return _("at most %(bound)s") % {"bound": write_number(high, unit)} if high is not None else ""
