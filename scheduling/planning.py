"""The one bridge between database rows and the values of the core.

A worker's id is the id of its shift, a job's id that of its appointment. Seconds count from ``zero``, midnight UTC of
the first date. What has been carried out or is under way is not part of the problem: the shift goes on from there.
The ``bridge_*`` modules beside it translate one thing each.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from maps.models import Place
from maps.travel import TravelTable, travel_between
from scheduling.bridge_frame import Frame
from scheduling.bridge_jobs import JobBridge
from scheduling.bridge_known import travel_by_profile
from scheduling.bridge_lanes import Lane, hold_is_over, make_lane, read_shifts
from scheduling.bridge_time import at_wall_time, expand_speeds, opening_spans, predicted_end, promised_window
from scheduling.bridge_workers import ABSENCE_IDS, WorkerBridge
from scheduling.core.plan import Plan
from scheduling.core.problem import Problem, Travel, Weights
from scheduling.core.timing import force_route
from scheduling.errors import Refused
from scheduling.models import Appointment, PlanningSettings

__all__ = [
    "ABSENCE_IDS",
    "Lane",
    "Situation",
    "at_wall_time",
    "hold_is_over",
    "load_situation",
    "opening_spans",
    "predicted_end",
    "promised_window",
]

RULES_OF_APPOINTMENTS = ("skills__skill", "hours", "wishes", "technicians", "loads")


@dataclass(frozen=True, slots=True)
class Situation:
    """Some days as the core sees them. ``present`` are the free stops of the current routes, with exact times.

    ``closed`` are shifts left out, because a stop on them has lost its coordinates: nothing can be computed there.
    Stops planned to begin before ``frozen_until`` stay where they are.
    """

    dates: tuple[date, ...]
    frozen_until: datetime | None
    zero: datetime
    problem: Problem
    present: Plan
    lanes: Mapping[int, Lane]
    closed: frozenset[int]
    appointments: Mapping[int, Appointment]
    without_coordinates: tuple[Appointment, ...]
    table: TravelTable
    rows: Mapping[int, int]

    def instant(self, seconds: int) -> datetime:
        return self.zero + timedelta(seconds=seconds)

    def seconds(self, instant: datetime) -> int:
        return int((instant - self.zero).total_seconds())

    def distance_m(self, start: Place | None, end: Place | None) -> int:
        if start is None or end is None:
            return 0
        return int(self.table.distances_m[self.rows[start.pk], self.rows[end.pk]])

    def lane(self, shift_id: int) -> Lane:
        """Raises ``Refused`` for a shift on which nothing can be computed."""
        if shift_id not in self.lanes:
            raise Refused(_("A stop on this route has no coordinates. Set its place on the map first."))
        return self.lanes[shift_id]


def load_situation(
    *,
    dates: Collection[date],
    now: datetime,
    also: Sequence[Appointment] = (),
    without: Collection[int] = (),
    weights: Weights | None = None,
    may_break: Collection[int] = (),
    freeze_s: int | None = None,
) -> Situation:
    """The current routes of ``dates``, with the appointments ``also`` as further jobs.

    Stops of the appointments ``without`` are left out, as if taken off. Appointments in ``may_break`` have no promise;
    all their other rules hold. ``weights`` and ``freeze_s`` (from ``now`` on) are the settings' where none are given; a
    freeze that began before ``now`` may have less than nothing left, and still holds what has not begun in time.
    """
    settings = PlanningSettings.current()
    zero = datetime.combine(min(dates), time(), UTC)
    every = {shift.pk: make_lane(shift, now, without) for shift in read_shifts(dates)}
    lanes = {pk: lane for pk, lane in every.items() if lane.is_located}
    known, missing = _gather_appointments(lanes.values(), also)
    places = _places(lanes.values(), known.values())
    table = travel_between(list(places.values()), min((lane.shift.starts_at for lane in lanes.values()), default=zero))
    rows = {pk: row for row, pk in enumerate(places)}
    frame = Frame(zero, now, rows, _units(known.values()))
    rules = settings.weights() if weights is None else weights
    freeze_s = settings.freeze_s if freeze_s is None else freeze_s
    jobs = JobBridge(frame, lanes.values(), dates, rules, may_break, settings.continuity_months)
    workers = WorkerBridge(frame, every.values(), freeze_s)
    jobs.look_up(known.values())
    workers.look_up(min(dates))
    problem = Problem(
        jobs=tuple(jobs.job(appointment) for appointment in known.values()),
        workers=tuple(workers.worker(lane) for lane in lanes.values()),
        travel=_travel(frame, table, lanes.values(), settings, dates),
        weights=rules,
    )
    present, closed = _time_routes(problem, lanes.values()), frozenset(every.keys() - lanes.keys())
    days, frozen_until = tuple(sorted(dates)), now + timedelta(seconds=freeze_s) if freeze_s else None
    return Situation(days, frozen_until, zero, problem, present, lanes, closed, known, missing, table, rows)


def _gather_appointments(
    lanes: Iterable[Lane], also: Iterable[Appointment]
) -> tuple[dict[int, Appointment], tuple[Appointment, ...]]:
    """What may be placed or moved, with the rows of its rules; apart those whose address has no coordinates."""
    placed = [stop.appointment for lane in lanes for stop in lane.free]
    wanted = {appointment.pk: appointment for appointment in [*placed, *also]}
    prefetch_related_objects(list(wanted.values()), *RULES_OF_APPOINTMENTS)
    known = {pk: appointment for pk, appointment in wanted.items() if appointment.place.has_coordinates}
    return known, tuple(appointment for pk, appointment in wanted.items() if pk not in known)


def _time_routes(problem: Problem, lanes: Iterable[Lane]) -> Plan:
    """The free stops as they stand, with the times that hold now."""
    orders = {lane.shift.pk: [stop.appointment_id for stop in lane.free] for lane in lanes}
    return Plan(tuple(force_route(problem, shift_id, order) for shift_id, order in orders.items() if order))


def _places(lanes: Iterable[Lane], appointments: Iterable[Appointment]) -> dict[int, Place]:
    places: dict[int, Place] = {}
    for lane in lanes:
        for place in (lane.shift.start_place, lane.shift.end_place, *(stop.appointment.place for stop in lane.fixed)):
            if place is not None and place.has_coordinates:
                places[place.pk] = place
    for appointment in appointments:
        places[appointment.place_id] = appointment.place
    return places


def _units(appointments: Iterable[Appointment]) -> tuple[int, ...]:
    return tuple(sorted({load.unit_id for appointment in appointments for load in appointment.loads.all()}))


def _travel(
    frame: Frame, table: TravelTable, lanes: Iterable[Lane], settings: PlanningSettings, dates: Collection[date]
) -> dict[str, Travel]:
    """The hours of the day before and after count too: a shift may reach into them."""
    days = {day + timedelta(days=step) for day in dates for step in (-1, 0, 1)}
    steps = settings.speed_steps.all() if settings.pk else ()
    speeds = expand_speeds(steps, days, timezone.get_default_timezone(), frame.at)
    return travel_by_profile(table, {lane.shift.technician.travel_profile for lane in lanes}, speeds)
