from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from dispatch.selectors.board_explain import read_explanation
from dispatch.views.board_api import board_endpoint
from scheduling.models import Appointment


@board_endpoint("GET")
def read_board_explanation(request: HttpRequest, date: date, appointment_id: int) -> dict[str, Any]:
    """Computed on the current routes as they are now."""
    appointment = Appointment.objects.select_related("place", "visit").get(pk=appointment_id)
    return read_explanation(appointment=appointment, day=date, now=timezone.now())
