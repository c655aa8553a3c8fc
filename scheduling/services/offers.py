"""Arrival windows for the customer, out of the real plan.

An offer claims nothing. Holding writes a stop into a current route; confirming changes the state and not the place.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from scheduling.core.insert import Inserter, Insertion, insert
from scheduling.core.problem import Window
from scheduling.core.slots import Slot as CoreSlot
from scheduling.enums import AppointmentStatus, OfferStatus, PromiseOutcome
from scheduling.errors import HoldExpired, SlotTaken, TransitionRefused
from scheduling.models import Appointment, Promise, Shift, SlotOffer, Stop, User
from scheduling.planning import Situation, at_wall_time, load_situation
from scheduling.services.appointments import current_stop, find_free_stop, load_appointment, settle_promise
from scheduling.services.contents import Author, end_hold, give_way, write_contents
from scheduling.services.history import change_offers, change_status, claim_appointment
from scheduling.services.routes import RouteChange, change_routes
from scheduling.signals import appointment_confirmed

DAY_BEGINS = time(8)
DAY_ENDS = time(20)
NOON = time(14)
LEAD = timedelta(hours=1)
HOLDABLE = (AppointmentStatus.REQUESTED, AppointmentStatus.OFFERED, AppointmentStatus.HELD)


@dataclass(frozen=True, slots=True)
class Slot:
    starts_at: datetime
    ends_at: datetime
    added_travel_s: int
    price_s: int
    half: tuple[date, bool]


@dataclass(frozen=True, slots=True)
class Choice:
    """An offer with the place that was found for it. ``stop`` is the present one, which it would leave."""

    appointment: Appointment
    offer: SlotOffer
    situation: Situation
    insertion: Insertion
    stop: Stop | None

    @property
    def seen(self) -> dict[int, int]:
        """The version of the route that is left is the one that was read together with the stop on it."""
        lane = self.situation.lane(self.insertion.worker)
        left = {self.stop.route_id: self.stop.route.version} if self.stop else {}
        return {lane.route_id: lane.version} | left

    def write(self, now: datetime, author: Author) -> None:
        left = self.stop.route.shift_id if self.stop else None
        contents = {left: self.situation.present.route_of(left)} if left is not None else {}
        write_contents(
            situation=self.situation,
            contents=contents | {self.insertion.worker: self.insertion.route},
            now=now,
            author=author,
            leaving=[self.stop] if self.stop else [],
            claimed=[self.appointment.pk],
        )


def find_slots(*, appointment: Appointment, now: datetime, count: int = 5) -> list[Slot]:
    """Feasible arrival windows of the coming days: the cheapest of each half day first, halves taking turns."""
    zone = ZoneInfo(appointment.zone)
    today = now.astimezone(zone).date()
    last = today + timedelta(days=settings.SLOT_HORIZON_DAYS - 1)
    shifts = Shift.objects.filter(date__range=(today, last)).order_by("date")
    days = list(shifts.values_list("date", flat=True).distinct())
    if not days:
        return []
    situation = load_situation(dates=days, now=now, also=[appointment], without=[appointment.pk])
    job = situation.problem.find_job(appointment.pk)
    if job is None:
        return []
    halves = {
        window: (day, window_opens >= NOON)
        for day in days
        for window, window_opens in _asked(situation, appointment, day, zone, now)
    }
    found = Inserter(situation.problem, situation.present).best_slots(job, list(halves), limit=None)
    return spread((_slot(situation, one, halves[one.window]) for one in found), count)


def spread(slots: Iterable[Slot], count: int) -> list[Slot]:
    """The cheapest of each half day in turn, so that the customer has a real choice; in order of time."""
    halves: dict[tuple[date, bool], list[Slot]] = {}
    for slot in sorted(slots, key=lambda slot: (slot.price_s, slot.starts_at)):
        halves.setdefault(slot.half, []).append(slot)
    chosen: list[Slot] = []
    turn = 0
    while len(chosen) < count and any(len(group) > turn for group in halves.values()):
        chosen += [group[turn] for group in halves.values() if len(group) > turn][: count - len(chosen)]
        turn += 1
    return sorted(chosen, key=lambda slot: slot.starts_at)


def _asked(
    situation: Situation, appointment: Appointment, day: date, zone: ZoneInfo, now: datetime
) -> list[tuple[Window, time]]:
    """The windows of a day that may be offered, with the local time at which they open."""
    asked = []
    for opens, closes in arrival_windows(day, zone, timedelta(seconds=appointment.arrival_window_s)):
        span = Window(situation.seconds(opens), situation.seconds(closes))
        wished = any(one.start <= span.start and span.end <= one.end for one in _wishes(situation, appointment))
        if opens >= now + LEAD and wished:
            asked.append((span, opens.astimezone(zone).time()))
    return asked


def _slot(situation: Situation, found: CoreSlot, half: tuple[date, bool]) -> Slot:
    starts, ends = situation.instant(found.window.start), situation.instant(found.window.end)
    return Slot(starts, ends, found.insertion.added_travel_s, found.price_s, half)


def _wishes(situation: Situation, appointment: Appointment) -> tuple[Window, ...]:
    """Where a window may lie: opening hours, wishes, not before and due, not the promise that it would replace."""
    return replace(situation.problem.job(appointment.pk), promise=None, pinned_start=None).begins


def arrival_windows(day: date, zone: ZoneInfo, length: timedelta) -> list[tuple[datetime, datetime]]:
    """The windows of a day, side by side from 08:00 to 20:00 local time."""
    windows = []
    opens, end = at_wall_time(day, DAY_BEGINS, zone), at_wall_time(day, DAY_ENDS, zone)
    while opens + length <= end:
        windows.append((opens, opens + length))
        opens += length
    return windows


def make_offers(*, appointment_id: int, now: datetime, count: int = 5) -> list[SlotOffer]:
    """Replaces the open offers by fresh ones. They are feasible now and claim nothing."""
    appointment = load_appointment(appointment_id)
    find_free_stop(appointment)
    slots = find_slots(appointment=_without_promise(appointment), now=now, count=count)
    batch = uuid.uuid4()
    with transaction.atomic():
        change_offers(appointment.offers.exclude(status=OfferStatus.HELD), OfferStatus.WITHDRAWN)
        offers = SlotOffer.objects.bulk_create(
            SlotOffer(
                appointment=appointment,
                batch=batch,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                added_travel_s=slot.added_travel_s,
                created_at=now,
            )
            for slot in slots
        )
        if appointment.status == AppointmentStatus.REQUESTED and offers:
            fresh = load_appointment(appointment_id)
            change_status(appointment=fresh, to=AppointmentStatus.OFFERED, kind="offered", now=now)
    return offers


def hold_offer(
    *,
    appointment_id: int,
    offer_id: int,
    now: datetime,
    actor: User | None = None,
    actor_label: str = "",
    check_versions: bool = True,
) -> SlotOffer:
    """Writes the chosen offer's stop into a current route for ``HOLD_MINUTES``. Choosing another offer moves the hold.

    Raises ``SlotTaken`` when there is no room any more, ``TransitionRefused`` for an appointment that is confirmed
    (``move_to_offer`` is for those) or over. ``check_versions=False`` is for the proof that the check is needed.
    """
    author = Author(actor, actor_label)

    def compute() -> RouteChange[SlotOffer]:
        appointment, offer = load_appointment(appointment_id), _open_offer(appointment_id, offer_id)
        if appointment.status not in HOLDABLE:
            raise TransitionRefused(
                _("The appointment is %(state)s; that can't be done any more.")
                % {"state": appointment.get_status_display()}
            )
        choice = _place(appointment, offer, now)
        return RouteChange(choice.seen, lambda: _hold(choice, now, author))

    return change_routes(compute, check_versions=check_versions)


def _hold(choice: Choice, now: datetime, author: Author) -> SlotOffer:
    appointment, offer = choice.appointment, choice.offer
    held_until = now + timedelta(minutes=settings.HOLD_MINUTES)
    claim_appointment(appointment)
    change_offers(appointment.offers.filter(status=OfferStatus.HELD), OfferStatus.OFFERED)
    if not change_offers(SlotOffer.objects.filter(pk=offer.pk), OfferStatus.HELD, held_until):
        raise SlotTaken(_("This time is no longer on offer."))
    choice.write(now, author)
    change_status(
        appointment=appointment,
        to=AppointmentStatus.HELD,
        kind="held",
        now=now,
        actor=author.actor,
        actor_label=author.label,
        data={"offer": offer.pk, "until": held_until.isoformat()},
    )
    offer.refresh_from_db()
    return offer


def confirm_hold(
    *,
    appointment_id: int,
    offer_id: int,
    now: datetime,
    actor: User | None = None,
    actor_label: str = "",
) -> Appointment:
    """Makes the hold a promise. A hold whose time ran out may still be confirmed as long as nobody took its place.

    The route's version rises although its contents stay: who computed while this was a hold must look again.
    """

    def compute() -> RouteChange[Appointment]:
        appointment = load_appointment(appointment_id)
        offer = appointment.offers.filter(pk=offer_id).first()
        if appointment.status == AppointmentStatus.CONFIRMED and offer and offer.status == OfferStatus.ACCEPTED:
            return RouteChange({}, lambda: appointment)
        stop = current_stop(appointment)
        if appointment.status != AppointmentStatus.HELD or not offer or offer.status != OfferStatus.HELD or not stop:
            raise HoldExpired(_("The time you chose is no longer reserved for you."))
        if offer.starts_at <= now:
            raise HoldExpired(_("The time you chose has already begun."))

        def write() -> Appointment:
            claim_appointment(appointment)
            return _accept(appointment, offer, now, Author(actor, actor_label), moved=False)

        return RouteChange({stop.route_id: stop.route.version}, write)

    return change_routes(compute)


def move_to_offer(
    *,
    appointment_id: int,
    offer_id: int,
    now: datetime,
    actor: User | None = None,
    actor_label: str = "",
) -> Appointment:
    """Moves a confirmed appointment to another offer in one step; the old place is kept until then."""
    author = Author(actor, actor_label)

    def compute() -> RouteChange[Appointment]:
        appointment, offer = load_appointment(appointment_id), _open_offer(appointment_id, offer_id)
        if appointment.status != AppointmentStatus.CONFIRMED:
            raise TransitionRefused(_("Only a confirmed appointment can be moved."))
        choice = _place(appointment, offer, now)

        def write() -> Appointment:
            claim_appointment(appointment)
            if not change_offers(SlotOffer.objects.filter(pk=offer.pk), OfferStatus.HELD, now):
                raise SlotTaken(_("This time is no longer on offer."))
            choice.write(now, author)
            settle_promise(appointment, PromiseOutcome.WITHDRAWN, now, "moved")
            return _accept(appointment, offer, now, author, moved=True)

        return RouteChange(choice.seen, write)

    return change_routes(compute)


def release_hold(*, appointment_id: int, now: datetime) -> None:
    """Gives the place of a hold back, if its time is over. Nothing happens when it was confirmed meanwhile."""

    def compute() -> RouteChange[None]:
        appointment = load_appointment(appointment_id)
        over = appointment.offers.filter(status=OfferStatus.HELD, held_until__lte=now)
        if appointment.status != AppointmentStatus.HELD or not over.exists():
            return RouteChange({}, lambda: None)
        stop = current_stop(appointment)
        if stop is None:
            return RouteChange({}, lambda: end_hold(appointment, now))
        situation = load_situation(dates=[stop.route.shift.date], now=now, without=[appointment_id])
        shift_id = situation.lane(stop.route.shift_id).shift.pk

        def write() -> None:
            give_way(stop=stop, now=now)
            contents = {shift_id: situation.present.route_of(shift_id)}
            write_contents(situation=situation, contents=contents, now=now)

        return RouteChange({stop.route_id: stop.route.version}, write)

    change_routes(compute)


def sweep_expired_holds(*, now: datetime) -> int:
    """Tidies holds that ran out; correctness does not depend on it."""
    expired = SlotOffer.objects.filter(status=OfferStatus.HELD, held_until__lte=now)
    ids = list(expired.values_list("appointment_id", flat=True))
    for appointment_id in ids:
        release_hold(appointment_id=appointment_id, now=now)
    return len(ids)


def _without_promise(appointment: Appointment) -> Appointment:
    """The same wishes without the window that a new one would replace. Never saved."""
    free = load_appointment(appointment.pk)
    free.window_starts_at = free.window_ends_at = None
    free.status = AppointmentStatus.REQUESTED
    free.pinned_start_at = free.pinned_technician_id = None
    return free


def _open_offer(appointment_id: int, offer_id: int) -> SlotOffer:
    offer = SlotOffer.objects.filter(pk=offer_id, appointment_id=appointment_id, status=OfferStatus.OFFERED).first()
    if offer is None:
        raise SlotTaken(_("This time is no longer on offer."))
    return offer


def _place(appointment: Appointment, offer: SlotOffer, now: datetime) -> Choice:
    """Where the offer fits best right now; its own present place counts as free."""
    if offer.starts_at <= now:
        raise SlotTaken(_("This time has already begun."))
    stop = find_free_stop(appointment)
    day = offer.starts_at.astimezone(ZoneInfo(appointment.zone)).date()
    dates = {day} | ({stop.route.shift.date} if stop else set())
    situation = load_situation(dates=dates, now=now, also=[_without_promise(appointment)], without=[appointment.pk])
    job = situation.problem.find_job(appointment.pk)
    window = Window(situation.seconds(offer.starts_at), situation.seconds(offer.ends_at))
    found = job and insert(situation.problem, situation.present, job, windows=(window,), limit=1)
    if not found:
        raise SlotTaken(_("Someone else has just taken this time."))
    return Choice(appointment, offer, situation, found[0], stop)


def _accept(appointment: Appointment, offer: SlotOffer, now: datetime, author: Author, *, moved: bool) -> Appointment:
    change_offers(appointment.offers.exclude(pk=offer.pk), OfferStatus.WITHDRAWN)
    if not change_offers(SlotOffer.objects.filter(pk=offer.pk), OfferStatus.ACCEPTED):
        raise HoldExpired(_("The time you chose is no longer reserved for you."))
    changed = change_status(
        appointment=appointment,
        to=AppointmentStatus.CONFIRMED,
        kind="moved_by_customer" if moved else "confirmed",
        now=now,
        actor=author.actor,
        actor_label=author.label,
        data={"starts_at": offer.starts_at.isoformat(), "ends_at": offer.ends_at.isoformat()},
        window_starts_at=offer.starts_at,
        window_ends_at=offer.ends_at,
        pinned_start_at=None,
        pinned_technician=None,
    )
    Promise.objects.create(appointment=appointment, starts_at=offer.starts_at, ends_at=offer.ends_at, told_at=now)
    appointment_confirmed.send(Appointment, appointment_id=appointment.pk, moved=moved, now=now)
    return changed
