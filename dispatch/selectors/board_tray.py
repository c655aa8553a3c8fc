"""What waits beside the lanes: appointments without a stop, and cases without a visit."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from dispatch.enums import CaseStatus
from dispatch.models import Case
from dispatch.selectors.board_lanes import appointment_row, find_shifts
from scheduling.horizon import covering
from scheduling.models import Appointment, RoutePlan, Shift, TechnicianSkill, UnplannedAppointment
from scheduling.selectors import plannable_appointments
from scheduling.services.words import blocker_in_words, reason_in_words

WAITING = (CaseStatus.OPEN, CaseStatus.RETURNED)
CASES_SHOWN = 50
DUE_SOON = timedelta(hours=4)


def read_tray(*, date: date, shifts: list[Shift], now: datetime) -> list[dict[str, Any]]:
    """What the planner would take up for the day, the most urgent first, each with why it has no place."""
    appointments = sorted(plannable_appointments(date=date, now=now), key=urgency)
    prefetch_related_objects(appointments, "visit__visit_type", "visit__case__customer")
    told: dict[int, UnplannedAppointment] = {}
    for row in find_told(date).filter(appointment__in=appointments):
        told[row.appointment_id] = row
    skills = find_skills(shifts)
    return [tray_row(appointment, told.get(appointment.pk), shifts, skills, now) for appointment in appointments]


def explain_unplanned(*, appointment: Appointment, date: date) -> dict[str, Any]:
    """Why an appointment has no place on a day, and who could not take it, as the newest plan saw it."""
    return explain_told(appointment, find_told(date).filter(appointment=appointment).last(), find_shifts(date))


def explain_told(appointment: Appointment, told: UnplannedAppointment | None, shifts: list[Shift]) -> dict[str, Any]:
    return {
        "reason": tell_reason(appointment, told, shifts, find_skills(shifts)),
        "blockers": list_blockers(told, shifts),
    }


def find_told(date: date) -> QuerySet[UnplannedAppointment]:
    """What plans for the day said, the newest last."""
    plans = RoutePlan.objects.filter(covering(date))
    return UnplannedAppointment.objects.filter(plan__in=plans).order_by("plan_id")


def urgency(appointment: Appointment) -> tuple[int, bool, float, int]:
    due_at = appointment.due_at
    return -appointment.priority, due_at is None, due_at.timestamp() if due_at else 0.0, appointment.pk


def find_skills(shifts: list[Shift]) -> dict[int, dict[int, int]]:
    """Skill levels by technician and skill, as they count on the day of the shifts."""
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    if shifts:
        rows = TechnicianSkill.objects.filter(technician__in=[shift.technician_id for shift in shifts]).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=shifts[0].date)
        )
        for row in rows:
            levels[row.technician_id][row.skill_id] = row.level
    return levels


def tray_row(
    appointment: Appointment,
    told: UnplannedAppointment | None,
    shifts: list[Shift],
    skills: dict[int, dict[int, int]],
    now: datetime,
) -> dict[str, Any]:
    due_at = appointment.due_at
    return {
        **appointment_row(appointment),
        "located": appointment.place.has_coordinates,
        "status": appointment.status,
        "state_label": appointment.get_status_display(),
        "duration_s": appointment.planned_s,
        "due": due_at,
        "overdue": due_at is not None and due_at < now,
        "due_soon": due_at is not None and now <= due_at < now + DUE_SOON,
        "reason": tell_reason(appointment, told, shifts, skills),
        "blockers": list_blockers(told, shifts),
    }


def tell_reason(
    appointment: Appointment,
    told: UnplannedAppointment | None,
    shifts: list[Shift],
    skills: dict[int, dict[int, int]],
) -> str:
    """Why it is here, in one sentence. What the rows say now goes before what a past run said."""
    if not appointment.place.has_coordinates:
        return reason_in_words("no_coordinates")
    if not shifts:
        return _("Nobody works on this day.")
    needed = list(appointment.skills.all())
    if needed and not any(
        all(skills.get(shift.technician_id, {}).get(need.skill_id, 0) >= need.level for need in needed)
        for shift in shifts
    ):
        return _("Nobody who works on this day has what it needs: %(skills)s.") % {
            "skills": ", ".join(
                _("%(skill)s, level %(level)d") % {"skill": n.skill.name, "level": n.level} for n in needed
            )
        }
    return reason_in_words(told.reason) if told else _("Not planned yet.")


def list_blockers(told: UnplannedAppointment | None, shifts: list[Shift]) -> list[dict[str, Any]]:
    """Who could not take it, grouped by why. The keys of ``blockers`` are the ids of technicians."""
    if told is None:
        return []
    names = {str(shift.technician_id): shift.technician.name for shift in shifts}
    grouped: dict[str, list[str]] = defaultdict(list)
    for technician_id, reason in told.blockers.items():
        if technician_id in names:
            grouped[reason].append(names[technician_id])
    return [
        {"label": blocker_in_words(reason), "names": sorted(who) if len(who) < len(names) else [_("everyone")]}
        for reason, who in grouped.items()
    ]


def count_waiting_cases() -> int:
    return Case.objects.filter(status__in=WAITING).count()


def find_waiting_cases(*, now: datetime) -> list[dict[str, Any]]:
    """The inbox: the most urgent first, at most ``CASES_SHOWN``."""
    cases = Case.objects.filter(status__in=WAITING).select_related("customer", "site__place", "symptom")
    return [
        {
            "id": case.pk,
            "code": str(case),
            "customer": case.customer.name,
            "symptom": str(case.symptom) if case.symptom else "",
            "address": case.site.place.label,
            "priority": case.priority,
            "priority_label": case.get_priority_display(),
            "state_label": case.get_status_display(),
            "due": case.due_at,
            "overdue": case.due_at is not None and case.due_at < now,
            "due_soon": case.due_at is not None and now <= case.due_at < now + DUE_SOON,
        }
        for case in cases.order_by("-priority", "due_at", "pk")[:CASES_SHOWN]
    ]
