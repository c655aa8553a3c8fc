"""Rules and reasons in words, for people."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy, ngettext

from scheduling.core.check import Violation
from scheduling.errors import BrokenRule
from scheduling.models import Appointment
from scheduling.planning import Situation, promised_window

REASONS: Mapping[str, object] = {
    "no_coordinates": gettext_lazy("Its address has no coordinates."),
    "no_skill": gettext_lazy("Nobody on shift has the skills it takes."),
    "no_shift": gettext_lazy("No shift is long enough for the way and the work."),
    "not_allowed": gettext_lazy("It is pinned to someone who can't take it."),
    "window_closed": gettext_lazy("Nobody can begin inside its hours."),
    "capacity": gettext_lazy("No van has room for what it needs."),
    "too_far": gettext_lazy("It lies farther than anyone may travel."),
    "no_room": gettext_lazy("Everyone who could do it is full."),
    "not_worth": gettext_lazy("There is room, but the way costs more than leaving it for another day."),
}
BLOCKERS: Mapping[str, object] = {
    "no_skill": gettext_lazy("lacks the skill"),
    "no_shift": gettext_lazy("shift too short or absent"),
    "not_allowed": gettext_lazy("pinned to someone else"),
    "window_closed": gettext_lazy("can't be there inside the hours"),
    "capacity": gettext_lazy("van too small"),
    "too_far": gettext_lazy("too far"),
    "no_room": gettext_lazy("full"),
    "not_worth": gettext_lazy("too long a way"),
}
RULES = {
    "skill": gettext_lazy("%(technician)s lacks a skill that this visit takes."),
    "not_allowed": gettext_lazy("The visit is pinned to another technician."),
    "travel": gettext_lazy("The way takes longer: %(minutes)s are missing."),
    "overlap": gettext_lazy("It overlaps another stop by %(minutes)s."),
    "pinned_start": gettext_lazy("A pinned hour would move by %(minutes)s."),
    "duration": gettext_lazy("The work would be cut short by %(minutes)s."),
    "setup": gettext_lazy("The setup would be cut short by %(minutes)s."),
    "shift_start": gettext_lazy("It begins %(minutes)s before the shift."),
    "ready_at": gettext_lazy("%(technician)s is %(minutes)s from being free."),
    "shift_end": gettext_lazy("The shift would end %(minutes)s late."),
    "break_missing": gettext_lazy("There would be no room for the break."),
    "break_window": gettext_lazy("The break would move out of its time by %(minutes)s."),
    "break_short": gettext_lazy("The break would be cut short by %(minutes)s."),
    "capacity": gettext_lazy("The van can't carry all of it."),
    "max_jobs": gettext_lazy("%(technician)s would have too many visits."),
    "max_travel": gettext_lazy("%(technician)s would travel %(minutes)s too long."),
    "window": gettext_lazy("Work would begin %(minutes)s outside the customer's hours."),
}
PROMISE = gettext_lazy("The promise to the customer would be broken by %(minutes)s.")
OTHER = gettext_lazy("The plan would break a rule (%(rule)s).")


def minutes_in_words(seconds: int) -> str:
    """Rounded up, so that nothing broken reads as 0 minutes; from an hour on as ``4 h 02``."""
    minutes = -(-seconds // 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02}" if minutes % 60 else f"{minutes // 60} h"
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def describe(violation: Violation, situation: Situation, moved: Appointment | None = None) -> BrokenRule:
    """What a violation means, and whether it may be forced: wishes and due date, and overtime within its limit."""
    lane = situation.lanes.get(violation.worker) if violation.worker is not None else None
    appointment = situation.appointments.get(violation.job) if violation.job is not None else None
    promised = appointment is not None and promised_window(appointment) is not None
    rule = "promise" if violation.rule == "window" and promised else violation.rule
    text = PROMISE if rule == "promise" else RULES.get(rule, OTHER)
    technician = lane.shift.technician.name if lane else ""
    limit = lane.shift.technician.max_overtime_s if lane else 0
    forceable = (rule == "window" and appointment is not None and moved is not None and appointment.pk == moved.pk) or (
        rule == "shift_end" and violation.amount <= limit
    )
    words = {
        "technician": technician,
        "minutes": minutes_in_words(violation.amount),
        "rule": violation.rule,
    }
    return BrokenRule(rule, str(text) % words, forceable, violation.job, technician)


def reason_in_words(code: str) -> str:
    return str(REASONS.get(code, code))


def blocker_in_words(code: str) -> str:
    return str(BLOCKERS.get(code, code))
