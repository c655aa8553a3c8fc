"""A technician's day as values: what the API and the phone's pages both show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from dispatch.models import CaseEvent, Finding, Visit
from scheduling.enums import AppointmentStatus
from scheduling.models import Shift, Stop, Technician

HISTORY_VISITS = 5


@dataclass(frozen=True, slots=True)
class WorkDay:
    """``date`` is local to ``zone``. ``stops`` are in the order of driving."""

    date: date
    zone: str
    starts_at: datetime
    ends_at: datetime
    stops: tuple[Stop, ...]


def list_work_days(*, technician: Technician, now: datetime) -> tuple[WorkDay | None, WorkDay | None]:
    """Today's, and the next working day's."""
    nearby = Shift.objects.filter(technician=technician, date__gte=(now - timedelta(days=1)).date())
    shifts = list(nearby.order_by("starts_at")[:8])
    today = [shift for shift in shifts if shift.date == local_date(now, shift.zone)]
    later = [shift for shift in shifts if shift.date > local_date(now, shift.zone)]
    return _work_day(today), _work_day([shift for shift in later if shift.date == later[0].date])


def local_date(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def _work_day(shifts: list[Shift]) -> WorkDay | None:
    if not shifts:
        return None
    stops = stops_in_full().filter(route__shift__in=shifts, is_current=True)
    return WorkDay(shifts[0].date, shifts[0].zone, shifts[0].starts_at, shifts[-1].ends_at, tuple(stops))


def stops_in_full() -> QuerySet[Stop]:
    """Held places are nobody's business yet; an appointment without a visit has nothing to tell."""
    visits = Visit.objects.select_related(
        "case__customer",
        "case__site__place",
        "case__symptom",
        "case__contact",
        "contact",
        "device__product",
        "visit_type",
    ).prefetch_related(
        "case__attempts__line",
        "case__attempts__channel",
        "checklist",
        Prefetch("findings", Finding.objects.select_related("observation").prefetch_related("photos")),
        "factors__factor",
        "photos",
    )
    return (
        Stop.objects.filter(appointment__visit__isnull=False)
        .exclude(appointment__status=AppointmentStatus.HELD)
        .select_related("appointment__place", "technician", "route__shift")
        .prefetch_related(Prefetch("appointment__visit", visits))
        .order_by("starts_at", "sequence")
    )


def earlier_visits(*, visits: Iterable[Visit]) -> dict[int, list[Visit]]:
    """By site: the last visits there that were worked, newest first, with what was found."""
    current = {visit.pk for visit in visits}
    sites = {visit.case.site_id for visit in visits}
    found: dict[int, list[Visit]] = {site: [] for site in sites}
    earlier = (
        Visit.objects.filter(case__site__in=sites, status__in=("done", "part_done", "not_done"))
        .exclude(pk__in=current)
        .select_related("case", "visit_type", "device__product")
        .prefetch_related(
            Prefetch("findings", Finding.objects.select_related("observation")),
            "factors__factor",
            Prefetch("events", CaseEvent.objects.filter(to_status__in=("done", "part_done", "not_done"))),
        )
        .order_by("-created_at")
    )
    for visit in earlier:
        if len(found[visit.case.site_id]) < HISTORY_VISITS:
            found[visit.case.site_id].append(visit)
    return found
