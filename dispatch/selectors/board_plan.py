"""The run under way and the proposal that waits for a decision."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F

from dispatch.models import Visit
from dispatch.selectors.board_lanes import appointment_row
from dispatch.selectors.board_tray import list_blockers
from scheduling.enums import PlanStatus, RunStatus
from scheduling.errors import PlanChange
from scheduling.models import ProposedStop, RoutePlan, Run, Shift, Stop, UnplannedAppointment
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
        for stop in Stop.objects.filter(route__shift__date=date, is_current=True).select_related("technician")
    }
    rows = [proposed_row(stop, now_placed.get(stop.appointment_id)) for stop in proposed]
    unplanned = UnplannedAppointment.objects.filter(plan=plan).select_related(
        "appointment__place", "appointment__visit__visit_type", "appointment__visit__case__customer"
    )
    return {
        "id": plan.pk,
        "created": plan.created_at,
        "outdated": plan.routes.exclude(route__version=F("base_version")).exists(),
        "before": plan.summary.get("before", {}),
        "after": plan.summary.get("after", {}),
        "routes": list(plan.routes.values_list("route", flat=True)),
        "stops": rows,
        "changes": [row for row in rows if row["change"]],
        "drivers": list_drivers(plan, shifts),
        "unplanned": [unplanned_row(row, now_placed.get(row.appointment_id), shifts) for row in unplanned],
    }


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
    elif before.technician_id != technician.pk:
        change = "technician"
    elif before.starts_at != stop.starts_at:
        change = "time"
    return {
        **appointment_row(stop.appointment),
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
