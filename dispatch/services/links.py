"""Links for customers: made when a message leaves, revoked when the visit is cancelled, over some time after it."""

from datetime import datetime, timedelta

from django.conf import settings

from dispatch.links import build_address, hash_token, make_token
from dispatch.models import CustomerLink, Notice, Visit
from dispatch.services.notices import tell_customer
from scheduling.enums import OfferStatus
from scheduling.errors import Refused
from scheduling.models import SlotOffer
from scheduling.services.offers import make_offers

SLOTS = 5
MORE_SLOTS = 15
FRESH = timedelta(seconds=20)


def create_link(*, visit: Visit, now: datetime) -> tuple[CustomerLink, str]:
    """The link and its address. Nobody can have the address again: only the token's hash is kept."""
    token = make_token()
    begins = max(filter(None, (now, visit.appointment.window_ends_at)))
    link = CustomerLink.objects.create(
        visit=visit,
        token_hash=hash_token(token),
        created_at=now,
        expires_at=begins + timedelta(days=settings.LINK_DAYS_AFTER_VISIT),
    )
    return link, build_address(token)


def revoke_links(*, visit_id: int, now: datetime) -> int:
    return CustomerLink.objects.filter(visit_id=visit_id, revoked_at__isnull=True).update(revoked_at=now)


def invite_customer(*, visit: Visit, now: datetime, again: bool = False) -> Notice | None:
    """Writes a visit's invitation, once; ``again`` writes another. ``None``: there is no address to write to."""
    occasion = f"{now:%Y%m%dT%H%M%S}" if again else "first"
    return tell_customer(template="visit_opened", visit=visit, occasion=occasion, now=now)


def send_customer_link(*, visit_id: int, now: datetime, again: bool = False) -> Notice | None:
    """Invites the customer to choose a time, with slots ready on the page. ``None``: there is no address to write to.

    May run twice: a visit's invitation is written once. ``again`` writes another and closes every earlier link.
    """
    visit = Visit.objects.select_related("appointment").get(pk=visit_id)
    if not visit.appointment.is_promised:
        prepare_offers(visit=visit, now=now)
    if again:
        revoke_links(visit_id=visit_id, now=now)
    return invite_customer(visit=visit, now=now, again=again)


def prepare_offers(*, visit: Visit, now: datetime, count: int = SLOTS) -> bool:
    """Without a free slot, or with a place that can't be planned yet, the page says what to do instead."""
    try:
        return bool(make_offers(appointment_id=visit.appointment_id, now=now, count=count))
    except Refused:
        return False


def renew_offers(*, visit: Visit, now: datetime, count: int) -> bool:
    """What the customer asks for by a button. Pressed again and again, it shows what it has just found: finding takes
    the machine a while. Times from the first few to more of them are found at once."""
    newest = (
        visit.appointment.offers.filter(status=OfferStatus.OFFERED, created_at__gt=now - FRESH).order_by("pk").last()
    )
    found = SlotOffer.objects.filter(batch=newest.batch).count() if newest else 0
    if found and not (count > SLOTS and found == SLOTS):
        return True
    return prepare_offers(visit=visit, now=now, count=count)
