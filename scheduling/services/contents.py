"""Writing what the core computed into current routes. Always inside ``change_routes``."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheduling.core.plan import Route as CoreRoute
from scheduling.core.plan import Stop as CoreStop
from scheduling.enums import AppointmentStatus, OfferStatus, StopStatus
from scheduling.models import Appointment, AppointmentEvent, SlotOffer, Stop, User
from scheduling.planning import Lane, Situation
from scheduling.services.history import actor_name, change_offers, change_status, claim_appointment
from scheduling.services.routes import RouteChanged

WRITTEN = (
    "route",
    "technician",
    "is_current",
    "status",
    "version",
    "sequence",
    "arrival_at",
    "starts_at",
    "ends_at",
    "travel_s",
    "distance_m",
    "travel_quality",
    "eta_at",
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, and why: what each row of the history says."""

    actor: User | None = None
    label: str = ""
    reason: str = ""


NOBODY = Author()


def write_contents(
    *,
    situation: Situation,
    contents: Mapping[int, CoreRoute | None],
    now: datetime,
    author: Author = NOBODY,
    leaving: Collection[Stop] = (),
    claimed: Collection[int] = (),
) -> dict[int, Stop]:
    """Gives the routes of some shifts (worker id -> route, None for an empty one) their new free stops.

    All free stops of these shifts and those of ``leaving`` are first taken off, so that SQLite's net, which can't wait
    for the end of the transaction, sees no overlap on the way. What no route takes back stays taken off. Holds that ran
    out on these routes give way. Appointments that had no place are claimed, but for those that the caller has
    ``claimed``. Returns the stops written, by appointment.
    """
    lanes = [situation.lane(worker_id) for worker_id in contents]
    for lane in lanes:
        for stop in lane.expired:
            give_way(stop=stop, now=now)
    before = {stop.appointment_id: stop for lane in lanes for stop in lane.free}
    before |= {stop.appointment_id: stop for stop in leaving}
    placed = {job_id for route in contents.values() if route for job_id in route.job_ids}
    for appointment_id in sorted(placed - before.keys() - set(claimed)):
        claim_appointment(situation.appointments[appointment_id])
    Stop.objects.filter(pk__in=[stop.pk for stop in before.values()]).update(is_current=False)
    written, events = _fill_routes(situation, contents, before, now, author)
    Stop.objects.bulk_update([stop for stop in written.values() if stop.pk], WRITTEN)
    Stop.objects.bulk_create([stop for stop in written.values() if not stop.pk])
    gone = [stop for appointment_id, stop in before.items() if appointment_id not in written]
    Stop.objects.filter(pk__in=[stop.pk for stop in gone]).update(status=StopStatus.TAKEN_OFF)
    events += [_event(stop, "taken_off", now, author, _describe(stop), None) for stop in gone]
    AppointmentEvent.objects.bulk_create(events)
    return written


def _fill_routes(
    situation: Situation,
    contents: Mapping[int, CoreRoute | None],
    before: Mapping[int, Stop],
    now: datetime,
    author: Author,
) -> tuple[dict[int, Stop], list[AppointmentEvent]]:
    """The rows as they will be, by appointment, and an event for each that changed hands or hours."""
    written: dict[int, Stop] = {}
    events: list[AppointmentEvent] = []
    for worker_id, route in contents.items():
        lane = situation.lane(worker_id)
        for sequence, (planned, travel_m) in enumerate(_with_distances(situation, lane, route), len(lane.fixed) + 1):
            known = before.get(planned.id)
            described = _describe(known)
            row = known or Stop(appointment=situation.appointments[planned.id])
            _fill(row, situation, lane, planned, sequence, travel_m)
            written[planned.id] = row
            if (after := _describe(row)) != described:
                kind = "placed" if described is None else "moved"
                events.append(_event(row, kind, now, author, described, after))
    return written, events


def give_way(*, stop: Stop, now: datetime) -> None:
    """Takes the stop of a hold that ran out off its route; the customer may choose again."""
    end_hold(Appointment.objects.get(pk=stop.appointment_id), now)
    Stop.objects.filter(pk=stop.pk).update(is_current=False, status=StopStatus.TAKEN_OFF)


def end_hold(appointment: Appointment, now: datetime) -> None:
    """Raises ``RouteChanged`` when the hold was confirmed or chosen anew meanwhile."""
    over = SlotOffer.objects.filter(appointment=appointment, status=OfferStatus.HELD, held_until__lte=now)
    if appointment.status != AppointmentStatus.HELD or not change_offers(over, OfferStatus.EXPIRED):
        raise RouteChanged(appointment.pk)
    change_status(appointment=appointment, to=AppointmentStatus.OFFERED, kind="hold_expired", now=now)


def _with_distances(situation: Situation, lane: Lane, route: CoreRoute | None) -> list[tuple[CoreStop, int]]:
    here = lane.fixed[-1].appointment.place if lane.fixed else lane.shift.start_place
    legs = []
    for stop in route.stops if route else ():
        if stop.kind == "job":
            there = situation.appointments[stop.id].place
            legs.append((stop, situation.distance_m(here, there)))
            here = there
    return legs


def _fill(row: Stop, situation: Situation, lane: Lane, stop: CoreStop, sequence: int, travel_m: int) -> None:
    row.route_id = lane.route_id
    row.technician_id = lane.shift.technician_id
    row.is_current = True
    row.status = StopStatus.PLANNED
    row.version = (row.version or 0) + (1 if row.pk else 0)
    row.sequence = sequence
    row.arrival_at = situation.instant(stop.arrival)
    row.starts_at = situation.instant(stop.begin)
    row.ends_at = situation.instant(stop.end)
    row.travel_s = stop.travel_s
    row.distance_m = travel_m
    row.travel_quality = situation.table.quality
    row.eta_at = row.arrival_at


def _describe(row: Stop | None) -> dict[str, Any] | None:
    if row is None or row.technician_id is None:
        return None
    return {
        "technician": row.technician_id,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
    }


def _event(
    row: Stop,
    kind: str,
    now: datetime,
    author: Author,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> AppointmentEvent:
    return AppointmentEvent(
        appointment_id=row.appointment_id,
        at=now,
        actor=author.actor,
        actor_label=author.label or actor_name(author.actor),
        kind=kind,
        reason=author.reason,
        data={"before": before, "after": after},
    )
