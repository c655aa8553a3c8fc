"""Why a visit has no place and what would give it one, or why it has the one it has: in the board's words."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.selectors.board_cost import list_parts
from dispatch.selectors.board_lanes import find_shifts
from dispatch.selectors.board_tray import explain_told
from dispatch.templatetags.visita import duration
from dispatch.wording import write_clock, write_day
from scheduling.core.explain import Explanation, Fix
from scheduling.core.fit import BLOCKERS
from scheduling.core.insert import Insertion
from scheduling.explanations import Placed, Unplaced, explain_placed, explain_unplaced
from scheduling.models import Appointment, PlanningSettings, RoutePlan, Skill, Stop, UnplannedAppointment
from scheduling.planning import Lane, Situation
from scheduling.services.plans import by_technician

FORCED = ("overtime", "due", "territory")
WINDOWS = ("window_later", "window_earlier")
LIMITS: Mapping[str, Any] = {
    "max_jobs": gettext_lazy("%(count)s above the most visits of %(technician)s: %(time)s"),
    "max_work_s": gettext_lazy("%(length)s above the most work of %(technician)s: %(time)s"),
    "max_travel_s": gettext_lazy("%(length)s above the longest travel of %(technician)s: %(time)s"),
    "max_leg_s": gettext_lazy("%(length)s above the longest way of %(technician)s: %(time)s"),
    "": gettext_lazy("Beyond a limit of %(technician)s: %(time)s"),
}
MOST_FIXES = 5


def read_explanation(
    *, appointment: Appointment, day: date, now: datetime, proposal: RoutePlan | None = None
) -> dict[str, Any]:
    """``acts`` of a fix: ``place`` (the lane and the begin), ``release`` (whose pin, then as ``place``), or an address
    to go to; none where it takes more than one step. Prices are seconds of driving. Of what ``proposal`` leaves out
    nothing can be carried out: it binds nothing yet."""
    if proposal is not None:
        found = explain_unplaced(appointment=appointment, day=day, now=now, proposal=proposal)
        answer = describe_unplaced(appointment, day, found)
        for way in [*answer["fixes"], *filter(None, [answer["room"]])]:
            way["acts"] = []
        return answer
    stop = (
        Stop.objects.filter(appointment=appointment, is_current=True)
        .select_related("route__shift", "technician")
        .first()
    )
    if stop is not None:
        return describe_placed(stop, explain_placed(stop=stop, now=now))
    return describe_unplaced(appointment, day, explain_unplaced(appointment=appointment, day=day, now=now))


def describe_placed(stop: Stop, found: Placed | None) -> dict[str, Any]:
    if found is None:
        return {"placed": True, "parts": [], "alternatives": [], "route": None}
    situation, why = found.situation, found.why
    route = next((one for one in found.costs.routes if one.worker == stop.route.shift_id), None)
    parts = list_parts(asdict(why.parts))
    return {
        "placed": True,
        "parts": parts,
        "cost_s": sum(row["cost_s"] for row in parts),
        "alternatives": [
            {
                **lane_words(situation.lanes[other.worker]),
                "starts": situation.instant(other.begin),
                "extra_s": other.extra_s,
            }
            for other in why.alternatives
        ],
        "route": None
        if route is None
        else {
            **lane_words(situation.lanes[route.worker]),
            "parts": list_parts(asdict(route.parts)),
            "cost_s": route.parts.total,
        },
    }


def lane_words(lane: Lane) -> dict[str, Any]:
    technician = lane.shift.technician
    return {"technician": technician.name, "lane": technician.colour + 1}


def describe_unplaced(appointment: Appointment, day: date, found: Unplaced | None) -> dict[str, Any]:
    shifts = find_shifts(day)
    if found is None or found.explanation is None:
        room = None if found is None or found.room is None else describe_room(found.situation, appointment, found.room)
        return {"placed": False, **explain_told(appointment, None, shifts), "room": room, "fixes": []}
    writer = FixWriter(found.situation, appointment, day)
    fixes = [(fix.price_s, writer.write(fix)) for fix in found.explanation.fixes]
    if found.elsewhere is not None:
        fixes.append((found.elsewhere.price_s, writer.write_day(found.elsewhere)))
    return {
        "placed": False,
        **explain_told(appointment, tell_day(found, found.explanation, appointment), shifts),
        "room": None,
        "fixes": [row for _price, row in sorted(fixes, key=itemgetter(0))[:MOST_FIXES]],
    }


def tell_day(found: Unplaced, explanation: Explanation, appointment: Appointment) -> UnplannedAppointment:
    """What hinders on the board's own day alone; never saved."""
    lanes = found.situation.lanes
    blockers = {
        worker: code for worker, code in explanation.unserved.blockers.items() if lanes[worker].shift.date == found.day
    }
    reason = max(blockers.values(), key=BLOCKERS.index, default=explanation.unserved.reason)
    return UnplannedAppointment(
        appointment=appointment, reason=reason, blockers=by_technician(found.situation, blockers)
    )


