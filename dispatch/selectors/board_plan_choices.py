"""What a dispatcher chooses before the planner begins: weights, seconds, days, promises that may be broken."""

from datetime import date, datetime
from typing import Any

from django.conf import settings

from dispatch.selectors.board_lanes import appointment_row
from dispatch.wording import write_day
from scheduling.enums import AppointmentStatus, StopStatus
from scheduling.horizon import HORIZONS, MOST_DAYS, list_dates
from scheduling.models import PlanningSettings, Stop, WeightSet
from scheduling.services.runs import MOST_FREEZE_S

SECONDS = (5, 10, 20, 30, 60, 120, 300)


def read_plan_choices(*, first: date, now: datetime) -> dict[str, Any]:
    planning = PlanningSettings.current()
    usual = planning.weight_set_id
    sets = list(WeightSet.objects.all())
    if usual is None:
        usual = next((one.pk for one in sets if one.code == "balanced"), None)
    return {
        "weight_sets": [{"id": one.pk, "label": one.label} for one in sets],
        "weight_set": usual,
        "seconds": sorted({*SECONDS, settings.PLAN_TIME_LIMIT_S}),
        "time_limit_s": settings.PLAN_TIME_LIMIT_S,
        "days": HORIZONS,
        "freeze_min": planning.freeze_s // 60,
        "most_freeze_min": MOST_FREEZE_S // 60,
        "promised": list_promised(first, now),
    }


def list_promised(first: date, now: datetime) -> list[dict[str, Any]]:
    """Confirmed visits still to come in the longest horizon; ``days`` is how long a horizon must be to hold each."""
    stops = (
        Stop.objects.filter(
            route__shift__date__in=list_dates(first, MOST_DAYS),
            is_current=True,
            status=StopStatus.PLANNED,
            appointment__status=AppointmentStatus.CONFIRMED,
            appointment__window_ends_at__gt=now,
        )
        .select_related(
            "technician",
            "route__shift",
            "appointment__place",
            "appointment__visit__visit_type",
            "appointment__visit__case__customer",
        )
        .order_by("appointment__window_starts_at", "pk")
    )
    return [
        {
            **appointment_row(stop.appointment),
            "technician": stop.technician.name,
            "day": write_day(stop.starts_at, stop.appointment.zone),
            "days": (stop.route.shift.date - first).days + 1,
        }
        for stop in stops
    ]
