"""One day of the board as one document: what the page, the lists and the scripts all show.

Instants are aware datetimes (ISO 8601 in JSON); ``zone`` names the clock they are read on. The number of queries does
not depend on how much there is.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Max, Sum
from django.utils.translation import gettext as _

from dispatch.models import CaseEvent
from dispatch.selectors.board_lanes import find_absences, find_shifts, find_stops, find_ways_back, lane_row, stop_row
from dispatch.selectors.board_plan import read_proposal, read_run
from dispatch.selectors.board_tray import count_waiting_cases, find_waiting_cases, read_tray
from scheduling.enums import StopStatus
from scheduling.horizon import covering
from scheduling.models import AppointmentEvent, Route, RoutePlan, Run, Shift, Stop
from scheduling.services.words import minutes_in_words

REFRESH_S = 60


def read_day(*, date: date, now: datetime) -> dict[str, Any]:
    version = read_version(date=date, now=now)  # before the rows, so that a write in between is noticed
    shifts = find_shifts(date)
    absences = find_absences(shifts)
    stops = find_stops(shifts)
    ways_back = find_ways_back(shifts, stops)
    zone = choose_zone(shifts)
    lanes = [
        lane_row(
            shift,
            [stop_row(stop, now) for stop in stops.get(shift.pk, [])],
            absences.get(shift.technician_id, []),
            ways_back.get(shift.pk, timedelta()),
        )
        for shift in shifts
    ]
    mark_repeated_colours(lanes)
    return {
        "date": date,
        "zone": zone,
        "midnight": datetime.combine(date, time(), ZoneInfo(zone)),
        "now": now,
        "version": version,
        "lanes": lanes,
        "tray": read_tray(date=date, shifts=shifts, now=now),
        "cases": find_waiting_cases(now=now),
        "case_count": count_waiting_cases(),
        "alerts": [alert for lane in lanes for alert in list_alerts(lane)],
        "run": read_run(date),
        "proposal": read_proposal(date, shifts),
    }


def list_alerts(lane: dict[str, Any]) -> list[dict[str, Any]]:
    """What needs a dispatcher on this lane: stops planned into an absence, those in trouble, and a day that was made
    longer than the shift."""
    named = {"technician": lane["name"]}
    absent = [stop for stop in lane["stops"] if stop["movable"] and falls_into_absence(stop, lane["absences"])]
    label = _("%(technician)s is absent then: it needs another place") % named
    alerts = [stop | named | {"trouble": "absence", "trouble_label": label} for stop in absent]
    alerts += [stop | named for stop in lane["stops"] if stop["trouble"] and stop not in absent]
    if lane["overtime_s"] and any(stop["forced"] for stop in lane["stops"]):
        words = {"technician": lane["name"], "length": minutes_in_words(lane["overtime_s"])}
        label = _("%(technician)s ends %(length)s after the shift") % words
        alerts.append(lane["stops"][-1] | named | {"trouble": "overtime", "trouble_label": label})
    return alerts


def falls_into_absence(stop: dict[str, Any], absences: list[dict[str, Any]]) -> bool:
    return any(away["starts"] < stop["ends"] and stop["starts"] < away["ends"] for away in absences)


def read_version(*, date: date, now: datetime) -> str:
    """Changes whenever the document would: with each write, and each minute for what only time makes late."""
    routes = Route.objects.filter(shift__date=date).aggregate(Sum("version"), Count("pk"))
    stops = Stop.objects.filter(route__shift__date=date, is_current=True).aggregate(Sum("version"), Max("eta_at"))
    run = Run.objects.filter(covering(date)).order_by("-pk").values_list("pk", "status").first()
    plan = RoutePlan.objects.filter(covering(date)).order_by("-pk").values_list("pk", "status").first()
    latest = (
        AppointmentEvent.objects.aggregate(latest=Max("pk"))["latest"],
        CaseEvent.objects.aggregate(latest=Max("pk"))["latest"],
    )
    parts = (*routes.values(), *stops.values(), run, plan, *latest, int(now.timestamp()) // REFRESH_S)
    return "-".join(str(part).replace(" ", "") for part in parts)


def choose_zone(shifts: list[Shift]) -> str:
    """The clock that most shifts of the day go by; the installation's when there is none."""
    common = Counter(shift.zone for shift in shifts).most_common(1)
    return common[0][0] if common else settings.TIME_ZONE


def mark_repeated_colours(lanes: list[dict[str, Any]]) -> None:
    """There are twelve colours; who shares one with somebody above is told apart by a dashed line."""
    used: dict[int, int] = {}
    for lane in lanes:
        lane["dashed"] = used.setdefault(lane["lane"], lane["technician"]) != lane["technician"]


def count_done(document: dict[str, Any]) -> dict[str, int]:
    stops = [stop for lane in document["lanes"] for stop in lane["stops"]]
    done = [stop for stop in stops if stop["status"] in (StopStatus.FINISHED, StopStatus.NOT_COMPLETED)]
    return {"stops": len(stops), "done": len(done), "unplanned": len(document["tray"])}
