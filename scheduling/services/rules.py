"""The planning rules of an appointment, read and written as one value.

The current route binds: a rule that the stop on it would break is refused, unless it is one that a dispatcher may
overrule with a reason. Then the stop is pinned where it stands, as after a forced move.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, time
from hashlib import sha256
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scheduling.enums import Priority
from scheduling.errors import MoveRefused, Refused
from scheduling.models import (
    Appointment,
    AppointmentHours,
    AppointmentLoad,
    AppointmentSkill,
    AppointmentTechnician,
    AppointmentWindow,
    Skill,
    Stop,
    Technician,
    TechnicianChoice,
    User,
)
from scheduling.models.people import MOST_LOAD
from scheduling.services.appointments import load_appointment
from scheduling.services.fingerprints import check_seen
from scheduling.services.history import claim_appointment, record_event
from scheduling.services.routes import RouteChange, change_routes
from scheduling.services.rule_judgement import judge_rules

LEVELS = range(1, 6)
GROUPS = range(21)


class Need(NamedTuple):
    """``group`` 0: needed; of the skills with the same other number one is enough."""

    group: int
    skill: int
    level: int


class Choice(NamedTuple):
    technician: int
    kind: str


class Wish(NamedTuple):
    starts_at: datetime
    ends_at: datetime


class Opening(NamedTuple):
    """``weekday`` counts from Monday, 0; times are local to the appointment's zone."""

    weekday: int
    opens: time
    closes: time


class Load(NamedTuple):
    """``delivery`` is on board from the start of the shift, ``pickup`` until its end."""

    unit: int
    delivery: int
    pickup: int


@dataclass(frozen=True, slots=True)
class PlanningRules:
    """Every rule of an appointment that a dispatcher sets. Skills, technicians and units are given by their keys."""

    priority: int = Priority.NORMAL
    risk: int = 0
    earliest_at: datetime | None = None
    due_at: datetime | None = None
    sla_at: datetime | None = None
    wishes: tuple[Wish, ...] = ()
    hours: tuple[Opening, ...] = ()
    skills: tuple[Need, ...] = ()
    technicians: tuple[Choice, ...] = ()
    loads: tuple[Load, ...] = ()
    pinned_technician: int | None = None
    pinned_start_at: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("wishes", "hours", "skills", "technicians", "loads"):
            object.__setattr__(self, name, tuple(sorted(getattr(self, name))))

    @property
    def fingerprint(self) -> str:
        """Equal for equal rules: a form remembers by it what its writer saw."""
        return sha256(repr(as_data(self)).encode()).hexdigest()[:16]


class RuleFault(NamedTuple):
    """``field`` is one of ``PlanningRules``."""

    field: str
    text: str


def read_rules(appointment: Appointment) -> PlanningRules:
    return PlanningRules(
        priority=appointment.priority,
        risk=appointment.risk,
        earliest_at=appointment.earliest_at,
        due_at=appointment.due_at,
        sla_at=appointment.sla_at,
        wishes=tuple(Wish(row.starts_at, row.ends_at) for row in appointment.wishes.all()),
        hours=tuple(Opening(row.weekday, row.opens, row.closes) for row in appointment.hours.all()),
        skills=tuple(Need(row.group, row.skill_id, row.level) for row in appointment.skills.all()),
        technicians=tuple(Choice(row.technician_id, row.kind) for row in appointment.technicians.all()),
        loads=tuple(Load(row.unit_id, row.delivery, row.pickup) for row in appointment.loads.all()),
        pinned_technician=appointment.pinned_technician_id,
        pinned_start_at=appointment.pinned_start_at,
    )


