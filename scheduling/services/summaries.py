"""A proposal in figures: before and after, who moves, what it costs by part, and which promises it would break."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from scheduling.core.cost import break_down, cost
from scheduling.core.plan import Plan
from scheduling.core.plan import Route as CoreRoute
from scheduling.planning import Situation


def summarise(situation: Situation, result: Plan, may_break: Collection[int] = ()) -> dict[str, Any]:
    """Before and after in figures, who drives more or less, and every stop that changes hands or hour."""
    before, after = _places(situation, situation.present), _places(situation, result)
    return {
        "before": _totals(situation, situation.present),
        "after": _totals(situation, result),
        "cost": {"before": cost_by_part(situation, situation.present), "after": cost_by_part(situation, result)},
        "broken_promises": [
            {
                "appointment": appointment,
                "promised_from": promised[0].isoformat(),
                "promised_until": promised[1].isoformat(),
                "start": after[appointment][1] if appointment in after else None,
            }
            for appointment, promised in find_broken_promises(situation, result.routes, may_break).items()
        ],
        "moves": [
            {
                "appointment": appointment,
                "from_technician": was[0] if was else None,
                "to_technician": now[0] if now else None,
                "from_start": was[1] if was else None,
                "to_start": now[1] if now else None,
            }
            for appointment in sorted(before.keys() | after.keys())
            if (was := before.get(appointment)) != (now := after.get(appointment))
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
    """Which of the promises that may be broken would be, on these routes or by not being on any."""
    begins = {
        stop.id: situation.instant(stop.begin)
        for route in routes
        for stop in (route.stops if route else ())
        if stop.kind == "job"
    }
    broken = {}
    for appointment_id in sorted(set(may_break) & situation.appointments.keys()):
        appointment = situation.appointments[appointment_id]
        starts_at, ends_at, begin = appointment.window_starts_at, appointment.window_ends_at, begins.get(appointment_id)
        if starts_at is None or ends_at is None or (begin is not None and starts_at <= begin <= ends_at):
            continue
        broken[appointment_id] = (starts_at, ends_at)
    return broken


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


def _totals(situation: Situation, plan: Plan) -> dict[str, int]:
    """``cost`` is in seconds of driving: every priced part, and the price of each job left out."""
    stops = sum(len(route.job_ids) for route in plan.routes)
    return {
        "cost": cost(situation.problem, plan).total,
        "travel_s": sum(_travel(route) for route in plan.routes),
        "stops": stops,
        "unplanned": len(situation.problem.jobs) - stops + len(situation.without_coordinates),
        "overtime_s": sum(
            max(0, route.returns - situation.seconds(situation.lanes[route.worker].shift.ends_at))
            for route in plan.routes
        ),
    }


def _places(situation: Situation, plan: Plan) -> dict[int, tuple[int, str]]:
    return {
        stop.id: (situation.lanes[route.worker].shift.technician_id, situation.instant(stop.begin).isoformat())
        for route in plan.routes
        for stop in route.stops
        if stop.kind == "job"
    }
