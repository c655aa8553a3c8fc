"""Visits that are planned while their technician is away."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from dispatch.models import Visit
from scheduling.enums import STOP_FREE
from scheduling.models import Absence, Stop


def list_visits_in_absences(technician_id: int, now: datetime) -> list[tuple[str, datetime]]:
    """The customer's name and the planned begin of each, in the order of time."""
    away = Absence.objects.filter(
        technician=OuterRef("technician"), starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    stops = Stop.objects.filter(
        Exists(away), technician=technician_id, is_current=True, status__in=STOP_FREE, ends_at__gt=now
    )
    begins = dict(stops.values_list("appointment", "starts_at"))
    visits = Visit.objects.filter(appointment__in=begins).values_list("case__customer__name", "appointment")
    return sorted(((name, begins[pk]) for name, pk in visits), key=lambda found: (found[1], found[0]))