def describe_room(situation: Situation, appointment: Appointment, room: Insertion) -> dict[str, Any]:
    lane = situation.lanes[room.worker]
    words = {
        "technician": lane.shift.technician.name,
        "time": write_clock(situation.instant(room.begin), lane.shift.zone),
    }
    price = situation.problem.job(appointment.pk).unserved_cost
    text = _("There is room: %(time)s with %(technician)s") % words
    if price is not None and room.price_s > price:
        text = _("There is room at %(time)s with %(technician)s, but the way costs more than leaving it out") % words
    return {
        "kind": "room",
        "text": text,
        "price": driving_in_words(room.added_travel_s),
        "acts": [place_act(situation, lane, room.begin)],
    }


def place_act(situation: Situation, lane: Lane, begin: int) -> dict[str, Any]:
    return {
        "kind": "place",
        "label": _("Place it there"),
        "lane": lane.shift.pk,
        "starts": situation.instant(begin),
    }


def driving_in_words(seconds: int) -> str:
    """``+6 min of driving``; what is below half a minute is none."""
    if abs(seconds) < 30:
        return _("no more driving")
    words = {"sign": "−" if seconds < 0 else "+", "length": duration(abs(seconds))}
    return _("%(sign)s%(length)s of driving") % words


class FixWriter:
    """Each fix as a sentence with its price, and what a button can do about it."""

    def __init__(self, situation: Situation, appointment: Appointment, day: date) -> None:
        self.situation, self.appointment, self.day = situation, appointment, day
        self.visit = getattr(appointment, "visit", None)

    def write(self, fix: Fix) -> dict[str, Any]:
        lane = self.situation.lanes[fix.worker]
        words = self.words(lane, fix.begin) | {
            "length": duration(fix.amount_s),
            "count": str(fix.amount_s),
            "other": self.name_job(fix.job),
            "heir": "" if fix.moves_to is None else self.situation.lanes[fix.moves_to].shift.technician.name,
            "skill": self.name_skill(fix.skill),
            "level": str(fix.level),
        }
        text = self.sentence(fix) % words
        if lane.shift.date != self.day and fix.kind != "other_day":
            text = _("%(day)s: %(text)s") % {"day": words["day"], "text": text}
        return {"kind": fix.kind, "text": text, "price": self.price(fix, lane), "acts": self.acts(fix, lane)}

    def write_day(self, found: Insertion) -> dict[str, Any]:
        """Another day, on which the visit fits as it is."""
        lane = self.situation.lanes[found.worker]
        return {
            "kind": "other_day",
            "text": _("%(day)s, %(time)s with %(technician)s") % self.words(lane, found.begin),
            "price": driving_in_words(found.added_travel_s),
            "acts": [self.go_act(lane)],
        }

    def words(self, lane: Lane, begin: int) -> dict[str, str]:
        begins = self.situation.instant(begin)
        return {
            "technician": lane.shift.technician.name,
            "time": write_clock(begins, lane.shift.zone),
            "day": write_day(begins, lane.shift.zone),
        }

    def sentence(self, fix: Fix) -> str:
        sentences = {
            "window_later": _("A window %(length)s later: %(time)s with %(technician)s"),
            "window_earlier": _("A window %(length)s earlier: %(time)s with %(technician)s"),
            "overtime": _("%(length)s overtime of %(technician)s: %(time)s"),
            "release_pin": self.release_sentence(fix),
            "skill": _("%(skill)s level %(level)s for %(technician)s: %(time)s"),
            "other_day": _("%(day)s instead, %(time)s with %(technician)s"),
            "territory": _("Outside the territory of %(technician)s: %(time)s"),
            "limit": LIMITS.get(fix.rule or "", LIMITS[""]),
            "leave_out": _("Leave out %(other)s: %(time)s with %(technician)s"),
            "due": _("%(length)s after it is due: %(time)s with %(technician)s"),
        }
        return str(sentences[fix.kind])

    def release_sentence(self, fix: Fix) -> str:
        if fix.job == self.appointment.pk:
            return _("Release its own pin: %(time)s with %(technician)s")
        if fix.moves_to is not None:
            return _("Release the pin of %(other)s and give it to %(heir)s: %(time)s with %(technician)s")
        return _("Release the pin of %(other)s: %(time)s with %(technician)s")

    def price(self, fix: Fix, lane: Lane) -> str:
        driving = driving_in_words(fix.added_travel_s)
        rate = lane.shift.technician.overtime_rate
        if fix.kind != "overtime" or rate is None:
            return driving
        return f"{money_in_words(rate * fix.amount_s / 3600)}, {driving}"

    def acts(self, fix: Fix, lane: Lane) -> list[dict[str, Any]]:
        offer = self.offer_acts() if fix.kind in (*WINDOWS, "other_day") else []
        if lane.shift.date != self.day:
            return [*offer, self.go_act(lane)]
        if fix.kind == "skill":
            return [self.rules_act(lane)]
        place = place_act(self.situation, lane, fix.begin)
        if fix.kind in WINDOWS:
            return [*offer, place | {"label": _("Place it all the same")}]
        if fix.kind in FORCED:
            return [place]
        if fix.kind == "release_pin" and fix.job is not None and fix.moves_to is None:
            return [place | {"label": _("Release and place it")} | self.release_act(fix.job, fix.rule)]
        return []

    def release_act(self, job: int, rule: str | None) -> dict[str, Any]:
        """The pin that is not in the way stays: only somebody else's can, who has a place that it pins."""
        other = self.situation.problem.job(job)
        keeps = job != self.appointment.pk
        return {
            "kind": "release",
            "appointment": job,
            "pins": {
                "technician": keeps and rule == "pinned_start" and other.pinned_workers is not None,
                "time": keeps and rule == "pinned_workers" and other.pinned_start is not None,
            },
        }

    def offer_acts(self) -> list[dict[str, Any]]:
        if self.visit is None:
            return []
        return [{"kind": "go", "label": _("Offer a new time"), "address": reverse("visit", args=[self.visit.pk])}]

    def rules_act(self, lane: Lane) -> dict[str, Any]:
        technician = lane.shift.technician
        label = _("Rules of %(technician)s") % {"technician": technician.name}
        return {"kind": "go", "label": label, "address": reverse("technician_rules", args=[technician.pk])}

    def go_act(self, lane: Lane) -> dict[str, Any]:
        query = {"date": lane.shift.date.isoformat(), "appointment": str(self.appointment.pk)}
        return {"kind": "go", "label": _("Show that day"), "address": reverse("board", query=query)}

    def name_job(self, job: int | None) -> str:
        if job is None:
            return ""
        appointment = self.situation.appointments[job]
        visit = getattr(appointment, "visit", None)
        return visit.case.customer.name if visit else appointment.place.line1

    def name_skill(self, code: str | None) -> str:
        return "" if code is None else Skill.objects.get(code=code).name


def money_in_words(amount: Decimal) -> str:
    whole = amount == amount.to_integral_value()
    return f"{number_format(amount, 0 if whole else 2)} {PlanningSettings.current().currency}"
