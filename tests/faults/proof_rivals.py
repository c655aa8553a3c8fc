"""Nobody is promised a time that the technicians can't keep."""

from scheduling.enums import OfferStatus
from scheduling.models import SlotOffer
from tests.faults.promises import Tally, proves
from tests.faults.rivals import (
    broken_rules,
    confirmed,
    make_far_pair,
    make_shifts_with_room_for_one,
    make_visit,
    offer_time,
    overlapping_stops,
    race_by_http,
    race_by_service,
    tomorrow_at,
    ways_that_do_not_fit,
)
from tests.processes import serving_site

RIVALS = 200
AT_ONCE = 20
SHIFTS = 20
PAIRS = 20


@proves("rival confirmations over the web: one promise for each shift")
def rush_for_shifts() -> Tally:
    return rush(RIVALS, SHIFTS, AT_ONCE)


def rush(rivals: int, shifts: int, at_once: int) -> Tally:
    """``lost``: shifts left empty. ``doubled``: promises too many, or overlapping. ``wrong``: any answer but a page
    that confirms or a kind one (409), and any broken rule."""
    make_shifts_with_room_for_one(shifts)
    visits = [make_visit() for _ in range(rivals)]
    for visit in visits:
        offer_time(visit, tomorrow_at(9))
    with serving_site() as site:
        rows = race_by_http(site, visits, at_once)
    winners = [row for row in rows if row["confirmed"]]
    unkind = [row for row in rows if row["statuses"][-1] != (200 if row["confirmed"] else 409)]
    return Tally(
        tries=len(rows),
        lost=max(0, shifts - confirmed()),
        doubled=max(0, confirmed() - shifts) + overlapping_stops(),
        wrong=abs(SlotOffer.objects.filter(status=OfferStatus.ACCEPTED).count() - confirmed())
        + len(unkind)
        + abs(len(winners) - confirmed())
        + len(broken_rules()),
    )


@proves("rivals whose work fits and whose way does not: one of each two")
def rush_for_far_pairs() -> Tally:
    return rush_pairs(PAIRS)


def rush_pairs(pairs: int) -> Tally:
    rivals = [make_far_pair(f"pair-{number}") for number in range(pairs)]
    outcomes = race_by_service(list(zip(*rivals, strict=True)), check_versions=True)
    return Tally(
        tries=2 * pairs,
        lost=max(0, pairs - confirmed()),
        doubled=max(0, confirmed() - pairs),
        wrong=len(broken_rules())
        + ways_that_do_not_fit()
        + abs(outcomes["confirmed"] - confirmed())
        + (outcomes["slot_taken"] != pairs),
    )
