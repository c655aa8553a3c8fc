"""A technician has their own stops; those of others do not exist."""

from django.http import Http404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from dispatch.access import TECHNICIAN, has_role
from dispatch.models import PairedDevice, Visit
from scheduling.enums import AppointmentStatus
from scheduling.models import Stop, Technician


class IsPairedTechnician(BasePermission):
    """A phone, or a browser with a technician signed in. Raises ``Http404``."""

    def has_permission(self, request: Request, _view: APIView) -> bool:
        if has_role(request.user, TECHNICIAN) and request.auth is None:
            raise Http404  # an account with the role, but nobody's: there is no day to show
        return isinstance(request.auth, PairedDevice)


def get_stop_for(technician: Technician, stop_id: int) -> Stop:
    """The technician's stop; where a plan has replaced it, the one that stands for it on their route now."""
    own = Stop.objects.filter(technician=technician).exclude(appointment__status=AppointmentStatus.HELD)
    stop = own.select_related("appointment__visit").filter(pk=stop_id).first()
    if stop is None or not hasattr(stop.appointment, "visit"):
        raise Http404
    if stop.is_current:
        return stop
    successor = own.select_related("appointment__visit").filter(
        is_current=True, appointment=stop.appointment, segment=stop.segment, crew_position=stop.crew_position
    )
    return successor.first() or stop


def get_visit_for(technician: Technician, visit_id: int) -> Visit:
    """A visit that is, or was until it was worked, on the technician's route."""
    visit = (
        Visit.objects.select_related("device", "appointment", "case")
        .filter(pk=visit_id, appointment__stops__technician=technician, appointment__stops__is_current=True)
        .exclude(appointment__status=AppointmentStatus.HELD)
        .first()
    )
    if visit is None:
        raise Http404
    return visit
