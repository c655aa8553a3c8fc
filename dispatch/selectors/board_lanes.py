"""The lanes of the board: one for each shift, with its stops, rests and absences."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from dispatch.models import Visit
from maps.models import Place
from maps.travel import travel_between
from scheduling.enums import AppointmentStatus, OfferStatus, StopStatus
from scheduling.models import Absence, Appointment, Employer, Shift, ShiftBreak, SlotOffer, Stop

NOT_BEGUN = (StopStatus.PLANNED, StopStatus.ON_THE_WAY)
RISK_MARGIN = timedelta(minutes=15)
NO_START_AFTER = timedelta(minutes=10)


def find_shifts(date: date) -> list[Shift]:
    return list(
        Shift.objects.filter(date=date)
        .select_related("technician__employer", "technician__home", "start_place", "end_place", "route")
        .prefetch_related("breaks")
        .order_by("-technician__employer__kind", "technician__name", "starts_at")
    )


def find_absences(shifts: list[Shift]) -> dict[int, list[Absence]]:
    """By technician; those that touch the day at all."""
    if not shifts:
        return {}
    first, last = min(shift.starts_at for shift in shifts), max(shift.ends_at for shift in shifts)
    found: dict[int, list[Absence]] = defaultdict(list)
    absences = Absence.objects.filter(
        technician__in=[shift.technician_id for shift in shifts], starts_at__lt=last, ends_at__gt=first
    )
    for absence in absences:
        found[absence.technician_id].append(absence)
    return found


def find_stops(shifts: list[Shift]) -> dict[int, list[Stop]]:
    """Current stops by shift, in the order of their planned times."""
    held = SlotOffer.objects.filter(appointment=OuterRef("appointment"), status=OfferStatus.HELD)
    stops = (
        Stop.objects.filter(route__shift__in=shifts, is_current=True)
        .select_related(
            "route",
            "appointment__place",
            "appointment__visit__visit_type",
            "appointment__visit__case__customer",
        )
        .annotate(held_until=Subquery(held.values("held_until")[:1]))
        .order_by("starts_at", "sequence")
    )
    found: dict[int, list[Stop]] = defaultdict(list)
    for stop in stops:
        found[stop.route.shift_id].append(stop)
    return found


def find_ways_back(shifts: list[Shift], stops: Mapping[int, list[Stop]]) -> dict[int, timedelta]:
    """By shift, how long the way home takes where the end of the shift was forced: then it counts by the minute."""
    ends: dict[int, tuple[Place, Place]] = {}
    for shift in shifts:
        last = stops[shift.pk][-1] if stops.get(shift.pk) else None
        home = shift.end_place or shift.technician.home
        if last and home and home.has_coordinates and any("shift_end" in one.forced_rules for one in stops[shift.pk]):
            ends[shift.pk] = (last.appointment.place, home)
    if not ends:
        return {}
    places = list({place.pk: place for pair in ends.values() for place in pair}.values())
    index = {place.pk: number for number, place in enumerate(places)}
    table = travel_between(places)
    return {
        shift_id: timedelta(seconds=int(table.durations_s[index[last.pk], index[home.pk]]))
        for shift_id, (last, home) in ends.items()
    }


def lane_row(
    shift: Shift, stops: list[dict[str, Any]], absences: list[Absence], way_back: timedelta = timedelta()
) -> dict[str, Any]:
    technician = shift.technician
    route = getattr(shift, "route", None)
    overtime_s = measure_overtime(shift, stops, way_back)
    for number, stop in enumerate(stops, 1):
        stop["number"] = number
    return {
        "id": shift.pk,
        "technician": technician.pk,
        "route": route.pk if route else None,
        "version": route.version if route else 0,
        "name": technician.name,
        "initials": technician.initials,
        "lane": technician.colour + 1,
        "phone": technician.phone,
        "employer": technician.employer.name,
        "contractor": technician.employer.kind == Employer.Kind.CONTRACTOR,
        "starts": shift.starts_at,
        "ends": shift.ends_at,
        "home": place_row(shift.start_place or technician.home),
        "breaks": [
            row
            for row in (break_row(shift, pause, stops) for pause in shift.breaks.all())
            if not any(away.starts_at < row["ends"] and away.ends_at > row["starts"] for away in absences)
        ],
        "absences": [
            {"starts": absence.starts_at, "ends": absence.ends_at, "label": absence.get_kind_display()}
            for absence in absences
        ],
        "stops": stops,
        "overtime_s": overtime_s,
        **measure_load(shift, stops),
    }


def measure_overtime(shift: Shift, stops: list[dict[str, Any]], way_back: timedelta) -> int:
    """Seconds after the end of the shift; marks the stops that reach beyond it, and the last one for the way home."""
    if not stops:
        return 0
    for stop in stops:
        stop["overtime"] = stop["ends"] > shift.ends_at
    free_at = max(stop["drawn"]["ends"] for stop in stops) + way_back
    overtime_s = max(0, int((free_at - shift.ends_at).total_seconds()))
    stops[-1]["overtime"] = stops[-1]["overtime"] or overtime_s > 0
    return overtime_s


def measure_load(shift: Shift, stops: list[dict[str, Any]]) -> dict[str, int]:
    """Seconds of work and of travel, and their share of the shift without its rests, in per cent."""
    work_s = sum(int((stop["ends"] - stop["starts"]).total_seconds()) for stop in stops)
    travel_s = sum(stop["travel_s"] for stop in stops)
    free_s = int((shift.ends_at - shift.starts_at).total_seconds()) - sum(b.duration_s for b in shift.breaks.all())
    return {"work_s": work_s, "travel_s": travel_s, "load": round(100 * (work_s + travel_s) / max(free_s, 1))}


def break_row(shift: Shift, pause: ShiftBreak, stops: list[dict[str, Any]]) -> dict[str, Any]:
    """When the rest falls. It isn't stored: it is the first gap of the route that holds it beside the travel."""
    length = timedelta(seconds=pause.duration_s)
    for clear_of_travel in (True, False):
        free_from = shift.starts_at
        for drawn in [*(stop["drawn"] for stop in stops), None]:
            until = drawn["starts"] if drawn else shift.ends_at
            travel = drawn["arrival"] - drawn["leaves"] if drawn else timedelta()
            leaves = drawn["leaves"] if drawn and clear_of_travel else until - travel
            begins = max(free_from, pause.earliest_at)
            if begins + length > leaves and drawn and clear_of_travel:
                begins, leaves = max(drawn["arrival"], pause.earliest_at), until
            if begins <= pause.latest_at and begins + length <= leaves:
                return {"starts": begins, "ends": begins + length, "fits": True}
            free_from = drawn["ends"] if drawn else until
    return {"starts": pause.earliest_at, "ends": pause.earliest_at + length, "fits": False}


