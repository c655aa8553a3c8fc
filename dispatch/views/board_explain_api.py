from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.selectors.board_explain import read_explanation
from dispatch.views.board_api import BadInput, board_endpoint
from scheduling.models import Appointment, RoutePlan

MOST_DIGITS = 18


@board_endpoint("GET")
def read_board_explanation(request: HttpRequest, date: date, appointment_id: int) -> dict[str, Any]:
    """Computed on the current routes as they are now, or with ``?plan=`` as that proposal would make them."""
    plan = request.GET.get("plan", "")
    proposal = None
    if plan:
        if not plan.isdecimal() or len(plan) > MOST_DIGITS:
            raise BadInput(_("“%(name)s” must be a whole number.") % {"name": "plan"})
        proposal = RoutePlan.objects.select_related("run__weight_set").get(pk=int(plan))
    appointment = Appointment.objects.select_related("place", "visit").get(pk=appointment_id)
    return read_explanation(appointment=appointment, day=date, now=timezone.now(), proposal=proposal)
