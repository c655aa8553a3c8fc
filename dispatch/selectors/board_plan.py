"""The run under way and the proposal that waits for a decision."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from dispatch.models import Notice, Visit
from dispatch.selectors.board_cost import compare_cost
from dispatch.selectors.board_lanes import appointment_row
from dispatch.selectors.board_tray import list_blockers
from dispatch.selectors.history import WORDS
from dispatch.wording import write_day
from scheduling.enums import PlanStatus, RunStatus
from scheduling.errors import PlanChange
from scheduling.horizon import covering, list_dates
from scheduling.models import (
    Appointment,
    AppointmentEvent,
    ProposedStop,
    RoutePlan,
    Run,
    Shift,
    Stop,
    Technician,
    UnplannedAppointment,
)
from scheduling.services.words import reason_in_words

# What a row of an appointment takes from other tables.
OF_APPOINTMENTS = ("appointment__place", "appointment__visit__visit_type", "appointment__visit__case__customer")


def read_run(date: date) -> dict[str, Any] | None:
    run = Run.objects.filter(covering(date)).select_related("weight_set").order_by("-pk").first()
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
        "date": run.date,
        "days": run.days,
        "request": {
            "days": run.days,
            "time_limit_s": run.time_limit_s,
            "weight_set": run.weight_set_id,
            "freeze_min": None if run.freeze_s is None else run.freeze_s // 60,
            "may_break": run.may_break,
            "reason": run.break_reason,
        },
        "weights": run.weight_set.label if run.weight_set else "",
        "started": run.started_at,
        "progress": run.progress,
        "error": run.error,
    }


def read_proposal(date: date, shifts: list[Shift]) -> dict[str, Any] | None:
    """What would change: every stop that someone else makes, or at another hour; who drives more; what stays out."""
    plan = (
        RoutePlan.objects.filter(covering(date), status=PlanStatus.PROPOSED)
        .select_related("run__weight_set")
        .order_by("-pk")
        .first()
    )
    return None if plan is None else describe_proposal(plan, shifts)


def describe_proposal(plan: RoutePlan, shifts: list[Shift]) -> dict[str, Any]:
    """``shifts`` are those of the board's day; the proposal may change other days as well."""
    proposed, now_placed = find_proposed(plan), find_placed(plan)
    outdated = plan.routes.exclude(route__version=F("base_version")).exists()
    since = find_news(plan, [*now_placed, *(stop.appointment_id for stop in proposed)])
    rows = [
        proposed_row(stop, now_placed.get(stop.appointment_id)) | {"since": since.get(stop.appointment_id, [])}
        for stop in proposed
    ]
    unplanned = UnplannedAppointment.objects.filter(plan=plan).select_related(*OF_APPOINTMENTS)
    technicians = Technician.objects.in_bulk([row["technician"] for row in plan.summary.get("per_technician", ())])
    return {
        "id": plan.pk,
        "created": plan.created_at,
        "days": plan.days,
        "weights": name_weights(plan),
        "dates": count_changes_by_day(rows),
        "break_reason": plan.run.break_reason if plan.run else "",
        "broken_promises": list_promises(plan, "broken_promises"),
        "late_promises": list_promises(plan, "late_promises"),
        "cost": compare_cost(plan.summary, technicians),
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
        "drivers": list_drivers(plan, technicians),
        "unplanned": [unplanned_row(row, now_placed.get(row.appointment_id), shifts) for row in unplanned],
    }


def find_proposed(plan: RoutePlan) -> list[ProposedStop]:
    stops = ProposedStop.objects.filter(route__plan=plan).order_by("route_id", "sequence")
    return list(stops.select_related("route__route__shift__technician", *OF_APPOINTMENTS))


def find_placed(plan: RoutePlan) -> dict[int, Stop]:
    """By appointment: where the days of the proposal have it now."""
    stops = Stop.objects.filter(route__shift__date__in=list_dates(plan.date, plan.days), is_current=True)
    return {stop.appointment_id: stop for stop in stops.select_related("technician", "route__shift", *OF_APPOINTMENTS)}


def name_weights(plan: RoutePlan) -> str:
    """Repairs weigh as an emergency does."""
    if plan.run is None or plan.run.repair:
        return _("Emergency")
    return plan.run.weight_set.label if plan.run.weight_set else ""


def count_changes_by_day(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How many stops change on each day that any change on, the first day first."""
    days: dict[date, dict[str, Any]] = {}
    for row in sorted((row for row in rows if row["change"]), key=lambda row: row["date"]):
        day = days.setdefault(row["date"], {"date": row["date"], "day": row["day"], "changes": 0})
        day["changes"] += 1
    return list(days.values())


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
        "located": row.appointment.place.has_coordinates,
        "reason": reason_in_words(row.reason),
        "blockers": list_blockers(row, shifts),
        "from_technician": before.technician.name if before else "",
        "from_starts": before.starts_at if before else None,
    }


def list_promises(plan: RoutePlan, kind: str) -> list[dict[str, Any]]:
    """Of the plan's ``broken_promises``, which publishing would withdraw, or its ``late_promises``, which stay late:
    what was promised, and the time that the plan has."""
    rows = {row["appointment"]: row for row in plan.summary.get(kind, ())}
    appointments = Appointment.objects.filter(pk__in=rows).select_related(
        "place", "visit__visit_type", "visit__case__customer"
    )
    return [promise_row(appointment, rows[appointment.pk]) for appointment in appointments]


def promise_row(appointment: Appointment, row: Mapping[str, Any]) -> dict[str, Any]:
    """``late_s`` is 0 where it isn't begun after the promise, but before it or not at all."""
    since, until = datetime.fromisoformat(row["promised_from"]), datetime.fromisoformat(row["promised_until"])
    start = datetime.fromisoformat(row["start"]) if row["start"] else None
    return {
        **appointment_row(appointment),
        "window": {"starts": since, "ends": until},
        "day": write_day(since, appointment.zone),
        "starts": start,
        "new_day": start and write_day(start, appointment.zone),
        "late_s": max(0, int((start - until).total_seconds())) if start else 0,
    }


def list_drivers(plan: RoutePlan, technicians: Mapping[int, Technician]) -> list[dict[str, Any]]:
    """Those whose days would change: seconds of driving, the way back included, and stops, before and after."""
    rows = []
    for row in plan.summary.get("per_technician", ()):
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
    shift = stop.route.route.shift
    technician = shift.technician
    other_day = before is not None and before.route.shift.date != shift.date
    change = ""
    if before is None:
        change = "new"
    elif changes_technician(stop, before):
        change = "technician"
    elif other_day:
        change = "day"
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
        "date": shift.date,
        "day": write_day(stop.starts_at, shift.zone),
        "from_day": write_day(before.starts_at, shift.zone) if before and other_day else "",
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
