"""The run under way and the proposal that waits for a decision."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F

from dispatch.models import Notice, Visit
from dispatch.selectors.board_lanes import appointment_row
from dispatch.selectors.board_tray import list_blockers
from dispatch.selectors.history import WORDS
from scheduling.enums import PlanStatus, RunStatus
from scheduling.errors import PlanChange
from scheduling.models import AppointmentEvent, ProposedStop, RoutePlan, Run, Shift, Stop, UnplannedAppointment
from scheduling.services.words import reason_in_words


def read_run(date: date) -> dict[str, Any] | None:
    run = Run.objects.filter(date=date).select_related("plan").order_by("-pk").first()
    if run is None:
        return None
    return {
        "id": run.pk,
        "status": run.status,
        "status_label": run.get_status_display(),
        "under_way": run.status in (RunStatus.QUEUED, RunStatus.RUNNING),
        "failed": run.status == RunStatus.FAILED,
        "cancel_requested": run.cancel_requested,
        "time_limit_s": run.time_limit_s,
        "started": run.started_at,
        "progress": run.progress,
        "error": run.error,
    }


def read_proposal(date: date, shifts: list[Shift]) -> dict[str, Any] | None:
    """What would change: every stop that someone else makes, or at another hour; who drives more; what stays out."""
    plan = RoutePlan.objects.filter(date=date, status=PlanStatus.PROPOSED).order_by("-pk").first()
    if plan is None:
        return None
    proposed = list(
        ProposedStop.objects.filter(route__plan=plan)
        .select_related(
            "route__route__shift__technician",
            "appointment__place",
            "appointment__visit__visit_type",
            "appointment__visit__case__customer",
        )
        .order_by("route_id", "sequence")
    )
    now_placed = {
        stop.appointment_id: stop
        for stop in Stop.objects.filter(route__shift__date=date, is_current=True).select_related(
            "technician",
            "appointment__place",
            "appointment__visit__visit_type",
            "appointment__visit__case__customer",
        )
    }
    outdated = plan.routes.exclude(route__version=F("base_version")).exists()
    since = find_news(plan, [*now_placed, *(stop.appointment_id for stop in proposed)])
    rows = [
        proposed_row(stop, now_placed.get(stop.appointment_id)) | {"since": since.get(stop.appointment_id, [])}
        for stop in proposed
    ]
    unplanned = UnplannedAppointment.objects.filter(plan=plan).select_related(
        "appointment__place", "appointment__visit__visit_type", "appointment__visit__case__customer"
    )
    return {
        "id": plan.pk,
        "created": plan.created_at,
        "outdated": outdated,
        "since": [
            {**appointment_row(now_placed[ident].appointment), "words": words}
            for ident, words in since.items()
            if ident in now_placed
        ],
        "told": count_told(proposed, now_placed),
        "before": plan.summary.get("before", {}),
        "after": plan.summary.get("after", {}),
        "routes": list(plan.routes.values_list("route", flat=True)),
        "stops": rows,
        "changes": [row for row in rows if row["change"]],
        "drivers": list_drivers(plan, shifts),
        "unplanned": [unplanned_row(row, now_placed.get(row.appointment_id), shifts) for row in unplanned],
    }


def find_news(plan: RoutePlan, appointments: Sequence[int]) -> dict[int, list[str]]:
    """What was done with the day's appointments since the proposal was made, in words, by appointment."""
    news: dict[int, list[str]] = {}
    events = AppointmentEvent.objects.filter(appointment__in=set(appointments), at__gt=plan.created_at)
    for event in events.values_list("appointment", "kind"):
        words = news.setdefault(event[0], [])
        if (text := str(WORDS.get(event[1], event[1]))) not in words:
            words.append(text)
    return news


def count_told(proposed: Sequence[ProposedStop], now_placed: Mapping[int, Stop]) -> int:
    """How many customers with a promise would hear on publishing who comes: another one, or for the first time."""
    promised = [stop for stop in proposed if stop.appointment.is_promised]
    named = Notice.objects.filter(
        visit__appointment__in=[stop.appointment_id for stop in promised], event__startswith="technician_named:"
    )
    known = set(named.values_list("visit__appointment", flat=True))
    return sum(
        1
        for stop in promised
        if stop.appointment_id not in known or changes_technician(stop, now_placed.get(stop.appointment_id))
    )


def changes_technician(stop: ProposedStop, before: Stop | None) -> bool:
    return before is not None and before.technician_id != stop.route.route.shift.technician_id


def name_changes(changes: Sequence[PlanChange]) -> list[str]:
    """What changed, with the customer's name before each sentence that is about a visit."""
    visits = Visit.objects.filter(appointment__in=[change.appointment_id for change in changes])
    names = dict(visits.values_list("appointment", "case__customer__name"))
    return [
        f"{names[change.appointment_id]}: {change.text}" if change.appointment_id in names else change.text
        for change in changes
    ]


def unplanned_row(row: UnplannedAppointment, before: Stop | None, shifts: list[Shift]) -> dict[str, Any]:
    return {
        **appointment_row(row.appointment),
        "reason": reason_in_words(row.reason),
        "blockers": list_blockers(row, shifts),
        "from_technician": before.technician.name if before else "",
        "from_starts": before.starts_at if before else None,
    }


def list_drivers(plan: RoutePlan, shifts: list[Shift]) -> list[dict[str, Any]]:
    """Those whose day would change: seconds of driving, the way back included, and stops, before and after."""
    technicians = {shift.technician_id: shift.technician for shift in shifts}
    rows = []
    for row in plan.summary.get("per_technician", []):
        technician = technicians.get(row["technician"])
        same = (row["travel_before_s"], row["stops_before"]) == (row["travel_after_s"], row["stops_after"])
        if technician is not None and not same:
            rows.append(
                {
                    "technician": technician.name,
                    "lane": technician.colour + 1,
                    "before_s": row["travel_before_s"],
                    "after_s": row["travel_after_s"],
                    "before_stops": row["stops_before"],
                    "after_stops": row["stops_after"],
                }
            )
    return rows


def proposed_row(stop: ProposedStop, before: Stop | None) -> dict[str, Any]:
    technician = stop.route.route.shift.technician
    change = ""
    if before is None:
        change = "new"
    elif changes_technician(stop, before):
        change = "technician"
    elif before.starts_at != stop.starts_at:
        change = "time"
    appointment = stop.appointment
    until = appointment.window_ends_at
    return {
        **appointment_row(appointment),
        "outside_promise": until is not None and not (appointment.window_starts_at or until) <= stop.starts_at <= until,
        "route": stop.route.route_id,
        "technician": technician.name,
        "lane": technician.colour + 1,
        "number": stop.sequence,
        "arrival": stop.arrival_at,
        "starts": stop.starts_at,
        "ends": stop.ends_at,
        "travel_s": stop.travel_s,
        "distance_m": stop.distance_m,
        "quality": stop.travel_quality,
        "change": change,
        "from_technician": before.technician.name if before and change == "technician" else "",
        "from_starts": before.starts_at if before else None,
    }
