"""Shifts with their current routes, as they are read for planning."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, Model, OuterRef, Prefetch, Q

from scheduling.enums import STOP_FREE, STOP_OVER, STOP_UNDER_WAY, AppointmentStatus, OfferStatus
from scheduling.models import Absence, Shift, SlotOffer, Stop, TechnicianSkill

# Where ``read_shifts`` puts what it reads ahead.
ABSENCES, STOPS, HOLDS = "absences_near", "current_stops", "holds"


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

    @property
    def absences(self) -> list[Absence]:
        """The technician's around these days."""
        return _read_ahead(Absence, self.shift.technician, ABSENCES)

    @property
    def current(self) -> list[Stop]:
        """All of the current route, also what was asked to be left out."""
        return _read_ahead(Stop, self.shift.route, STOPS)

    @property
    def is_located(self) -> bool:
        return all(stop.appointment.place.has_coordinates for stop in (*self.free, *self.fixed))


def read_shifts(dates: Collection[date]) -> Iterable[Shift]:
    """Routes come with the shifts and before the stops, so that no later write goes unnoticed."""
    stops = (
        Stop.objects.filter(is_current=True)
        .select_related("appointment__place", "technician")
        .prefetch_related(
            "appointment__loads",
            Prefetch("appointment__offers", SlotOffer.objects.filter(status=OfferStatus.HELD), to_attr=HOLDS),
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
            "technician__areas",
            "technician__capacities",
            Prefetch("technician__skills", TechnicianSkill.objects.select_related("skill")),
            Prefetch(
                "technician__absences",
                Absence.objects.filter(
                    starts_at__lt=datetime.combine(last + timedelta(days=2), time(), UTC),
                    ends_at__gt=datetime.combine(first - timedelta(days=1), time(), UTC),
                ).order_by("starts_at"),
                to_attr=ABSENCES,
            ),
            Prefetch("route__stops", stops, to_attr=STOPS),
        )
        .order_by("pk")
    )


def _read_ahead[M: Model](_kind: type[M], holder: Model, name: str) -> list[M]:
    """What ``Prefetch`` has set on ``holder``, which no model declares."""
    found: list[M] = getattr(holder, name)
    return found


def make_lane(shift: Shift, now: datetime, without: Collection[int]) -> Lane:
    current = [stop for stop in _read_ahead(Stop, shift.route, STOPS) if stop.appointment_id not in without]
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
    holds = _read_ahead(SlotOffer, stop.appointment, HOLDS)
    return bool(holds) and all(hold.held_until is not None and hold.held_until <= now for hold in holds)
