"""A technician has their own stops; those of others do not exist."""

from django.http import Http404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from dispatch.access import TECHNICIAN, has_role
from dispatch.models import PairedDevice, Visit
from scheduling.enums import AppointmentStatus
from scheduling.models import AppointmentEvent, Stop, Technician


class IsPairedTechnician(BasePermission):
    """A phone, or a browser with a technician signed in. Raises ``Http404``."""

    def has_permission(self, request: Request, _view: APIView) -> bool:
        if has_role(request.user, TECHNICIAN) and request.auth is None:
            raise Http404  # an account with the role, but nobody's: there is no day to show
        return isinstance(request.auth, PairedDevice)


class TakenAway(Http404):
    """The visit was on this technician's route until someone took it off. A page is not found; an act is kept."""

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self.visit = visit


def get_stop_for(technician: Technician, stop_id: int) -> Stop:
    """The technician's stop; where a plan has replaced it, the one that stands for it on their route now."""
    placed = Stop.objects.filter(appointment__visit__isnull=False).exclude(appointment__status=AppointmentStatus.HELD)
    stop = placed.select_related("appointment__visit").filter(pk=stop_id).first()
    if stop is None:
        raise Http404
    own = placed.select_related("appointment__visit").filter(
        technician=technician,
        is_current=True,
        appointment=stop.appointment,
        segment=stop.segment,
        crew_position=stop.crew_position,
    )
    found = own.first() or (stop if stop.technician_id == technician.pk else None)
    if found is None:
        raise Http404
    return found


def get_stop_to_work_on(technician: Technician, stop_id: int) -> Stop:
    """As ``get_stop_for``, current ones only. Raises ``TakenAway``."""
    try:
        stop = get_stop_for(technician, stop_id)
    except Http404:
        visit = Visit.objects.filter(appointment__stops__pk=stop_id).select_related("case").first()
        if visit is not None and has_had(technician, visit):
            raise TakenAway(visit) from None
        raise
    if not stop.is_current:
        raise TakenAway(stop.appointment.visit)
    return stop


def get_visit_for(technician: Technician, visit_id: int) -> Visit:
    """A visit that is, or was until it was worked, on the technician's route. Raises ``TakenAway``."""
    visit = Visit.objects.select_related("device", "appointment", "case").filter(pk=visit_id).first()
    if visit is None:
        raise Http404
    is_held = visit.appointment.status == AppointmentStatus.HELD
    if not is_held and visit.appointment.stops.filter(technician=technician, is_current=True).exists():
        return visit
    if has_had(technician, visit):
        raise TakenAway(visit)
    raise Http404


def has_had(technician: Technician, visit: Visit) -> bool:
    """A stop that moves to a colleague keeps its row, so that only the history knows whose it was."""
    return (
        Stop.objects.filter(appointment=visit.appointment_id, technician=technician, is_current=False).exists()
        or AppointmentEvent.objects.filter(
            appointment=visit.appointment_id, data__before__technician=technician.pk
        ).exists()
    )
