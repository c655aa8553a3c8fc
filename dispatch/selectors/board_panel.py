"""Everything of one appointment that a dispatcher may want beside the board."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from dispatch.models import Contact, CustomerLink, Notice, Visit
from dispatch.selectors.board_lanes import describe_state, find_trouble
from dispatch.selectors.board_tray import explain_unplanned
from dispatch.selectors.history import list_history
from dispatch.selectors.rules import list_rules
from dispatch.wording import write_clock, write_day
from scheduling.enums import APPOINTMENT_OPEN, PromiseOutcome, StopStatus
from scheduling.models import Appointment, AppointmentEvent, Stop

# The panel has a place of its own for these.
SHOWN_ELSEWHERE = frozenset({"priority", "due_at"})


def read_panel(*, appointment: Appointment, date: date, now: datetime) -> dict[str, Any]:
    """``date`` is the board's day, for which it is said why the appointment has no place."""
    visit = (
        Visit.objects.filter(appointment=appointment)
        .select_related(
            "case__customer", "case__site", "case__symptom", "case__device__product", "visit_type", "contact"
        )
        .first()
    )
    stop = (
        Stop.objects.filter(appointment=appointment, is_current=True)
        .select_related("technician__employer", "route", "appointment")
        .first()
    )
    state, state_label = describe_state(stop) if stop else ("unplanned", appointment.get_status_display())
    trouble, trouble_label = find_trouble(stop, now) if stop else ("", "")
    return {
        "appointment": appointment,
        "visit": visit,
        "contact": find_contact(visit),
        "stop": stop,
        "state": state,
        "state_label": state_label,
        "trouble": trouble,
        "trouble_label": trouble_label,
        "rules": [rule for rule in list_rules(appointment)[0] if rule.name not in SHOWN_ELSEWHERE],
        "movable": appointment.status in APPOINTMENT_OPEN and (stop is None or stop.status == StopStatus.PLANNED),
        "why": list(explain_place(appointment, stop)),
        "unplanned": None if stop else explain_unplanned(appointment=appointment, date=date),
        "link": describe_link(visit, now),
        "history": list_history(visit.case) if visit else [],
        "now": now,
    }


def find_contact(visit: Visit | None) -> Contact | None:
    if visit is None:
        return None
    return visit.contact or visit.case.contact


def explain_place(appointment: Appointment, stop: Stop | None) -> list[str]:
    """Why this technician at this hour, as far as rows can tell."""
    reasons = []
    if appointment.pinned_technician_id is not None:
        reasons.append(_("A dispatcher pinned the technician."))
    if appointment.pinned_start_at is not None:
        reasons.append(_("A dispatcher pinned the time."))
    if stop is not None and stop.forced_reason:
        reasons.append(_("Forced: %(reason)s") % {"reason": stop.forced_reason})
    if stop is not None and not reasons:
        if stop.route.published_at is not None:
            reasons.append(_("The published plan chose it as the cheapest place that keeps every promise."))
        else:
            reasons.append(_("It was the place with the least added driving when it was taken."))
    return reasons


def describe_link(visit: Visit | None, now: datetime) -> str:
    """What the customer has been told, and whether the door is open."""
    if visit is None:
        return ""
    notice = Notice.objects.filter(visit=visit).order_by("-created_at", "-pk").first()
    link = CustomerLink.objects.filter(visit=visit, revoked_at__isnull=True, expires_at__gt=now).exists()
    if notice is None:
        return tell_promise(visit.appointment) or _("Nothing has been sent to the customer yet.")
    said = _("Last message to %(recipient)s: %(state)s.") % {
        "recipient": notice.recipient,
        "state": notice.get_status_display(),
    }
    return said if link else said + " " + _("The customer has no open link.")


def tell_promise(appointment: Appointment) -> str:
    """How the customer knows the promised time when no message was sent. Empty without a promise."""
    promise = appointment.promises.filter(outcome=PromiseOutcome.OPEN).first()
    if promise is None:
        return ""
    event = AppointmentEvent.objects.filter(appointment=appointment, kind="confirmed").last()
    words = {
        "day": write_day(promise.told_at, appointment.zone),
        "time": write_clock(promise.told_at, appointment.zone),
        "who": event.actor_label if event else "",
    }
    if event is None or event.actor_id is None:
        return _("The customer chose the time on %(day)s at %(time)s. No message was sent.") % words
    return _("Told by %(who)s on %(day)s at %(time)s. No message was sent.") % words
