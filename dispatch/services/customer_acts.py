"""What a customer may do with a visit. Each is a POST of the customer's page."""

from datetime import datetime

from django.utils.translation import gettext as _

from dispatch.models import Visit
from dispatch.selectors.recipients import is_paid
from dispatch.services.history import record_case_event
from dispatch.services.visits import cancel_visit
from scheduling.enums import AppointmentStatus
from scheduling.errors import Refused
from scheduling.services.offers import confirm_hold, hold_offer, move_to_offer

CUSTOMER = "customer"


class PriceNotAccepted(Refused):
    code = "price_not_accepted"


def choose_offer(*, visit: Visit, offer_id: int, now: datetime) -> None:
    """Holds a first time for the visit; moves it at once when it already has one."""
    if visit.appointment.status == AppointmentStatus.CONFIRMED:
        move_to_offer(appointment_id=visit.appointment_id, offer_id=offer_id, now=now, actor_label=CUSTOMER)
    else:
        hold_offer(appointment_id=visit.appointment_id, offer_id=offer_id, now=now, actor_label=CUSTOMER)


def confirm_choice(*, visit: Visit, offer_id: int, accepts_price: bool, now: datetime) -> None:
    """A price is accepted with the confirmation or not at all: if the hold is lost, so is the acceptance."""
    asks_price = is_paid(visit) and visit.price_accepted_at is None
    if asks_price and not accepts_price:
        raise PriceNotAccepted(_("Please tick that you agree to the price; then the visit can be confirmed."))
    if asks_price:
        Visit.objects.filter(pk=visit.pk, price_accepted_at__isnull=True).update(price_accepted_at=now)
    try:
        confirm_hold(appointment_id=visit.appointment_id, offer_id=offer_id, now=now, actor_label=CUSTOMER)
    except Refused:
        if asks_price:
            Visit.objects.filter(pk=visit.pk, price_accepted_at=now).update(price_accepted_at=None)
        raise
    if asks_price:
        record_case_event(
            case=visit.case,
            visit=visit,
            kind="price_accepted",
            actor_label=CUSTOMER,
            now=now,
            data={"price": str(visit.price), "currency": visit.currency},
        )


def cancel_by_customer(*, visit: Visit, now: datetime) -> None:
    reason = _("Cancelled by the customer on their page.")
    cancel_visit(visit_id=visit.pk, reason=reason, actor=None, actor_label=CUSTOMER, now=now)