def as_data(rules: PlanningRules) -> dict[str, Any]:
    """For the history: keys and numbers, instants and times as ISO texts."""
    return {name: _plain(value) for name, value in asdict(rules).items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime | time):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def find_faults(rules: PlanningRules) -> list[RuleFault]:
    """What can't be meant, whoever is asked; a form says it at the field."""
    faults = [*_find_bounds(rules), *_find_doubles(rules)]
    if rules.earliest_at and rules.due_at and rules.due_at < rules.earliest_at:
        faults.append(RuleFault("due_at", _("It would be due before it may begin.")))
    if any(wish.ends_at < wish.starts_at for wish in rules.wishes):
        faults.append(RuleFault("wishes", _("A wish ends after it begins.")))
    if any(span.closes <= span.opens for span in rules.hours):
        faults.append(RuleFault("hours", _("A site closes after it opens.")))
    if any(one.weekday == two.weekday and two.opens < one.closes for one, two in pairwise(rules.hours)):
        faults.append(RuleFault("hours", _("Two spans of the same day overlap.")))
    named = {choice.technician: choice.kind for choice in rules.technicians}
    required = {technician for technician, kind in named.items() if kind == TechnicianChoice.REQUIRED}
    pinned = rules.pinned_technician
    if pinned is not None and named.get(pinned) == TechnicianChoice.EXCLUDED:
        faults.append(RuleFault("pinned_technician", _("This technician is excluded: pin another one.")))
    elif pinned is not None and required and pinned not in required:
        faults.append(RuleFault("pinned_technician", _("Another technician is required: pin that one, or nobody.")))
    return faults


def find_due_faults(
    appointment: Appointment, before: PlanningRules, rules: PlanningRules, now: datetime
) -> list[RuleFault]:
    """Of a new due time. An old one that has passed meanwhile stays and is shown as overdue."""
    due, promised_at = rules.due_at, appointment.window_starts_at
    if due is None or due == before.due_at:
        return []
    if due <= now:
        return [RuleFault("due_at", _("This moment is over: nothing can begin by then. Write a later one or none."))]
    if promised_at is not None and due < promised_at:
        local = promised_at.astimezone(ZoneInfo(appointment.zone))
        text = _(
            "The customer was promised a visit from %(day)s, %(time)s on: it can't be due before. Agree on another."
        )
        return [RuleFault("due_at", text % {"day": date_format(local, "D j M"), "time": f"{local:%H:%M}"})]
    return []


def _find_bounds(rules: PlanningRules) -> Iterable[RuleFault]:
    if rules.priority not in Priority.values:
        yield RuleFault("priority", _("Choose one of the priorities."))
    if not 0 <= rules.risk <= 100:
        yield RuleFault("risk", _("Write a percentage from 0 to 100."))
    if any(need.level not in LEVELS or need.group not in GROUPS for need in rules.skills):
        yield RuleFault("skills", _("A level is a number from 1 to 5."))
    if any(choice.kind not in TechnicianChoice.values for choice in rules.technicians):
        yield RuleFault("technicians", _("A technician is required, preferred or excluded."))
    if any(not 0 <= amount <= MOST_LOAD for load in rules.loads for amount in (load.delivery, load.pickup)):
        yield RuleFault("loads", _("A load is a whole number from 0 to a million."))


def _find_doubles(rules: PlanningRules) -> Iterable[RuleFault]:
    if _is_repeated((need.group, need.skill) for need in rules.skills):
        yield RuleFault("skills", _("The same skill stands here twice: keep the higher level alone."))
    if _is_repeated(choice.technician for choice in rules.technicians):
        yield RuleFault("technicians", _("The same technician stands here twice."))
    if _is_repeated(load.unit for load in rules.loads):
        yield RuleFault("loads", _("The same unit stands here twice."))


def _is_repeated(values: Iterable[object]) -> bool:
    return any(count > 1 for count in Counter(values).values())


def set_planning_rules(
    *,
    appointment_id: int,
    rules: PlanningRules,
    seen: str = "",
    force_reason: str = "",
    actor: User | None,
    now: datetime,
) -> Appointment:
    """Replaces all rules of an appointment. ``seen`` is the fingerprint of those that the writer looked at.

    Raises ``MoveRefused`` when the stop it has would break one of them, ``Refused`` for what can't be meant, what is
    over or under way, and when somebody else changed the rules meanwhile.
    """
    if faults := find_faults(rules):
        raise Refused(faults[0].text)

    def compute() -> RouteChange[Appointment]:
        appointment = load_appointment(appointment_id)
        before = read_rules(appointment)
        check_seen(seen, before.fingerprint)
        changes = name_changes(before, rules)
        _check_against_promise(appointment, rules)
        if faults := find_due_faults(appointment, before, rules, now):
            raise Refused(faults[0].text)
        wanted = _with_rules(load_appointment(appointment_id), rules)
        judgement = judge_rules(appointment, wanted, changes.keys(), now)
        forced = [rule.rule for rule in judgement.broken]
        if forced and not (force_reason.strip() and all(rule.forceable for rule in judgement.broken)):
            raise MoveRefused(violations=judgement.broken)

        def write() -> Appointment:
            claim_appointment(appointment)
            _write_rows(appointment, before, rules)
            told, reason = changes, ""
            if forced and judgement.stop is not None:
                _pin_forced(appointment, judgement.stop, forced, force_reason)
                told, reason = changes | {"forced": forced}, force_reason
            if told:
                data = {"changes": told}
                record_event(
                    appointment=appointment, kind="rules_changed", now=now, actor=actor, reason=reason, data=data
                )
            return appointment

        return RouteChange(judgement.seen, write)

    return change_routes(compute)


