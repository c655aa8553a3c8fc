"""Days of the made-up company: planned by the planner, published by the dispatcher, promised to the customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from dispatch.demo.people import ZONE
from dispatch.models import Visit
from dispatch.services.visit_states import follow_confirmation
from scheduling.core.check import check_route
from scheduling.core.solve import solve
from scheduling.core.stop import MaxIterations, MaxSeconds, any_of
from scheduling.enums import AppointmentStatus, OfferStatus
from scheduling.models import Appointment, AppointmentWindow, Promise, SlotOffer, Stop, User
from scheduling.planning import at_wall_time, load_situation
from scheduling.services.appointments import load_appointment
from scheduling.services.history import change_status
from scheduling.services.offers import confirm_hold
from scheduling.services.plans import propose_plan, publish_plan

TOWN_ZONE = ZoneInfo(ZONE)
EARLIEST = time(8)
HALF_HOUR = timedelta(minutes=30)
MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Day:
    """``ready_at`` is when its plan was made: the evening before, and never later than now."""

    date: date
    ready_at: datetime

    def at(self, wall: time) -> datetime:
        return at_wall_time(self.date, wall, TOWN_ZONE)

    @property
    def end(self) -> datetime:
        return at_wall_time(self.date + timedelta(days=1), time(), TOWN_ZONE)


def make_day(day: date, now: datetime) -> Day:
    evening = at_wall_time(day - timedelta(days=1), time(18, 30), TOWN_ZONE)
    return Day(day, min(evening, now))


def plan_day(*, day: Day, visits: Sequence[Visit], seed: int, seconds: float, dispatcher: User) -> list[int]:
    """Plans and publishes the day; returns the appointments that found no place."""
    wanted = [visit.appointment_id for visit in visits]
    also = list(
        Appointment.objects.filter(pk__in=wanted)
        .select_related("place")
        .prefetch_related("skills__skill", "hours", "wishes")
        .order_by("pk")
    )
    situation = load_situation(dates=[day.date], now=day.ready_at, also=also)
    stop = any_of(MaxIterations(MOST_STEPS), MaxSeconds(seconds))
    result = solve(situation.problem, stop, seed=seed, start=situation.present)
    plan = propose_plan(situation=situation, result=result.plan, run=None, actor=dispatcher, now=day.ready_at)
    publish_plan(plan_id=plan.pk, actor=dispatcher, now=day.ready_at)
    return [entry.job for entry in result.plan.unserved]


def put_off(*, appointment_ids: Sequence[int], to: Day) -> list[Visit]:
    """The customer agrees to another day: the wish for it replaces older ones."""
    AppointmentWindow.objects.filter(appointment__in=appointment_ids).delete()
    AppointmentWindow.objects.bulk_create(
        AppointmentWindow(appointment_id=pk, starts_at=to.at(time(9)), ends_at=to.at(time(18)))
        for pk in appointment_ids
    )
    return list(Visit.objects.filter(appointment__in=appointment_ids).select_related("case").order_by("pk"))


def promise_most(*, day: Day, random: Random, share: float, written_to: int, actor: User) -> int:
    """Promises ``share`` of the placed appointments a window around their planned start.

    The first ``written_to`` of them also get the message that goes with it. Returns how many were promised.
    """
    stops = list(
        Stop.objects.filter(route__shift__date=day.date, is_current=True)
        .select_related("appointment")
        .prefetch_related("appointment__hours", "appointment__wishes")
        .order_by("starts_at", "pk")
    )
    random.shuffle(stops)
    chosen = stops[: round(len(stops) * share)]
    for number, stop in enumerate(chosen):
        told_at = day.ready_at + timedelta(seconds=20 * number)
        starts_at, ends_at = choose_window(stop, day)
        offer = _hold(stop.appointment_id, starts_at, ends_at, day.ready_at, told_at)
        if number < written_to and starts_at > told_at:
            confirm_hold(appointment_id=stop.appointment_id, offer_id=offer.pk, now=told_at, actor_label="customer")
        else:
            _confirm_by_telephone(offer, told_at, actor)
    return len(chosen)


def choose_window(stop: Stop, day: Day) -> tuple[datetime, datetime]:
    """On the half hour, the planned start well inside, and not before the site opens."""
    length = timedelta(seconds=stop.appointment.arrival_window_s)
    before = min(length / 2, timedelta(minutes=75))
    midnight = day.at(time())
    starts_at = midnight + (stop.starts_at - before - midnight) // HALF_HOUR * HALF_HOUR
    opening = [day.at(row.opens) for row in stop.appointment.hours.all() if row.weekday == day.date.weekday()]
    earliest = max([day.at(EARLIEST), *(opens for opens in opening if opens <= stop.starts_at)])
    starts_at = max(starts_at, earliest)
    return starts_at, starts_at + length


def _hold(
    appointment_id: int, starts_at: datetime, ends_at: datetime, offered_at: datetime, held_at: datetime
) -> SlotOffer:
    """The offer that the customer chose; its stop stands on a route already."""
    offer = SlotOffer.objects.create(
        appointment_id=appointment_id,
        status=OfferStatus.HELD,
        starts_at=starts_at,
        ends_at=ends_at,
        added_travel_s=0,
        created_at=offered_at,
        held_until=held_at + timedelta(minutes=10),
    )
    change_status(
        appointment=load_appointment(appointment_id),
        to=AppointmentStatus.HELD,
        kind="held",
        now=held_at,
        actor_label="customer",
        data={"offer": offer.pk},
    )
    return offer


def _confirm_by_telephone(offer: SlotOffer, now: datetime, actor: User) -> None:
    """As ``confirm_hold`` does it, without the message: the customer was told on the telephone."""
    SlotOffer.objects.filter(pk=offer.pk).update(status=OfferStatus.ACCEPTED, held_until=None)
    change_status(
        appointment=load_appointment(offer.appointment_id),
        to=AppointmentStatus.CONFIRMED,
        kind="confirmed",
        now=now,
        actor=actor,
        data={"starts_at": offer.starts_at.isoformat(), "ends_at": offer.ends_at.isoformat()},
        window_starts_at=offer.starts_at,
        window_ends_at=offer.ends_at,
    )
    Promise.objects.create(
        appointment_id=offer.appointment_id, starts_at=offer.starts_at, ends_at=offer.ends_at, told_at=now
    )
    follow_confirmation(appointment_id=offer.appointment_id, now=now)


def find_broken(*, days: Sequence[date], now: datetime) -> list[str]:
    """What ``core.check`` has to say against the current routes."""
    broken = []
    for day in days:
        situation = load_situation(dates=[day], now=now)
        broken += [
            f"{day} {situation.lanes[route.worker].shift.technician}: {violation.rule}"
            for route in situation.present.routes
            for violation in check_route(situation.problem, route)
        ]
    return broken
