"""What a customer may do with a visit. Each is a POST of the customer's page."""

from datetime import datetime

from django.utils.translation import gettext as _

from dispatch.models import Visit
from dispatch.selectors.recipients import is_paid
from dispatch.services.visit_states import CUSTOMER
from dispatch.services.visits import cancel_visit
from scheduling.enums import AppointmentStatus
from scheduling.errors import Refused
from scheduling.services.offers import confirm_hold, hold_offer, move_to_offer


class PriceNotAccepted(Refused):
    code = "price_not_accepted"


def choose_offer(*, visit: Visit, offer_id: int, now: datetime) -> None:
    """Holds a first time for the visit; moves it at once when it already has one."""
    if visit.appointment.status == AppointmentStatus.CONFIRMED:
        move_to_offer(appointment_id=visit.appointment_id, offer_id=offer_id, now=now, actor_label=CUSTOMER)
    else:
        hold_offer(appointment_id=visit.appointment_id, offer_id=offer_id, now=now, actor_label=CUSTOMER)


def confirm_choice(*, visit: Visit, offer_id: int, accepts_price: bool, now: datetime) -> None:
    """A price is accepted with the confirmation or not at all: see ``follow_confirmation``, which runs in its
    transaction."""
    asks_price = is_paid(visit) and visit.price_accepted_at is None
    if asks_price and not accepts_price:
        raise PriceNotAccepted(_("Please tick that you agree to the price; then the visit can be confirmed."))
    if asks_price:
        agreed_with = visit.appointment.offers.filter(pk=offer_id).first()
        Visit.objects.filter(pk=visit.pk).update(price_agreed_with=agreed_with)
    confirm_hold(appointment_id=visit.appointment_id, offer_id=offer_id, now=now, actor_label=CUSTOMER)


def cancel_by_customer(*, visit: Visit, now: datetime) -> None:
    reason = _("Cancelled by the customer on their page.")
    cancel_visit(visit_id=visit.pk, reason=reason, actor=None, actor_label=CUSTOMER, now=now)
