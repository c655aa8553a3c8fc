"""The one bridge between database rows and the values of the core.

A worker's id is the id of its shift, a job's id that of its appointment. Seconds count from ``zero``, midnight UTC of
the first date. What has been carried out or is under way is not part of the problem: the shift goes on from there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from maps.models import Place
from maps.travel import TravelTable, travel_between
from scheduling.core.plan import Plan
from scheduling.core.problem import Break, Job, Problem, Travel, Window, Worker
from scheduling.core.timing import force_route
from scheduling.enums import STOP_FREE, STOP_OVER, STOP_UNDER_WAY, AppointmentStatus, OfferStatus
from scheduling.errors import Refused
from scheduling.models import Absence, Appointment, Shift, SlotOffer, Stop, TechnicianSkill

PROFILE = "car"
NEVER = (Window(-2, -1),)
# Breaks that stand for an absence in the middle of a shift are numbered from here.
ABSENCE_IDS = 10**9


@dataclass(frozen=True, slots=True)
class Lane:
    """A shift with its current route as it was read: ``free`` stops may move, ``fixed`` ones are facts, ``expired`` are
    holds that ran out and give way to whoever writes to the route."""

    shift: Shift
    route_id: int
    version: int
    free: tuple[Stop, ...]
    fixed: tuple[Stop, ...]
    expired: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """Some days as the core sees them. ``present`` are the free stops of the current routes, with exact times.

    ``closed`` are shifts left out, because a stop on them has lost its coordinates: nothing can be computed there.
    """

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
    *, dates: Collection[date], now: datetime, also: Sequence[Appointment] = (), without: Collection[int] = ()
) -> Situation:
    """The current routes of ``dates``, with the appointments ``also`` as further jobs.

    Stops of the appointments ``without`` are left out, as if taken off.
    """
    zero = datetime.combine(min(dates), time(), UTC)
    every = {shift.pk: _lane(shift, now, without) for shift in _shifts(dates)}
    closed = frozenset(pk for pk, lane in every.items() if not all(map(_is_located, (*lane.free, *lane.fixed))))
    lanes = {pk: lane for pk, lane in every.items() if pk not in closed}
    placed = [stop.appointment for lane in lanes.values() for stop in lane.free]
    wanted = {appointment.pk: appointment for appointment in [*placed, *also]}
    known = {pk: appointment for pk, appointment in wanted.items() if appointment.place.has_coordinates}
    places = _places(lanes.values(), known.values())
    table = travel_between(list(places.values()), min((lane.shift.starts_at for lane in lanes.values()), default=zero))
    rows = {pk: row for row, pk in enumerate(places)}
    bridge = _Bridge(zero, now, rows, lanes)
    problem = Problem(
        jobs=tuple(bridge.job(appointment) for appointment in known.values()),
        workers=tuple(bridge.worker(lane) for lane in lanes.values()),
        travel={PROFILE: Travel(table.durations_s, table.distances_m)},
    )
    orders = {
        shift_id: [stop.appointment_id for stop in lane.free if stop.appointment_id in known]
        for shift_id, lane in lanes.items()
    }
    routes = tuple(force_route(problem, shift_id, order) for shift_id, order in orders.items() if order)
    missing = tuple(appointment for pk, appointment in wanted.items() if pk not in known)
    return Situation(zero, problem, Plan(routes), lanes, closed, known, missing, table, rows)


def _is_located(stop: Stop) -> bool:
    return stop.appointment.place.has_coordinates


def _shifts(dates: Collection[date]) -> Iterable[Shift]:
    """Routes come with the shifts and before the stops, so that no later write goes unnoticed."""
    stops = (
        Stop.objects.filter(is_current=True)
        .select_related("appointment__place", "technician")
        .prefetch_related(
            "appointment__skills__skill",
            "appointment__hours",
            "appointment__wishes",
            Prefetch("appointment__offers", SlotOffer.objects.filter(status=OfferStatus.HELD), to_attr="holds"),
        )
        .order_by("sequence", "starts_at")
    )
    first, last = min(dates), max(dates)
    left_behind = Stop.objects.filter(route__shift=OuterRef("pk"), is_current=True)
    return (
        Shift.objects.filter(Q(technician__active=True) | Exists(left_behind), date__in=dates)
        .select_related("technician__employer", "route", "start_place", "end_place")
        .prefetch_related(
            "breaks",
            Prefetch("technician__skills", TechnicianSkill.objects.select_related("skill")),
            Prefetch(
                "technician__absences",
                Absence.objects.filter(
                    starts_at__lt=datetime.combine(last + timedelta(days=2), time(), UTC),
                    ends_at__gt=datetime.combine(first - timedelta(days=1), time(), UTC),
                ),
                to_attr="absences_near",
            ),
            Prefetch("route__stops", stops, to_attr="current_stops"),
        )
        .order_by("pk")
    )


def _lane(shift: Shift, now: datetime, without: Collection[int]) -> Lane:
    current: list[Stop] = [stop for stop in shift.route.current_stops if stop.appointment_id not in without]  # type: ignore[attr-defined]
    expired = tuple(stop for stop in current if hold_is_over(stop, now))
    return Lane(
        shift,
        shift.route.pk,
        shift.route.version,
        tuple(stop for stop in current if stop.status in STOP_FREE and stop not in expired),
        tuple(sorted((stop for stop in current if stop.status in STOP_UNDER_WAY | STOP_OVER), key=_when_done)),
        expired,
    )


def _when_done(stop: Stop) -> tuple[bool, datetime]:
    """The order in which stops were worked, which need not be the planned one; the one under way comes last."""
    return stop.finished_at is None, stop.finished_at or stop.started_at or stop.arrived_at or stop.starts_at


def hold_is_over(stop: Stop, now: datetime) -> bool:
    """A hold counts until its time is up, judged by whoever looks."""
    if stop.appointment.status != AppointmentStatus.HELD:
        return False
    holds: list[SlotOffer] = stop.appointment.holds  # type: ignore[attr-defined]
    return bool(holds) and all(hold.held_until is not None and hold.held_until <= now for hold in holds)


def _places(lanes: Iterable[Lane], appointments: Iterable[Appointment]) -> dict[int, Place]:
    places: dict[int, Place] = {}
    for lane in lanes:
        for place in (lane.shift.start_place, lane.shift.end_place, *(stop.appointment.place for stop in lane.fixed)):
            if place is not None and place.has_coordinates:
                places[place.pk] = place
    for appointment in appointments:
        places[appointment.place_id] = appointment.place
    return places


class _Bridge:
    def __init__(self, zero: datetime, now: datetime, rows: Mapping[int, int], lanes: Mapping[int, Lane]) -> None:
        self.zero, self.now, self.rows, self.lanes = zero, now, rows, lanes
        self.dates = sorted({lane.shift.date for lane in lanes.values()})

    def at(self, instant: datetime) -> int:
        return int((instant - self.zero).total_seconds())

    def row(self, place: Place | None) -> int | None:
        return None if place is None else self.rows.get(place.pk)

    def worker(self, lane: Lane) -> Worker:
        shift, technician = lane.shift, lane.shift.technician
        start, end = self.at(shift.starts_at), self.at(shift.ends_at)
        breaks = [
            Break(pause.pk, (Window(self.at(pause.earliest_at), self.at(pause.latest_at)),), pause.duration_s)
            for pause in shift.breaks.all()
        ]
        start, end, breaks = self._around_absences(lane, start, end, breaks)
        ready, place = self._going_on(lane, start)
        return Worker(
            id=shift.pk,
            shift=Window(start, max(start, end)),
            start=place,
            end=self.row(shift.end_place),
            skills={
                held.skill.code: held.level
                for held in technician.skills.all()
                if held.valid_until is None or held.valid_until >= shift.date
            },
            breaks=tuple(_clip(breaks, ready)),
            speed_factor=technician.speed_factor,
            max_jobs=0 if start >= end or not technician.active else _left(technician.max_visits, len(lane.fixed)),
            max_travel_s=technician.max_travel_s,
            ready_at=ready,
        )

    def _around_absences(self, lane: Lane, start: int, end: int, breaks: list[Break]) -> tuple[int, int, list[Break]]:
        """An absence cuts the shift at its edge, or is a rest in the middle whose time is fixed."""
        for absence in lane.shift.technician.absences_near:  # type: ignore[attr-defined]
            away_from, away_to = self.at(absence.starts_at), self.at(absence.ends_at)
            if away_to <= start or away_from >= end:
                continue
            if away_from <= start:
                start = min(away_to, end)
            elif away_to >= end:
                end = away_from
            else:
                breaks = [
                    *breaks,
                    Break(ABSENCE_IDS + absence.pk, (Window(away_from, away_from),), away_to - away_from),
                ]
        return (
            start,
            end,
            [pause for pause in breaks if start <= pause.windows[-1].end <= end or pause.id >= ABSENCE_IDS],
        )

    def _going_on(self, lane: Lane, start: int) -> tuple[int, int | None]:
        """When and from where the technician can go on: after the last stop that began, never before now.

        A stop under way keeps its planned time even if it began early: it may take as long as was planned.
        """
        ready, place = start, self.row(lane.shift.start_place)
        if lane.shift.starts_at <= self.now:
            ready = max(ready, self.at(self.now))
        for stop in lane.fixed:
            ready = max(ready, self.at(predicted_end(stop, self.now)))
            if stop.finished_at is None:
                ready = max(ready, self.at(stop.ends_at))
            place = self.row(stop.appointment.place)
        return ready, place

    def job(self, appointment: Appointment) -> Job:
        pinned_to = None
        if appointment.pinned_technician_id is not None:
            pinned_to = frozenset(
                shift_id
                for shift_id, lane in self.lanes.items()
                if lane.shift.technician_id == appointment.pinned_technician_id
            )
        return Job(
            id=appointment.pk,
            place=self.rows[appointment.place_id],
            duration_s=appointment.duration_s,
            setup_s=appointment.setup_s,
            windows=self._windows(appointment),
            skills={needed.skill.code: needed.level for needed in appointment.skills.all()},
            priority=appointment.priority,
            unserved_cost=appointment.unserved_cost_s,
            allowed_workers=pinned_to,
            pinned_start=None if appointment.pinned_start_at is None else self.at(appointment.pinned_start_at),
        )

    def _windows(self, appointment: Appointment) -> tuple[Window, ...]:
        """A promise stands above every other wish; else opening hours, wishes, not before and due, all together."""
        if promised := promised_window(appointment):
            return (Window(self.at(promised[0]), self.at(promised[1])),)
        spans = opening_spans(appointment, self.dates)
        wishes = [(wish.starts_at, wish.ends_at) for wish in appointment.wishes.all()]
        if wishes:
            spans = [
                (max(opens, wish_from), min(closes, wish_to))
                for opens, closes in spans
                for wish_from, wish_to in wishes
            ]
        if appointment.earliest_at:
            spans = [(max(opens, appointment.earliest_at), closes) for opens, closes in spans]
        if appointment.due_at and appointment.due_at > self.now:
            spans = [(opens, min(closes, appointment.due_at)) for opens, closes in spans]
        windows = tuple(Window(self.at(opens), self.at(closes)) for opens, closes in spans if opens <= closes)
        return windows or NEVER


def promised_window(appointment: Appointment) -> tuple[datetime, datetime] | None:
    """The confirmed arrival window, or that of a hold."""
    if appointment.window_starts_at is not None and appointment.window_ends_at is not None:
        return appointment.window_starts_at, appointment.window_ends_at
    if appointment.status == AppointmentStatus.HELD:
        holds = getattr(appointment, "holds", None)
        hold = next(iter(appointment.offers.filter(status=OfferStatus.HELD) if holds is None else holds), None)
        if hold is not None:
            return hold.starts_at, hold.ends_at
    return None


def opening_spans(appointment: Appointment, dates: Iterable[date]) -> list[tuple[datetime, datetime]]:
    """The opening hours on each date as instants; whole days where none are set."""
    zone = ZoneInfo(appointment.zone)
    hours = list(appointment.hours.all())
    spans = []
    for day in dates:
        if not hours:
            spans.append((at_wall_time(day, time(), zone), at_wall_time(day + timedelta(days=1), time(), zone)))
        spans += [
            (at_wall_time(day, row.opens, zone), at_wall_time(day, row.closes, zone))
            for row in hours
            if row.weekday == day.weekday()
        ]
    return spans


def at_wall_time(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The instant of a local wall time; one that a clock change skips moves forward, of two the first counts."""
    return datetime.combine(day, wall, zone).astimezone(UTC)


def predicted_end(stop: Stop, now: datetime) -> datetime:
    """When a stop that began will end or ended, to the whole second."""
    if stop.finished_at is not None:
        return stop.finished_at.replace(microsecond=0)
    work = timedelta(seconds=(stop.ends_at - stop.starts_at).total_seconds())
    if stop.started_at is not None:
        end = stop.started_at + work
    elif stop.arrived_at is not None:
        end = max(stop.arrived_at, stop.starts_at) + work
    elif stop.on_my_way_at is not None:
        end = max(stop.on_my_way_at + timedelta(seconds=stop.travel_s), stop.starts_at) + work
    else:
        end = stop.ends_at
    return max(end, now).replace(microsecond=0)


def _clip(breaks: Iterable[Break], ready: int) -> Iterable[Break]:
    """Breaks whose time is over have been taken; the others begin when the worker is ready."""
    for pause in breaks:
        window = pause.windows[-1]
        if window.end >= ready:
            yield replace(pause, windows=(Window(max(window.start, ready), window.end),))


def _left(most: int | None, done: int) -> int | None:
    return None if most is None else max(0, most - done)
