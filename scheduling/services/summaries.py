"""A proposal in figures: before and after, who moves, what it costs by part, and which promises it would break."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from scheduling.core.cost import break_down, cost
from scheduling.core.plan import Plan
from scheduling.core.plan import Route as CoreRoute
from scheduling.enums import AppointmentStatus
from scheduling.planning import Situation, promised_window
from scheduling.selectors import plannable_appointments

PROMISED = (AppointmentStatus.HELD, AppointmentStatus.CONFIRMED)


def summarise(situation: Situation, result: Plan, may_break: Collection[int] = (), *, now: datetime) -> dict[str, Any]:
    """Before and after in figures, who drives more or less, and every stop that changes hands or hour.

    Routes that ``result`` leaves as they are keep the hours that they were published with, on both sides.
    """
    old, new = at_published_hours(situation, situation.present), at_published_hours(situation, result)
    before, after = _places(situation, old), _places(situation, new)
    waiting = _count_waiting(situation, now)
    broken = find_broken_promises(situation, new.routes, {*may_break, *_lost_promises(situation, after)})
    return {
        "before": _totals(situation, old, waiting),
        "after": _totals(situation, new, waiting),
        "cost": {"before": cost_by_part(situation, old), "after": cost_by_part(situation, new)},
        "broken_promises": [_promise_row(appointment, span, after) for appointment, span in broken.items()],
        "late_promises": [
            _promise_row(appointment, span, after)
            for appointment, span in find_broken_promises(situation, new.routes, after).items()
            if appointment not in broken
        ],
        "moves": [
            {
                "appointment": appointment,
                "from_technician": was[0] if was else None,
                "to_technician": goes[0] if goes else None,
                "from_start": was[1] if was else None,
                "to_start": goes[1] if goes else None,
            }
            for appointment in sorted(before.keys() | after.keys())
            if (was := before.get(appointment)) != (goes := after.get(appointment))
        ],
        "per_technician": _per_technician(situation, result),
    }


def cost_by_part(situation: Situation, plan: Plan) -> dict[str, Any]:
    """Prices in seconds of driving: of the whole plan by part, of what it leaves out, and by technician."""
    found = break_down(situation.problem, plan)
    technicians: dict[str, dict[str, int]] = {}
    for route in found.routes:
        sums = technicians.setdefault(str(situation.lanes[route.worker].shift.technician_id), {})
        for part, price in asdict(route.parts).items():
            sums[part] = sums.get(part, 0) + price
    return {"parts": asdict(found.parts), "unserved": found.unserved_cost, "technicians": technicians}


def find_broken_promises(
    situation: Situation, routes: Iterable[CoreRoute | None], may_break: Collection[int]
) -> dict[int, tuple[datetime, datetime]]:
    """Which of these appointments' promises, a hold's too, would be broken on these routes or by not being on any."""
    begins = {
        stop.id: situation.instant(stop.begin)
        for route in routes
        for stop in (route.stops if route else ())
        if stop.kind == "job"
    }
    broken = {}
    for appointment_id in sorted(set(may_break) & situation.appointments.keys()):
        appointment = situation.appointments[appointment_id]
        promised, begin = promised_window(appointment), begins.get(appointment_id)
        if promised is None or (begin is not None and promised[0] <= begin <= promised[1]):
            continue
        broken[appointment_id] = promised
    return broken


def _lost_promises(situation: Situation, placed: Collection[int]) -> set[int]:
    """Whoever was promised a time, has a place now and would have none."""
    return {
        stop.appointment_id
        for lane in situation.lanes.values()
        for stop in lane.free
        if stop.appointment.status in PROMISED and stop.appointment_id not in placed
    }


def _promise_row(
    appointment: int, promised: tuple[datetime, datetime], places: Mapping[int, tuple[int, str]]
) -> dict[str, Any]:
    return {
        "appointment": appointment,
        "promised_from": promised[0].isoformat(),
        "promised_until": promised[1].isoformat(),
        "start": places[appointment][1] if appointment in places else None,
    }


def at_published_hours(situation: Situation, plan: Plan) -> Plan:
    """The plan, with the hours that stand in the database on each route that is as it was, as far as they can still be
    kept: times of the core are the earliest ones, and a stop that was placed for later is not moved by that."""
    return Plan(tuple(_at_published_hours(situation, route) for route in plan.routes), plan.unserved)


def _at_published_hours(situation: Situation, route: CoreRoute) -> CoreRoute:
    if jobs_of(route) != jobs_of(situation.present.route_of(route.worker)):
        return route
    published = {stop.appointment_id: stop for stop in situation.lanes[route.worker].free}
    stops = []
    for stop in route.stops:
        if stop.kind == "job":
            begin = max(stop.begin, situation.seconds(published[stop.id].starts_at))
            arrival = min(begin, max(stop.arrival, situation.seconds(published[stop.id].arrival_at)))
            stop = replace(stop, arrival=arrival, begin=begin, end=stop.end + begin - stop.begin)
        stops.append(stop)
    if not stops:
        return route
    leaves = route.leaves + stops[0].arrival - route.stops[0].arrival
    returns = route.returns + stops[-1].end - route.stops[-1].end
    return replace(route, leaves=leaves, stops=tuple(stops), returns=returns)


def jobs_of(route: CoreRoute | None) -> tuple[tuple[int, int], ...]:
    """Who is served when: (job, begin) in order."""
    return tuple((stop.id, stop.begin) for stop in (route.stops if route else ()) if stop.kind == "job")


def _per_technician(situation: Situation, result: Plan) -> list[dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = {}
    for worker, lane in situation.lanes.items():
        technician = lane.shift.technician
        was, now = situation.present.route_of(worker), result.route_of(worker)
        figures = {
            "travel_before_s": _travel(was),
            "travel_after_s": _travel(now),
            "stops_before": len(jobs_of(was)),
            "stops_after": len(jobs_of(now)),
        }
        row = rows.setdefault(technician.pk, {"technician": technician.pk, "name": technician.name})
        for name, figure in figures.items():
            row[name] = row.get(name, 0) + figure
    return list(rows.values())


def _travel(route: CoreRoute | None) -> int:
    return 0 if route is None else sum(stop.travel_s for stop in route.stops) + route.travel_back_s


def _totals(situation: Situation, plan: Plan, waiting: int) -> dict[str, int]:
    """``cost`` is in seconds of driving: every priced part, and the price of each job left out. ``overtime_s`` counts,
    like the cost of it, from the end of what absences leave of a shift. ``waiting`` are those that it doesn't look at.
    """
    stops = sum(len(route.job_ids) for route in plan.routes)
    workers = {route.worker: situation.problem.worker(route.worker) for route in plan.routes if route.job_ids}
    return {
        "cost": cost(situation.problem, plan).total,
        "travel_s": sum(_travel(route) for route in plan.routes),
        "stops": stops,
        "unplanned": len(situation.problem.jobs) - stops + len(situation.without_coordinates) + waiting,
        "overtime_s": sum(
            max(0, route.returns - workers[route.worker].shift.end) for route in plan.routes if route.job_ids
        ),
    }


def _count_waiting(situation: Situation, now: datetime) -> int:
    """What waits for a place on these days and was not looked at, as a repair looks only at what it has to."""
    seen = {*situation.appointments, *(one.pk for one in situation.without_coordinates)}
    waits = {one.pk for day in situation.dates for one in plannable_appointments(date=day, now=now)}
    return len(waits - seen)


def _places(situation: Situation, plan: Plan) -> dict[int, tuple[int, str]]:
    return {
        stop.id: (situation.lanes[route.worker].shift.technician_id, situation.instant(stop.begin).isoformat())
        for route in plan.routes
        for stop in route.stops
        if stop.kind == "job"
    }