def name_changes(before: PlanningRules, after: PlanningRules) -> dict[str, Any]:
    """What became of what, by the name of the rule."""
    was, now = as_data(before), as_data(after)
    return {name: {"before": was[name], "after": now[name]} for name in was if was[name] != now[name]}


def _check_against_promise(appointment: Appointment, rules: PlanningRules) -> None:
    pin, starts_at, ends_at = rules.pinned_start_at, appointment.window_starts_at, appointment.window_ends_at
    if pin is not None and starts_at is not None and ends_at is not None and not starts_at <= pin <= ends_at:
        raise Refused(_("The pinned time lies outside what the customer was promised. Take the visit off its route."))


def _with_rules(appointment: Appointment, rules: PlanningRules) -> Appointment:
    """As if ``rules`` were written: its rows are looked up where a prefetch would have put them."""
    for name in PLAIN:
        setattr(appointment, name, getattr(rules, name))
    appointment.pinned_technician_id = rules.pinned_technician
    names = {skill.pk: skill for skill in Skill.objects.filter(pk__in=[need.skill for need in rules.skills])}
    rows = _make_rows(appointment, rules)
    for row in rows["skills"]:
        row.skill = names[row.skill_id]
    vars(appointment)["_prefetched_objects_cache"] = rows
    return appointment


PLAIN = tuple(
    field.name
    for field in fields(PlanningRules)
    if field.name not in ("wishes", "hours", "skills", "technicians", "loads", "pinned_technician")
)


def _make_rows(appointment: Appointment, rules: PlanningRules) -> dict[str, list[Any]]:
    return {
        "wishes": [AppointmentWindow(appointment=appointment, **one._asdict()) for one in rules.wishes],
        "hours": [AppointmentHours(appointment=appointment, **one._asdict()) for one in rules.hours],
        "skills": [
            AppointmentSkill(appointment=appointment, skill_id=one.skill, level=one.level, group=one.group)
            for one in rules.skills
        ],
        "technicians": [
            AppointmentTechnician(appointment=appointment, technician_id=one.technician, kind=one.kind)
            for one in rules.technicians
        ],
        "loads": [
            AppointmentLoad(appointment=appointment, unit_id=one.unit, delivery=one.delivery, pickup=one.pickup)
            for one in rules.loads
        ],
    }


def _write_rows(appointment: Appointment, before: PlanningRules, rules: PlanningRules) -> None:
    """Only what changed: a row keeps its key as long as its rule stays."""
    for name in PLAIN:
        setattr(appointment, name, getattr(rules, name))
    appointment.pinned_technician_id = rules.pinned_technician
    appointment.save(update_fields=[*PLAIN, "pinned_technician"])
    for name, rows in _make_rows(appointment, rules).items():
        if getattr(before, name) != getattr(rules, name):
            manager = getattr(appointment, name)
            manager.all().delete()
            manager.bulk_create(rows)


def _pin_forced(appointment: Appointment, stop: Stop, forced: list[str], reason: str) -> None:
    appointment.pinned_technician = Technician.objects.get(pk=stop.technician_id)
    appointment.pinned_start_at = stop.starts_at
    appointment.save(update_fields=["pinned_technician", "pinned_start_at"])
    rules = [*stop.forced_rules, *(rule for rule in forced if rule not in stop.forced_rules)]
    Stop.objects.filter(pk=stop.pk).update(forced_rules=rules, forced_reason=reason)
