"""An appointment as a job of the core."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from scheduling.bridge_frame import Frame
from scheduling.bridge_known import areas_of_places, technicians_who_know
from scheduling.bridge_lanes import Lane
from scheduling.bridge_time import opening_spans, promised_window
from scheduling.core.problem import ALWAYS, Job, Placement, Weights, Window
from scheduling.core.values import NEVER
from scheduling.models import Appointment, TechnicianChoice
from scheduling.models.appointment import PROMISED_PRICE_S


class JobBridge:
    """``months``: so long a technician who finished a visit at a place knows it. ``look_up`` comes first."""

    def __init__(
        self,
        frame: Frame,
        lanes: Collection[Lane],
        dates: Collection[date],
        weights: Weights,
        may_break: Collection[int],
        months: int,
    ) -> None:
        self.frame, self.now, self.at = frame, frame.now, frame.at
        self.lanes, self.weights, self.may_break, self.months = lanes, weights, may_break, months
        self.areas: Mapping[int, frozenset[int]] = {}
        self.known: Mapping[int, set[int]] = {}
        # A site may lie in another zone than a shift: its neighbouring days count too.
        self.days = sorted({day + timedelta(days=step) for day in dates for step in (-1, 0, 1)})
        self.shifts: dict[int, list[int]] = {}
        for lane in lanes:
            self.shifts.setdefault(lane.shift.technician_id, []).append(lane.shift.pk)
        self.before = {
            stop.appointment_id: Placement(
                lane.shift.technician_id, lane.shift.date.toordinal(), self.at(stop.starts_at)
            )
            for lane in lanes
            if lane.shift.route.published_at is not None
            for stop in lane.current
        }

    def look_up(self, appointments: Iterable[Appointment]) -> None:
        sites = {appointment.place_id: appointment.place for appointment in appointments}
        self.areas = areas_of_places(self.lanes, sites.values())
        self.known = technicians_who_know(sites, self.now, self.months)

    def _at(self, instant: datetime | None) -> int | None:
        return None if instant is None else self.at(instant)

    def workers(self, technicians: Iterable[int]) -> frozenset[int]:
        return frozenset(shift for technician in technicians for shift in self.shifts.get(technician, ()))

    def job(self, appointment: Appointment) -> Job:
        chosen: dict[str, list[int]] = {}
        for choice in appointment.technicians.all():
            chosen.setdefault(choice.kind, []).append(choice.technician_id)
        required = chosen.get(TechnicianChoice.REQUIRED)
        pinned = appointment.pinned_technician_id
        groups = _skill_groups(appointment)
        loads = {load.unit_id: load for load in appointment.loads.all()}
        promised = promised_window(appointment)
        return Job(
            id=appointment.pk,
            place=self.frame.rows[appointment.place_id],
            duration_s=appointment.duration_s,
            setup_s=appointment.setup_s,
            windows=self._wishes(appointment),
            opening=self._opening(appointment),
            earliest=self._at(appointment.earliest_at),
            due=self._due(appointment),
            promise=self._promise(appointment, promised),
            pinned_start=self._at(appointment.pinned_start_at),
            skills=groups.pop(0, {}),
            any_skills=tuple(groups[number] for number in sorted(groups)),
            priority=appointment.priority,
            unserved_cost=self._unserved_cost(appointment, promised is not None),
            allowed_workers=None if required is None else self.workers(required),
            pinned_workers=None if pinned is None else self.workers([pinned]),
            excluded_workers=self.workers(chosen.get(TechnicianChoice.EXCLUDED, ())),
            preferred_workers=self.workers(chosen.get(TechnicianChoice.PREFERRED, ())),
            known_workers=self.workers(self.known.get(appointment.place_id, ())),
            delivery=tuple(loads[unit].delivery if unit in loads else 0 for unit in self.frame.units),
            pickup=tuple(loads[unit].pickup if unit in loads else 0 for unit in self.frame.units),
            areas=self.areas.get(appointment.place_id, frozenset()),
            sla=self._at(appointment.sla_at),
            risk=appointment.risk,
            before=self.before.get(appointment.pk),
        )

    def _promise(self, appointment: Appointment, promised: tuple[datetime, datetime] | None) -> Window | None:
        if promised is None or appointment.pk in self.may_break:
            return None
        return Window(self.at(promised[0]), self.at(promised[1]))

    def _wishes(self, appointment: Appointment) -> tuple[Window, ...]:
        return tuple(Window(self.at(wish.starts_at), self.at(wish.ends_at)) for wish in appointment.wishes.all()) or (
            ALWAYS
        )

    def _opening(self, appointment: Appointment) -> tuple[Window, ...]:
        if not appointment.hours.all():
            return ALWAYS
        return (
            tuple(Window(self.at(opens), self.at(closes)) for opens, closes in opening_spans(appointment, self.days))
            or NEVER
        )

    def _due(self, appointment: Appointment) -> int | None:
        """What is overdue stays plannable."""
        return self._at(appointment.due_at) if appointment.due_at and appointment.due_at > self.now else None

    def _unserved_cost(self, appointment: Appointment, is_promised: bool) -> int:
        """A promise is far dearer than what the weights make of priority and age."""
        if is_promised:
            return PROMISED_PRICE_S
        return self.weights.unserved_price(appointment.priority, (self.now - appointment.created_at).days)


def _skill_groups(appointment: Appointment) -> dict[int, dict[str, int]]:
    groups: dict[int, dict[str, int]] = {}
    for needed in appointment.skills.all():
        groups.setdefault(needed.group, {})[needed.skill.code] = needed.level
    return groups
