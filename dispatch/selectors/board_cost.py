"""What a plan costs, part by part, in the words of the board. Prices are whole seconds of driving."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from scheduling.models import Technician

PARTS: Mapping[str, Any] = {
    "travel": _("Driving"),
    "paid": _("Paid time"),
    "overtime": _("Overtime"),
    "waiting": _("Waiting"),
    "lateness": _("Lateness"),
    "risk": _("Risky visits late in the day"),
    "moved": _("Hours moved"),
    "changed": _("Another technician or day"),
    "preference": _("Preferences not met"),
    "overqualified": _("Skills to spare"),
    "fairness": _("Unequal load"),
    "unserved": _("Left out"),
}


def list_parts(parts: Mapping[str, int]) -> list[dict[str, Any]]:
    """One row for each part that costs anything, in the order of ``PARTS``."""
    return [
        {"part": name, "label": str(label), "cost_s": parts[name]} for name, label in PARTS.items() if parts.get(name)
    ]


def compare_cost(summary: Mapping[str, Any], technicians: Mapping[int, Technician]) -> dict[str, Any] | None:
    """Before and after by part and by technician; None for a proposal that kept no breakdown."""
    cost = summary.get("cost")
    if not cost:
        return None
    before, after = (cost[side]["parts"] | {"unserved": cost[side]["unserved"]} for side in ("before", "after"))
    return {
        "parts": compare_parts(before, after),
        "before_s": sum(before.values()),
        "after_s": sum(after.values()),
        "technicians": compare_technicians(technicians, cost["before"]["technicians"], cost["after"]["technicians"]),
    }


def compare_parts(before: Mapping[str, int], after: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {"part": name, "label": str(label), "before_s": before.get(name, 0), "after_s": after.get(name, 0)}
        for name, label in PARTS.items()
        if before.get(name) or after.get(name)
    ]


def compare_technicians(
    technicians: Mapping[int, Technician],
    before: Mapping[str, Mapping[str, int]],
    after: Mapping[str, Mapping[str, int]],
) -> list[dict[str, Any]]:
    """Those whose price changes. The keys of ``before`` and ``after`` are ids as texts."""
    rows = []
    for technician in sorted(technicians.values(), key=lambda one: one.name):
        was, now = before.get(str(technician.pk), {}), after.get(str(technician.pk), {})
        if was != now:
            rows.append(
                {
                    "technician": technician.name,
                    "lane": technician.colour + 1,
                    "before_s": sum(was.values()),
                    "after_s": sum(now.values()),
                    "parts": [row for row in compare_parts(was, now) if row["before_s"] != row["after_s"]],
                }
            )
    return rows
