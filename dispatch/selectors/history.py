"""The whole history of a case in one line of time: case, visits, appointments, attempts and messages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.enums import CaseStatus, VisitStatus
from dispatch.models import Case, CaseEvent, Notice, RemoteAttempt
from dispatch.selectors.rules import name_changed_rules
from dispatch.services.visit_states import CUSTOMER
from scheduling.enums import AppointmentStatus, StopStatus
from scheduling.models import AppointmentEvent, Technician

WORDS = {
    "created": gettext_lazy("Case escalated"),
    "contact_named": gettext_lazy("Another contact named"),
    "attempt_added": gettext_lazy("Remote attempt recorded"),
    "returned": gettext_lazy("Given back to a support line"),
    "reopened": gettext_lazy("Case open again"),
    "closed": gettext_lazy("Case closed"),
    "solved": gettext_lazy("Case solved"),
    "visit_opened": gettext_lazy("Visit opened"),
    "visit_cancelled": gettext_lazy("Case open again: its visit was cancelled"),
    "requested": gettext_lazy("Appointment requested"),
    "offered": gettext_lazy("Times offered to the customer"),
    "held": gettext_lazy("Time chosen, held for the customer"),
    "hold_expired": gettext_lazy("The chosen time was not confirmed in time"),
    "expired": gettext_lazy("The chosen time was not confirmed in time"),
    "confirmed": gettext_lazy("Appointment confirmed"),
    "moved": gettext_lazy("Moved"),
    "moved_by_customer": gettext_lazy("Moved by the customer"),
    "price_accepted": gettext_lazy("Price accepted"),
    "planned": gettext_lazy("Placed on a route"),
    "placed": gettext_lazy("Placed on a route"),
    "taken_off": gettext_lazy("Taken off its route"),
    "pinned": gettext_lazy("Pins changed"),
    "rules_changed": gettext_lazy("Planning rules changed"),
    "published": gettext_lazy("Plan published"),
    "promise_withdrawn": gettext_lazy("Promised time withdrawn"),
    "scheduled": gettext_lazy("Visit scheduled"),
    "on_my_way": gettext_lazy("Technician on the way"),
    "arrived": gettext_lazy("Technician arrived"),
    "started": gettext_lazy("Work begun"),
    "paused": gettext_lazy("Work paused"),
    "resumed": gettext_lazy("Work resumed"),
    "finished": gettext_lazy("Work finished"),
    "not_completed": gettext_lazy("Could not be completed"),
    "missed": gettext_lazy("Appointment missed"),
    "fulfilled": gettext_lazy("Appointment fulfilled"),
    "cancelled": gettext_lazy("Cancelled"),
    "report_issued": gettext_lazy("Report issued"),
    "under_way": gettext_lazy("Visit under way"),
    "act_by_former_technician": gettext_lazy("Reported by a technician who no longer has this visit"),
    "finding_recorded": gettext_lazy("Finding"),
    "factor_identified": gettext_lazy("Cause"),
    "checklist_item": gettext_lazy("Checklist"),
    "note": gettext_lazy("What was done"),
    "signature": gettext_lazy("Signature"),
    "photo_declared": gettext_lazy("Photo"),
}
LOOKS = {
    "cancelled": "shape-cross",
    "not_completed": "tone-danger shape-cross",
    "missed": "tone-danger shape-cross",
    "promise_withdrawn": "tone-warning shape-triangle",
    "act_by_former_technician": "tone-warning shape-triangle",
    "confirmed": "tone-info shape-dot",
    "finished": "tone-good shape-tick",
    "solved": "tone-good shape-tick",
    "report_issued": "tone-good shape-tick",
    "held": "tone-info shape-dashed",
    "offered": "tone-info shape-dashed",
}
STATES = {
    **dict(StopStatus.choices),
    **dict(AppointmentStatus.choices),
    **dict(CaseStatus.choices),
    **dict(VisitStatus.choices),
}


FOLLOWS_APPOINTMENT = frozenset({"scheduled", "cancelled", "promise_withdrawn"})


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    title: str
    by: str = ""
    detail: str = ""
    look: str = "shape-dot"
    technician: str = ""
    planned_at: datetime | None = None


def list_history(case: Case) -> list[Moment]:
    """Newest first. Six queries, however long it is."""
    appointments = list(case.visits.values_list("appointment_id", flat=True))
    placed = list(AppointmentEvent.objects.filter(appointment_id__in=appointments))
    technicians = dict(
        Technician.objects.filter(pk__in={_technician_of(event) for event in placed}).values_list("pk", "name")
    )
    moments = [
        *(_tell_event(event, technicians) for event in placed),
        *(_tell_event(event, technicians) for event in case.events.all() if not _is_told_elsewhere(event)),
        *(_tell_attempt(attempt) for attempt in case.attempts.select_related("line", "channel")),
        *(_tell_notice(notice) for notice in Notice.objects.filter(case=case, sent_at__isnull=False)),
    ]
    return sorted(moments, key=lambda one: one.at)[::-1]


def _is_told_elsewhere(event: CaseEvent) -> bool:
    """By the attempt itself, or by the appointment that the visit followed."""
    return event.kind == "attempt_added" or (event.visit_id is not None and event.kind in FOLLOWS_APPOINTMENT)


def _technician_of(event: AppointmentEvent) -> int | None:
    after = event.data.get("after")
    return after.get("technician") if isinstance(after, dict) else None


def _tell_event(event: CaseEvent | AppointmentEvent, technicians: Mapping[int, str]) -> Moment:
    title = str(WORDS.get(event.kind) or STATES.get(event.to_status) or event.kind.replace("_", " ").capitalize())
    detail = _tell_deed(event.data) if event.kind == "act_by_former_technician" else event.reason
    if event.kind == "rules_changed":
        detail = ": ".join(filter(None, (name_changed_rules(event.data), event.reason)))
    by = _("customer") if event.actor_label == CUSTOMER else event.actor_label
    told = Moment(event.at, title, by, detail, LOOKS.get(event.kind, "shape-ring"))
    if isinstance(event, CaseEvent) or (technician := _technician_of(event)) is None:
        return told
    planned_at = datetime.fromisoformat(event.data["after"]["starts_at"])
    return replace(told, technician=technicians.get(technician, ""), planned_at=planned_at)


def _tell_deed(data: Mapping[str, Any]) -> str:
    answers = {True: _("yes"), False: _("no")}
    told = [answers[value] if isinstance(value, bool) else str(value) for value in data["told"]]
    return ": ".join(filter(None, (str(WORDS[data["act"]]), ", ".join(told))))


def _tell_attempt(attempt: RemoteAttempt) -> Moment:
    title = _("Tried from afar (%(line)s, %(channel)s)") % {"line": attempt.line.name, "channel": attempt.channel}
    detail = f"{attempt.tried} — {attempt.get_outcome_display()}"
    return Moment(attempt.at, title, attempt.by, detail, "shape-back")


def _tell_notice(notice: Notice) -> Moment:
    title = _("Message sent to %(recipient)s") % {"recipient": notice.recipient}
    return Moment(notice.sent_at or notice.created_at, title, "", notice.subject, "tone-info shape-square")
