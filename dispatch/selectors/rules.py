"""An appointment's planning rules in words, for the visit's page and its history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.templatetags.visita import moment, window
from scheduling.models import Appointment, AppointmentHours, AppointmentSkill, TechnicianChoice

NAMES = {
    "priority": gettext_lazy("Priority"),
    "risk": gettext_lazy("Risk"),
    "skills": gettext_lazy("Skills"),
    "wishes": gettext_lazy("Wishes"),
    "hours": gettext_lazy("Opening hours"),
    "earliest_at": gettext_lazy("Not before"),
    "due_at": gettext_lazy("Due"),
    "sla_at": gettext_lazy("Late after (SLA)"),
    "technicians": gettext_lazy("Technicians"),
    "loads": gettext_lazy("Load"),
    "pinned_technician": gettext_lazy("Pinned technician"),
    "pinned_start_at": gettext_lazy("Pinned time"),
}
ORDER = (TechnicianChoice.REQUIRED, TechnicianChoice.PREFERRED, TechnicianChoice.EXCLUDED)


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    lines: tuple[str, ...]

    @property
    def label(self) -> str:
        return str(NAMES[self.name])


def list_rules(appointment: Appointment) -> tuple[list[Rule], list[str]]:
    """The rules that are set, in words, and the names of the others. Times in the active zone."""
    prefetch_related_objects(
        [appointment], "skills__skill", "wishes", "hours", "technicians__technician", "loads__unit"
    )
    rules = [Rule(name, tuple(lines)) for name, lines in _write_rules(appointment).items()]
    return [rule for rule in rules if rule.lines], [rule.label for rule in rules if not rule.lines]


def _write_rules(appointment: Appointment) -> dict[str, list[str]]:
    pinned = appointment.pinned_technician
    return {
        "priority": [capfirst(appointment.get_priority_display())],
        "risk": [f"{appointment.risk} %"] if appointment.risk else [],
        "skills": _write_skills(appointment.skills.all()),
        "technicians": _write_technicians(appointment),
        "pinned_technician": [pinned.name] if pinned else [],
        "pinned_start_at": _write_moment(appointment.pinned_start_at),
        "wishes": [window(wish.starts_at, wish.ends_at) for wish in appointment.wishes.all()],
        "hours": _write_hours(appointment.hours.all()),
        "earliest_at": _write_moment(appointment.earliest_at),
        "due_at": _write_moment(appointment.due_at),
        "sla_at": _write_moment(appointment.sla_at),
        "loads": [_write_load(str(load.unit), load.delivery, load.pickup) for load in appointment.loads.all()],
    }


def _write_moment(instant: Any) -> list[str]:
    return [moment(instant)] if instant else []


def _write_skills(needs: Iterable[AppointmentSkill]) -> list[str]:
    """All that are needed on one line; each group of alternatives on another."""
    lines = []
    for group, rows in groupby(sorted(needs, key=attrgetter("group")), key=attrgetter("group")):
        names = [f"{row.skill} {row.level}" for row in rows]
        lines.append(_("one of: %(names)s") % {"names": ", ".join(names)} if group else ", ".join(names))
    return lines


def _write_technicians(appointment: Appointment) -> list[str]:
    rows = list(appointment.technicians.all())
    named = [(kind.label, sorted(row.technician.name for row in rows if row.kind == kind)) for kind in ORDER]
    return [f"{capfirst(label)}: {', '.join(names)}" for label, names in named if names]


def _write_hours(rows: Iterable[AppointmentHours]) -> list[str]:
    """``Mon–Fri 09:00–14:00, 16:00–19:00``: days in a row with the same hours share a line."""
    days: dict[int, list[str]] = {}
    for row in rows:
        days.setdefault(row.weekday, []).append(f"{row.opens:%H:%M}–{row.closes:%H:%M}")
    lines = []
    for spans, run in groupby(sorted(days), key=lambda day: days[day]):
        for first, last in _runs(list(run)):
            names = str(WEEKDAYS_ABBR[first]) if first == last else f"{WEEKDAYS_ABBR[first]}–{WEEKDAYS_ABBR[last]}"
            lines.append(f"{names} {', '.join(spans)}")
    return lines


def _runs(days: list[int]) -> Iterable[tuple[int, int]]:
    first = last = days[0]
    for day in days[1:]:
        if day != last + 1:
            yield first, last
            first = day
        last = day
    yield first, last


def _write_load(unit: str, delivery: int, pickup: int) -> str:
    ways = []
    if delivery:
        ways.append(_("%(amount)s brought") % {"amount": delivery})
    if pickup:
        ways.append(_("%(amount)s taken along") % {"amount": pickup})
    return f"{unit}: {', '.join(ways)}"


def name_changed_rules(data: Mapping[str, Any]) -> str:
    """Of an event of the history: which rules were changed."""
    return ", ".join(str(NAMES[name]) for name in data["changes"] if name in NAMES)
