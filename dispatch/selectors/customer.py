"""What a customer's page shows: which state the visit is in, seen from outside, and what may be done in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from dispatch.enums import VisitStatus
from dispatch.models import Visit, VisitReport
from dispatch.selectors.recipients import is_paid, name_device
from dispatch.wording import first_name, write_day, write_sum
from scheduling.enums import STOP_UNDER_WAY, AppointmentStatus, OfferStatus
from scheduling.models import SlotOffer, Stop

OVER = (VisitStatus.DONE, VisitStatus.PART_DONE, VisitStatus.NOT_DONE)


@dataclass(frozen=True, slots=True)
class OfferDay:
    name: str
    offers: Sequence[SlotOffer]


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """``state``: choose, held, confirmed, under_way, over, cancelled. ``technician``: a first name, once published."""

    visit: Visit
    state: str
    thing: str
    days: Sequence[OfferDay]
    held: SlotOffer | None
    hold_is_over: bool
    stop: Stop | None
    technician: str
    price: str
    report: VisitReport | None

    @property
    def may_choose(self) -> bool:
        """Whether another time may still be chosen."""
        return self.state in ("choose", "held", "confirmed")

    @property
    def offered_times(self) -> set[datetime]:
        return {offer.starts_at for day in self.days for offer in day.offers}

    @property
    def expected_at(self) -> datetime | None:
        return (self.stop.eta_at or self.stop.arrival_at) if self.stop else None


def get_visit(visit_id: int) -> Visit:
    return Visit.objects.select_related(
        "case__customer", "case__contact", "case__device__product", "visit_type", "contact", "device__product",
        "appointment__place",
    ).get(pk=visit_id)  # fmt: skip


def read_customer_page(*, visit: Visit, now: datetime) -> CustomerPage:
    appointment = visit.appointment
    offers = list(appointment.offers.filter(status__in=(OfferStatus.OFFERED, OfferStatus.HELD), starts_at__gt=now))
    held = next((offer for offer in offers if offer.status == OfferStatus.HELD), None)
    stop = appointment.stops.filter(is_current=True).select_related("technician", "route").first()
    return CustomerPage(
        visit=visit,
        state=find_state(visit, stop, held),
        thing=name_device(visit),
        days=group_by_day(
            list_choices(offers, but={appointment.window_starts_at, held.starts_at if held else None}), appointment.zone
        ),
        held=held,
        hold_is_over=bool(held and held.held_until and held.held_until <= now),
        stop=stop,
        technician=first_name(stop.technician.name) if stop and stop.route.published_at else "",
        price=write_sum(visit.price, visit.currency) if is_paid(visit) else "",
        report=VisitReport.objects.filter(visit=visit).first(),
    )


def find_state(visit: Visit, stop: Stop | None, held: SlotOffer | None) -> str:
    status = visit.appointment.status
    if visit.status == VisitStatus.CANCELLED or status == AppointmentStatus.CANCELLED:
        return "cancelled"
    if visit.status in OVER or status in (AppointmentStatus.FULFILLED, AppointmentStatus.MISSED):
        return "over"
    if stop is not None and stop.status in STOP_UNDER_WAY:
        return "under_way"
    if status == AppointmentStatus.CONFIRMED:
        return "confirmed"
    if status == AppointmentStatus.HELD and held is not None:
        return "held"
    return "choose"


def list_choices(offers: Sequence[SlotOffer], *, but: set[datetime | None]) -> list[SlotOffer]:
    """Without the time that the customer has already: promised or held."""
    return [offer for offer in offers if offer.status == OfferStatus.OFFERED and offer.starts_at not in but]


def group_by_day(offers: Sequence[SlotOffer], zone: str) -> list[OfferDay]:
    return [
        OfferDay(name, list(group))
        for name, group in groupby(offers, key=lambda offer: write_day(offer.starts_at, zone))
    ]
