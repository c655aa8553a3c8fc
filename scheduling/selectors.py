from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from scheduling.enums import AppointmentStatus
from scheduling.models import Appointment, Stop
from scheduling.planning import opening_spans

WAITING = (AppointmentStatus.REQUESTED, AppointmentStatus.OFFERED)


def plannable_appointments(*, date: date, now: datetime) -> Sequence[Appointment]:
    """What waits for a place and could be done on the date: open on that day, not before its first day, not yet placed.

    What is overdue stays plannable.
    """
    placed = Stop.objects.filter(appointment=OuterRef("pk"), is_current=True)
    waiting = (
        Appointment.objects.filter(Q(status__in=WAITING) | Q(status=AppointmentStatus.CONFIRMED), ~Exists(placed))
        .select_related("place")
        .prefetch_related("skills__skill", "hours", "wishes")
        .order_by("pk")
    )
    return [appointment for appointment in waiting if _could_be_done(appointment, date, now)]


def _could_be_done(appointment: Appointment, day: date, now: datetime) -> bool:
    spans = opening_spans(appointment, [day])
    if appointment.window_starts_at and appointment.window_ends_at:
        spans = [(appointment.window_starts_at, appointment.window_ends_at)] if spans else []
        zone = ZoneInfo(appointment.zone)
        return any(opens.astimezone(zone).date() == day for opens, _ in spans)
    if appointment.earliest_at:
        spans = [span for span in spans if span[1] >= appointment.earliest_at]
    if appointment.due_at and appointment.due_at > now:
        spans = [span for span in spans if span[0] <= appointment.due_at]
    wishes = list(appointment.wishes.all())
    if wishes:
        spans = [span for span in spans if any(w.starts_at <= span[1] and w.ends_at >= span[0] for w in wishes)]
    return bool(spans)
