"""What was done, without a connection, on a visit that went to someone else meanwhile: kept, and told to the office."""

from typing import Any

from django.utils.translation import gettext as _

from dispatch.models import Visit
from dispatch.services.history import record_case_event
from mobile_api.handlers import Deed, keep_declaration
from scheduling.models import Stop

CODE = "taken_away"
TOLD = ("observation", "number", "choice", "yes_no", "factor", "position", "done", "reason", "text", "note", "name")


def keep_former_act(*, deed: Deed, visit: Visit, data: dict[str, Any]) -> str:
    """It changes neither stop nor visit: whose visit it is now decides. Returns the reason in words."""
    told = [data[name] for name in TOLD if data.get(name) not in (None, "")]
    record_case_event(
        case=visit.case,
        visit=visit,
        kind="act_by_former_technician",
        actor=deed.device.technician.user,
        actor_label=deed.device.technician.name,
        now=deed.at,
        data={"act": deed.kind, "told": told},
    )
    if deed.kind == "photo_declared":
        keep_declaration(deed=deed, visit=visit, data=data | {"for_customer": False})
    stop = Stop.objects.filter(appointment=visit.appointment_id, is_current=True).select_related("technician").first()
    if stop is None:
        return _("This visit was taken off your route. What you did was kept for the dispatcher.")
    return _("This visit is with %(technician)s now. What you did was kept for the dispatcher.") % {
        "technician": stop.technician
    }
