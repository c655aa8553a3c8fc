"""How pages write states, times, durations and distances."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model
from django.forms import BoundField, CheckboxInput
from django.template import Context, Library
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dispatch.access import DISPATCHER, OFFICE, TECHNICIAN, has_role
from dispatch.models import Finding
from dispatch.models.names import pick_name
from dispatch.services.notices import LINK

register = Library()
HOUR_S = 3600
DAY_S = 86_400
SOON_S = 4 * HOUR_S

LOOKS = {
    "case": {
        "open": "tone-info shape-ring",
        "visit_opened": "tone-info shape-half",
        "returned": "tone-warning shape-back",
        "solved": "tone-good shape-tick",
        "closed": "tone-muted shape-tick",
    },
    "visit": {
        "open": "tone-info shape-ring",
        "scheduled": "tone-info shape-dot",
        "under_way": "tone-info shape-half",
        "done": "tone-good shape-tick",
        "part_done": "tone-warning shape-half",
        "not_done": "tone-danger shape-cross",
        "cancelled": "tone-muted shape-cross",
    },
    "appointment": {
        "requested": "tone-muted shape-ring",
        "offered": "tone-info shape-dashed",
        "held": "tone-info shape-dashed",
        "confirmed": "tone-info shape-dot",
        "fulfilled": "tone-good shape-tick",
        "missed": "tone-danger shape-cross",
        "cancelled": "tone-muted shape-cross",
    },
    "notice": {
        "waiting": "tone-muted shape-clock",
        "due": "tone-info shape-ring",
        "sending": "tone-info shape-half",
        "sent": "tone-good shape-tick",
        "failed": "tone-danger shape-triangle",
        "dropped": "tone-muted shape-cross",
    },
    "attempt": {
        "not_solved": "tone-danger shape-cross",
        "partly_solved": "tone-warning shape-half",
        "came_back": "tone-warning shape-back",
        "not_reached": "tone-muted shape-ring",
        "needs_visit": "tone-info shape-pin",
    },
    "priority": {
        "1": "tone-muted shape-ring",
        "2": "tone-muted shape-dot",
        "4": "tone-warning shape-triangle",
        "8": "tone-danger shape-triangle",
    },
}


class Entry(NamedTuple):
    label: str
    address: str
    current: bool


@register.simple_tag
def badge(kind: str, code: object, label: object) -> SafeString:
    return format_html('<span class="badge {}">{}</span>', LOOKS[kind].get(str(code), "tone-muted"), label)


@register.simple_tag
def status_badge(thing: Model) -> SafeString:
    """The state of a case, visit, appointment or notice: shape and word."""
    row: Any = thing
    return badge(thing._meta.model_name or "", row.status, row.get_status_display())


@register.filter
def is_check(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def duration(seconds: float | None) -> str:
    """``25 min``, ``1 h 20``; from a day on ``5 d 12 h``."""
    if seconds is None:
        return ""
    minutes = round(abs(seconds) / 60)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest:02}" if rest else f"{hours} h"
    days, hours = divmod(round(minutes / 60), 24)
    return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours} if hours else _("%(days)d d") % {"days": days}


@register.filter
def minutes(count: int) -> str:
    return duration(count * 60)


@register.filter
def finding_value(finding: Finding) -> str:
    """The measured value with its unit, in the reader's language."""
    if finding.not_measured:
        return _("not measured")
    if finding.yes_no is not None:
        return _("yes") if finding.yes_no else _("no")
    if finding.number is not None:
        return f"{number_format(finding.number)} {finding.unit}".strip()
    for choice in finding.observation.choices:
        if choice["code"] == finding.choice:
            return pick_name(choice["en"], choice["es"])
    return finding.choice


@register.filter
def letter(text: str) -> str:
    """The text of a notice. Its link does not exist before the message leaves."""
    return text.replace(LINK, _("(the link is made when the message leaves)"))


@register.filter
def distance(metres: float | None) -> str:
    """``12.4 km`` in the reader's own notation."""
    return "" if metres is None else f"{number_format(metres / 1000, 1)} km"


@register.filter
def clock(instant: datetime | None) -> str:
    """``09:05`` in the reader's zone."""
    return f"{timezone.localtime(instant):%H:%M}" if instant else ""


@register.filter
def day(instant: datetime | None) -> str:
    """``Thu 26 Nov``, and the year when it is not the present one."""
    if instant is None:
        return ""
    local = timezone.localtime(instant)
    # Translators: a date format of Django; where months are written small it is "D j b".
    short = date_format(local, _("D j M"))
    return short if local.year == timezone.localtime().year else f"{short} {local.year}"


@register.filter
def moment(instant: datetime | None) -> str:
    return f"{day(instant)} {clock(instant)}" if instant else ""


@register.simple_tag
def window(starts_at: datetime | None, ends_at: datetime | None) -> str:
    """``Thu 26 Nov, 09:00–11:00``."""
    return f"{day(starts_at)}, {clock(starts_at)}–{clock(ends_at)}" if starts_at else ""


@register.simple_tag
def sla_clock(due_at: datetime | None, now: datetime) -> SafeString:
    """Time left until due, or since; loud only when it is short."""
    if due_at is None:
        return format_html('<span class="muted small">{}</span>', _("no due date"))
    left_s = (due_at - now).total_seconds()
    if left_s < 0:
        look, text = "tone-danger shape-clock", _("overdue by %(span)s") % {"span": duration(left_s)}
    elif left_s < SOON_S:
        look, text = "tone-warning shape-clock", _("due in %(span)s") % {"span": duration(left_s)}
    else:
        look, text = "tone-muted shape-clock", _("due in %(span)s") % {"span": duration(left_s)}
    return format_html('<span class="mark small {}" title="{}">{}</span>', look, moment(due_at), text)


@register.simple_tag(takes_context=True)
def main_navigation(context: Context) -> list[Entry]:
    """The doors of the signed-in user's roles."""
    request = context["request"]
    user = request.user
    doors = [
        (has_role(user, DISPATCHER), _("Board"), "/board/"),
        (has_role(user, *OFFICE), _("Cases"), reverse("cases")),
        (has_role(user, DISPATCHER), _("Messages"), reverse("outbox")),
        (has_role(user, DISPATCHER), _("Technicians"), reverse("technicians")),
        (has_role(user, TECHNICIAN), _("My day"), "/tech/"),
        (has_role(user, DISPATCHER) and user.is_staff, _("Master data"), reverse("admin:index")),
    ]
    return [Entry(label, address, request.path.startswith(address)) for shown, label, address in doors if shown]
