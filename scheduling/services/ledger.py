"""The ledger of work: what each technician worked and drove in a week, for fairness over the weeks."""

from datetime import date, timedelta

from django.db import transaction

from scheduling.enums import STOP_OVER
from scheduling.models import Shift, Stop, WorkLedger


def update_ledger(*, week: date) -> int:
    """Writes the rows of the week that ``week`` lies in, Monday to Sunday by the shifts' dates, from the stops that are
    over; says how many. Everybody who had a shift gets a row. May run twice."""
    monday = week - timedelta(days=week.weekday())
    days = (monday, monday + timedelta(days=6))
    rows = {
        technician: WorkLedger(technician_id=technician, week_start=monday)
        for technician in Shift.objects.filter(date__range=days)
        .order_by("technician")
        .values_list("technician", flat=True)
    }
    over = Stop.objects.filter(is_current=True, status__in=STOP_OVER, route__shift__date__range=days)
    for stop in over:
        rows[stop.technician_id].worked_s += _worked_s(stop)
        rows[stop.technician_id].driven_s += stop.travel_s
    with transaction.atomic():
        WorkLedger.objects.filter(week_start=monday).exclude(technician__in=rows).delete()
        WorkLedger.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=["technician", "week_start"],
            update_fields=["worked_s", "driven_s"],
        )
    return len(rows)


def update_recent_ledger(*, today: date) -> int:
    """This week and the one before, whose last acts may have come in late."""
    return sum(update_ledger(week=day) for day in (today - timedelta(days=7), today))


def _worked_s(stop: Stop) -> int:
    """From the start of the work to its end, as far as it was told; else as planned."""
    began = stop.started_at or stop.arrived_at or stop.starts_at
    ended = stop.finished_at or stop.ends_at
    return max(0, int((ended - began).total_seconds()))
