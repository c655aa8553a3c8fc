from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from dispatch.models import Finding, Visit
from dispatch.services.visits import find_missing
from scheduling.enums import APPOINTMENT_OPEN, AppointmentStatus, OfferStatus, StopStatus
from scheduling.models import Appointment, SlotOffer, Stop

STOP_AHEAD = (StopStatus.PLANNED, StopStatus.ON_THE_WAY)


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


def find_expected_at(stop: Stop) -> datetime | None:
    """When the visit should begin: as the board draws it, until something has happened on the route of that day.

    Who comes early waits, so an arrival before the planned begin is not what anyone should expect.
    """
    if stop.status not in STOP_AHEAD:
        return None
    acted = Q(on_my_way_at__isnull=False) | Q(arrived_at__isnull=False) | Q(finished_at__isnull=False)
    has_begun = stop.on_my_way_at or Stop.objects.filter(acted, route_id=stop.route_id, is_current=True).exists()
    if not has_begun:
        return stop.starts_at
    arrival = stop.eta_at or stop.arrival_at
    return max(arrival, stop.starts_at) if stop.starts_at > stop.arrival_at else arrival


def find_held_offer(appointment: Appointment) -> SlotOffer | None:
    """The time that the customer has chosen and not yet confirmed."""
    if appointment.status != AppointmentStatus.HELD:
        return None
    return appointment.offers.filter(status=OfferStatus.HELD).first()


def list_missing(visit: Visit, day: date) -> list[str]:
    """Only while the visit can still be planned."""
    return find_missing(visit, day) if visit.appointment.status in APPOINTMENT_OPEN else []
