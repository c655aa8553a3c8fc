"""Rules and reasons in words, for people."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy, ngettext

from scheduling.core.check import Violation
from scheduling.errors import BrokenRule
from scheduling.models import Appointment
from scheduling.planning import Situation

REASONS: Mapping[str, object] = {
    "no_coordinates": gettext_lazy("Its address has no coordinates."),
    "no_skill": gettext_lazy("Nobody on shift has the skills it takes."),
    "no_shift": gettext_lazy("No shift is long enough for the way and the work."),
    "excluded": gettext_lazy("Everyone on shift is excluded from it."),
    "not_allowed": gettext_lazy("Nobody whom it asks for is on shift."),
    "pinned_elsewhere": gettext_lazy("It is pinned to someone who can't take it."),
    "certificate": gettext_lazy("The certificates it takes have run out."),
    "area": gettext_lazy("It lies outside the territories of everyone on shift."),
    "leg_too_long": gettext_lazy("The way there is longer than anyone may drive at once."),
    "overloaded": gettext_lazy("Its work is longer than anyone may work in a day."),
    "site_closed": gettext_lazy("The site is closed while anyone could come."),
    "promise": gettext_lazy("Nobody can keep its promised window."),
    "due": gettext_lazy("Nobody can begin before it is due."),
    "window_closed": gettext_lazy("Nobody can begin inside its hours."),
    "capacity": gettext_lazy("No van has room for what it needs."),
    "too_far": gettext_lazy("It lies farther than anyone may travel."),
    "no_room": gettext_lazy("Everyone who could do it is full."),
    "not_worth": gettext_lazy("There is room, but the way costs more than leaving it for another day."),
}
BLOCKERS: Mapping[str, object] = {
    "no_skill": gettext_lazy("lacks the skill"),
    "no_shift": gettext_lazy("shift too short or absent"),
    "excluded": gettext_lazy("excluded from this visit"),
    "not_allowed": gettext_lazy("not one of those it asks for"),
    "pinned_elsewhere": gettext_lazy("pinned to someone else"),
    "certificate": gettext_lazy("certificate has run out"),
    "area": gettext_lazy("outside the territory"),
    "leg_too_long": gettext_lazy("too long a way at once"),
    "overloaded": gettext_lazy("more work than a day allows"),
    "site_closed": gettext_lazy("site closed at that time"),
    "promise": gettext_lazy("can't keep the promised window"),
    "due": gettext_lazy("can't begin before it is due"),
    "window_closed": gettext_lazy("can't be there inside the hours"),
    "capacity": gettext_lazy("van too small"),
    "too_far": gettext_lazy("too far"),
    "no_room": gettext_lazy("full"),
    "not_worth": gettext_lazy("too long a way"),
}
RULES = {
    "skill": gettext_lazy("%(technician)s lacks a skill that this visit takes."),
    "any_skill": gettext_lazy("%(technician)s has none of the skills that would do."),
    "certificate": gettext_lazy("A certificate of %(technician)s will have run out."),
    "excluded": gettext_lazy("%(technician)s is excluded from this visit."),
    "not_allowed": gettext_lazy("The visit asks for other technicians."),
    "pinned_worker": gettext_lazy("The visit is pinned to another technician."),
    "forbidden_area": gettext_lazy("%(technician)s may not work in that territory."),
    "area": gettext_lazy("The place lies outside the territories of %(technician)s."),
    "frozen": gettext_lazy("A visit that is about to begin would lose its place."),
    "travel": gettext_lazy("The way takes longer: %(minutes)s are missing."),
    "overlap": gettext_lazy("It overlaps another stop by %(minutes)s."),
    "pinned_start": gettext_lazy("A pinned hour would move by %(minutes)s."),
    "duration": gettext_lazy("The work would be cut short by %(minutes)s."),
    "setup": gettext_lazy("The setup would be cut short by %(minutes)s."),
    "shift_start": gettext_lazy("It begins %(minutes)s before the shift."),
    "ready_at": gettext_lazy("%(technician)s is %(minutes)s from being free."),
    "shift_end": gettext_lazy("The shift would end %(minutes)s late."),
    "absence": gettext_lazy("%(technician)s is absent for %(minutes)s of that time."),
    "break_missing": gettext_lazy("There would be no room for the break."),
    "break_window": gettext_lazy("The break would move out of its time by %(minutes)s."),
    "break_short": gettext_lazy("The break would be cut short by %(minutes)s."),
    "capacity": gettext_lazy("The van can't carry all of it."),
    "max_jobs": gettext_lazy("%(technician)s would have too many visits."),
    "max_work": gettext_lazy("%(technician)s would work %(minutes)s more than a day allows."),
    "max_travel": gettext_lazy("%(technician)s would travel %(minutes)s too long."),
    "max_leg": gettext_lazy("A single way would be %(minutes)s too long."),
    "promise": gettext_lazy("The promise to the customer would be broken by %(minutes)s."),
    "opening": gettext_lazy("Work would begin %(minutes)s outside the site's opening hours."),
    "earliest": gettext_lazy("Work would begin %(minutes)s too early."),
    "due": gettext_lazy("Work would begin %(minutes)s after it is due."),
    "window": gettext_lazy("Work would begin %(minutes)s outside the customer's hours."),
}
# What a dispatcher may decide against the customer's wishes, for the visit that is being moved.
FORCEABLE = frozenset({"window", "due", "area", "forbidden_area"})
OTHER = gettext_lazy("The plan would break a rule (%(rule)s).")


def minutes_in_words(seconds: int) -> str:
    """Rounded up, so that nothing broken reads as 0 minutes; from an hour on as ``4 h 02``."""
    minutes = -(-seconds // 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02}" if minutes % 60 else f"{minutes // 60} h"
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def describe(violation: Violation, situation: Situation, moved: Appointment | None = None) -> BrokenRule:
    """What a violation means, and whether it may be forced: for the visit moved its wishes, due date and territory, and
    overtime within the technician's limit, as long as no absence and no other shift begins."""
    lane = situation.lanes.get(violation.worker) if violation.worker is not None else None
    technician = lane.shift.technician if lane else None
    forceable = (violation.rule in FORCEABLE and moved is not None and moved.pk == violation.job) or (
        violation.rule == "shift_end" and _is_overtime(violation, situation)
    )
    name = technician.name if technician else ""
    words = {"technician": name, "minutes": minutes_in_words(violation.amount), "rule": violation.rule}
    text = RULES.get(violation.rule, OTHER)
    return BrokenRule(violation.rule, str(text) % words, forceable, violation.job, name)


def _is_overtime(violation: Violation, situation: Situation) -> bool:
    """All seconds after the shift's end count: those planned with, which break nothing, and those above."""
    worker = None if violation.worker is None else situation.problem.find_worker(violation.worker)
    return worker is not None and violation.amount + worker.overtime_s <= (worker.most_overtime_s or 0)


def reason_in_words(code: str) -> str:
    return str(REASONS.get(code, code))


def blocker_in_words(code: str) -> str:
    return str(BLOCKERS.get(code, code))
