from datetime import date

from django.db.models import Prefetch, QuerySet

from dispatch.models import Finding, Visit
from dispatch.services.visits import find_missing
from scheduling.enums import APPOINTMENT_OPEN
from scheduling.models import Stop


def with_everything(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """What the visit's page shows, in a fixed number of queries."""
    current = Stop.objects.filter(is_current=True).select_related("technician", "route__shift")
    findings = Finding.objects.select_related("observation").prefetch_related("photos")
    return visits.select_related(
        "case__customer",
        "case__site__place",
        "case__line",
        "case__channel",
        "case__symptom",
        "case__source",
        "contact",
        "device__product",
        "visit_type",
        "appointment__place",
        "follows",
    ).prefetch_related(
        "appointment__skills__skill",
        "appointment__wishes",
        "case__site__hours",
        "checklist",
        "factors__factor",
        Prefetch("appointment__stops", queryset=current),
        Prefetch("findings", queryset=findings),
    )


def find_current_stop(visit: Visit) -> Stop | None:
    """Of a visit read by ``with_everything``, whose appointment holds its current stops alone."""
    return next(iter(visit.appointment.stops.all()), None)


def list_missing(visit: Visit, day: date) -> list[str]:
    """Only while the visit can still be planned."""
    return find_missing(visit, day) if visit.appointment.status in APPOINTMENT_OPEN else []
