"""What waits for somebody: cases without a visit, invitations that were sent, and a slot that is being held."""

from datetime import datetime, time, timedelta

from dispatch.demo.cases import Desk, Story, open_story, write_case
from dispatch.demo.days import Day
from dispatch.demo.troubles import deal_troubles
from dispatch.models import Case
from dispatch.services.cases import close_case, return_case
from dispatch.services.links import send_customer_link
from maps.models import Place, PlaceQuality
from scheduling.enums import OfferStatus
from scheduling.models import SlotOffer
from scheduling.services.offers import hold_offer

INVITED = 4
HELD = 1
RETURNED = "Queda por probar el cambio de perfil desde la plataforma."
CLOSED = "Resuelto por teléfono al volver a llamar."


def write_inbox(*, desk: Desk, now: datetime, cases: int, tomorrow: Day) -> int:
    """Writes ``cases`` of them, at least enough to show each kind; returns how many."""
    count = max(cases, INVITED + HELD + 4)
    stories = [
        write_case(
            desk,
            trouble=trouble,
            created_at=now - timedelta(minutes=desk.random.randrange(10, 60 * (40 if number % 6 else 90))),
            due_at=now + timedelta(minutes=desk.random.randrange(-300 if number % 9 == 0 else 300, 60 * 96)),
        )
        for number, trouble in enumerate(deal_troubles(desk.random, count))
    ]
    invited, rest = stories[: INVITED + HELD], stories[INVITED + HELD :]
    for number, story in enumerate(invited):
        _invite(desk, story, now, tomorrow, hold=number < HELD)
    _lose_coordinates(rest[0])
    for number, story in enumerate(rest[1:]):
        case = Case.objects.get(pk=story.case.pk)
        if number % 8 == 3:
            return_case(case=case, reason=RETURNED, actor=desk.agent, now=now - timedelta(minutes=5))
        elif number % 8 == 6:
            close_case(case=case, reason=CLOSED, actor=desk.agent, now=now - timedelta(minutes=4))
    return len(stories)


def _invite(desk: Desk, story: Story, now: datetime, tomorrow: Day, *, hold: bool) -> None:
    """Any time from tomorrow on; the one who is just choosing has a slot held for ten minutes."""
    story.case.due_at = tomorrow.end + timedelta(days=4)
    story.case.save(update_fields=["due_at"])
    wish = (tomorrow.at(time(8)), tomorrow.end + timedelta(days=4))
    opened = open_story(desk, story, at=now - timedelta(minutes=9), wishes=[wish])
    if opened.visit is None:
        return
    send_customer_link(visit_id=opened.visit.pk, now=now)
    offers = SlotOffer.objects.filter(appointment=opened.visit.appointment_id, status=OfferStatus.OFFERED)
    if hold and (offer := offers.order_by("starts_at").first()):
        hold_offer(appointment_id=opened.visit.appointment_id, offer_id=offer.pk, now=now, actor_label="customer")


def _lose_coordinates(story: Story) -> None:
    """An address that nobody has found on the map yet."""
    Place.objects.filter(pk=story.case.site.place_id).update(
        line1="Camino del Molino, s/n", latitude=None, longitude=None, quality=PlaceQuality.UNKNOWN, provider=""
    )