def place_row(place: Place | None) -> dict[str, Any] | None:
    if place is None or not place.has_coordinates:
        return None
    return {"lat": place.latitude, "lon": place.longitude, "label": place.label}


def stop_row(stop: Stop, now: datetime) -> dict[str, Any]:
    appointment = stop.appointment
    state, state_label = describe_state(stop)
    trouble, trouble_label = find_trouble(stop, now)
    return {
        "id": stop.pk,
        **appointment_row(appointment),
        "arrival": stop.arrival_at,
        "starts": stop.starts_at,
        "ends": stop.ends_at,
        "travel_s": stop.travel_s,
        "distance_m": stop.distance_m,
        "quality": stop.travel_quality,
        "status": stop.status,
        "state": state,
        "state_label": state_label,
        "drawn": find_drawn_times(stop, now),
        "overtime": False,
        "held_until": getattr(stop, "held_until", None),
        "eta": stop.eta_at,
        "trouble": trouble,
        "trouble_label": trouble_label,
        "forced": stop.forced_reason,
        "movable": stop.status == StopStatus.PLANNED,
    }


def find_drawn_times(stop: Stop, now: datetime) -> dict[str, datetime]:
    """Where the board shows it: as planned until it begins, then by what happened and what follows from it."""
    way = timedelta(seconds=stop.travel_s)
    if stop.status == StopStatus.PLANNED:
        return {
            "leaves": stop.arrival_at - way,
            "arrival": stop.arrival_at,
            "starts": stop.starts_at,
            "ends": stop.ends_at,
        }
    length = stop.ends_at - stop.starts_at
    leaves, arrival, starts, ends = stop.on_my_way_at, stop.arrived_at, stop.started_at, stop.finished_at
    if arrival is None:
        expected = max(stop.eta_at or stop.arrival_at, now)
        arrival = starts or (max(leaves or ends - length, ends - length) if ends else expected)
    starts = starts or (arrival if ends else max(arrival, now))
    ends = ends or max(starts + length + timedelta(seconds=stop.overrun_s), now)
    leaves = min(leaves or arrival - way, arrival)
    return {"leaves": leaves, "arrival": arrival, "starts": starts, "ends": max(ends, starts + timedelta(minutes=1))}


def appointment_row(appointment: Appointment) -> dict[str, Any]:
    visit: Visit | None = getattr(appointment, "visit", None)
    place = appointment.place
    window = (
        {"starts": appointment.window_starts_at, "ends": appointment.window_ends_at}
        if appointment.is_promised
        else None
    )
    return {
        "appointment": appointment.pk,
        "visit": visit.pk if visit else None,
        "code": str(visit) if visit else str(appointment),
        "customer": visit.case.customer.name if visit else place.line1,
        "visit_type": str(visit.visit_type) if visit else "",
        "address": place.label,
        "zone": appointment.zone,
        "lat": place.latitude,
        "lon": place.longitude,
        "priority": appointment.priority,
        "priority_label": appointment.get_priority_display(),
        "window": window if appointment.is_promised else None,
        "pinned_technician": appointment.pinned_technician_id is not None,
        "pinned_time": appointment.pinned_start_at is not None,
    }


def describe_state(stop: Stop) -> tuple[str, str]:
    """A code for the shape and the word beside it."""
    if stop.status == StopStatus.FINISHED:
        return "done", stop.get_status_display()
    if stop.status == StopStatus.NOT_COMPLETED:
        return "failed", stop.get_status_display()
    if stop.status != StopStatus.PLANNED:
        return "under_way", stop.get_status_display()
    status = stop.appointment.status
    if status == AppointmentStatus.HELD:
        return "held", _("held while the customer confirms")
    if status == AppointmentStatus.CONFIRMED:
        return "confirmed", _("confirmed")
    return "placed", _("placed, not yet confirmed by the customer")


def find_trouble(stop: Stop, now: datetime) -> tuple[str, str]:
    """Late: the promise can't be kept by what is known now. At risk: little room is left, or nothing has been heard."""
    if stop.status not in NOT_BEGUN:
        return "", ""
    until = stop.appointment.window_ends_at
    expected = max(stop.eta_at or stop.arrival_at, now)
    if until is not None and expected > until:
        return "late", _("late: the promised window will be missed")
    if stop.status == StopStatus.PLANNED and now > stop.arrival_at + NO_START_AFTER:
        return "at_risk", _("at risk: the technician is not on the way yet")
    if until is not None and stop.eta_at and expected > until - RISK_MARGIN and stop.eta_at > stop.arrival_at:
        return "at_risk", _("at risk: less than 15 minutes are left of the promised window")
    return "", ""
