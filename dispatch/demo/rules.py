"""The planning rules of the made-up company: each kind at least once, where one would believe it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta

from dispatch.demo.cases import Story
from dispatch.demo.days import Day
from maps.models import Territory
from scheduling.enums import Priority
from scheduling.models import (
    AppointmentEvent,
    BreakRule,
    LoadUnit,
    PlanningSettings,
    Skill,
    SpeedStep,
    Stop,
    Technician,
    TechnicianCapacity,
    TechnicianTerritory,
    TerritoryKind,
    TravelProfile,
    User,
)
from scheduling.models import TechnicianChoice as Who
from scheduling.services.appointments import load_appointment
from scheduling.services.moves import set_pin
from scheduling.services.rules import Choice, Load, Need, PlanningRules, read_rules, set_planning_rules

# Name, and the edges: south, west, north, east. The villages of the mountains lie north of the town.
TERRITORIES = (
    ("Ciudad y vega", (39.545, -2.99, 39.6245, -2.81)),
    ("Sierra norte", (39.6245, -2.99, 39.655, -2.81)),
    ("Poniente", (39.545, -2.99, 39.655, -2.934)),
)
AREAS = (
    ("Nuria Campos Díaz", "Ciudad y vega", TerritoryKind.ALLOWED),
    ("Óscar Benítez Mora", "Sierra norte", TerritoryKind.FORBIDDEN),
    ("Marta Iglesias Vega", "Sierra norte", TerritoryKind.HOME),
    ("Sara Gutiérrez León", "Poniente", TerritoryKind.HOME),
)
UNITS = (("kg", "kg"), ("bulky", "Bultos grandes"))
CAR, VAN = {"kg": 80, "bulky": 2}, {"kg": 400, "bulky": 6}
VANS = ("Andrés Molina Cano", "Elena Castro Rey", "Óscar Benítez Mora", "Carmen Navarro Gil")
SHORT_REST = {"earliest": time(2), "latest": time(3, 30), "minutes": 15, "from_start": True}
RESTED = ("Nuria Campos Díaz", "Hugo Marín Blanco")
LIMITS: Mapping[str, Mapping[str, object]] = {
    "Nuria Campos Díaz": {"max_work_s": 7 * 3600, "max_leg_s": 2700},
    "Óscar Benítez Mora": {"max_travel_s": 3 * 3600},
    "Diego Santos Prieto": {"planned_overtime_s": 1800, "overtime_rate": "24.00"},
    "Carmen Navarro Gil": {"travel_profile": TravelProfile.VAN},
    "Sara Gutiérrez León": {"speed_factor": 1.05},
}
# Percent of the usual speed from the hour on, on every day but Sunday.
SPEEDS = (
    (time(7, 30), 85),
    (time(9, 30), 100),
    (time(13, 45), 90),
    (time(15, 30), 100),
    (time(18), 88),
    (time(20), 100),
)
SUNDAY = 6
FREEZE_S = 900
LATE_AFTER = {Priority.URGENT: time(11), Priority.HIGH: time(13)}
MOST_LATE_AFTER = 6
WRITTEN_BEFORE = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Known:
    """Rows by the names that the rules below use."""

    team: Mapping[str, Technician]
    skills: Mapping[str, Skill]
    units: Mapping[str, LoadUnit]


Change = Callable[[PlanningRules, Day, Known], PlanningRules]


def set_team_rules(team: Sequence[Technician]) -> None:
    """Before the shifts are made: areas, vans, breaks, limits, and the traffic of the town."""
    people = {technician.name: technician for technician in team}
    areas = {name: Territory.objects.create(name=name, polygon=_draw(*edges)) for name, edges in TERRITORIES}
    TechnicianTerritory.objects.bulk_create(
        TechnicianTerritory(technician=people[name], territory=areas[area], kind=kind) for name, area, kind in AREAS
    )
    units = {code: LoadUnit.objects.create(code=code, name=name) for code, name in UNITS}
    TechnicianCapacity.objects.bulk_create(
        TechnicianCapacity(technician=technician, unit=units[code], amount=amount)
        for name, technician in people.items()
        for code, amount in (VAN if name in VANS else CAR).items()
    )
    for name, limits in LIMITS.items():
        Technician.objects.filter(pk=people[name].pk).update(**limits)
    BreakRule.objects.bulk_create(
        BreakRule(pattern=pattern, **SHORT_REST) for name in RESTED for pattern in people[name].shift_patterns.all()
    )
    settings = PlanningSettings.current()
    settings.freeze_s = FREEZE_S
    settings.save()
    steps = [SpeedStep(settings=settings, starts=starts, percent=percent) for starts, percent in SPEEDS]
    SpeedStep.objects.bulk_create([*steps, SpeedStep(settings=settings, weekday=SUNDAY, starts=time(0), percent=105)])


def _draw(south: float, west: float, north: float, east: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def rule_visits(*, stories: Sequence[Story], day: Day, dispatcher: User) -> None:
    """What the dispatcher wrote down for some of the day's visits before planning it; those put off keep theirs."""
    known = Known(
        team={technician.name: technician for technician in Technician.objects.all()},
        skills={skill.code: skill for skill in Skill.objects.all()},
        units={unit.code: unit for unit in LoadUnit.objects.all()},
    )
    ruled = set(AppointmentEvent.objects.filter(kind="rules_changed").values_list("appointment_id", flat=True))
    waiting = [story for story in stories if story.visit and story.visit.appointment_id not in ruled]
    for codes, change in CHANGES:
        story = next((one for one in waiting if one.trouble.code in codes), None)
        if story is not None:
            waiting.remove(story)
            _change(story, change, day, known, dispatcher)
    pressing = [story for story in waiting if story.case.priority in LATE_AFTER]
    for story in pressing[:MOST_LATE_AFTER]:
        _change(story, _late_after(LATE_AFTER[Priority(story.case.priority)]), day, known, dispatcher)


def _change(story: Story, change: Change, day: Day, known: Known, dispatcher: User) -> None:
    if story.visit is None:
        return
    before = read_rules(load_appointment(story.visit.appointment_id))
    set_planning_rules(
        appointment_id=story.visit.appointment_id,
        rules=change(before, day, known),
        actor=dispatcher,
        now=day.ready_at - WRITTEN_BEFORE,
    )


def _heavy(rules: PlanningRules, _day: Day, known: Known) -> PlanningRules:
    """A new outdoor unit is brought and the old one taken along: no car holds it."""
    loads = (Load(known.units["kg"].pk, 95, 95), Load(known.units["bulky"].pk, 1, 1))
    return replace(rules, loads=loads, risk=60)


def _over_network(rules: PlanningRules, _day: Day, known: Known) -> PlanningRules:
    """The alarm talks over the customer's network: somebody who knows fibre or Wi-Fi besides."""
    either = (Need(1, known.skills["fibre"].pk, 2), Need(1, known.skills["wifi"].pk, 1))
    return replace(rules, skills=(*rules.skills, *either))


def _name(name: str, kind: Who) -> Change:
    def change(rules: PlanningRules, _day: Day, known: Known) -> PlanningRules:
        return replace(rules, technicians=(*rules.technicians, Choice(known.team[name].pk, kind)))

    return change


def _late_after(hour: time) -> Change:
    def change(rules: PlanningRules, day: Day, _known: Known) -> PlanningRules:
        return replace(rules, sla_at=day.at(hour))

    return change


def _after_delivery(rules: PlanningRules, day: Day, _known: Known) -> PlanningRules:
    return replace(rules, earliest_at=day.at(time(11)))


def _risky(rules: PlanningRules, _day: Day, _known: Known) -> PlanningRules:
    return replace(rules, risk=45)


# The first visit of the day about one of these troubles.
CHANGES: tuple[tuple[tuple[str, ...], Change], ...] = (
    (("heat-flow",), _heavy),
    (("alarm-offline", "alarm-false"), _over_network),
    (("pos-offline", "printer-jam", "pos-battery", "printer-faint"), _name("Carmen Navarro Gil", Who.REQUIRED)),
    (("wifi-far", "ont-reboots"), _name("Sara Gutiérrez León", Who.PREFERRED)),
    (("wifi-drops", "pon-dark"), _name("Javier Ortega Ruiz", Who.EXCLUDED)),
    (("pos-battery", "ont-power", "pon-dark"), _after_delivery),
    (("pon-dark", "wifi-far"), _risky),
)


def pin_one(*, day: Day, dispatcher: User) -> None:
    """The customer asked for the technician of last time: the dispatcher pins the one who has it."""
    stop = Stop.objects.filter(route__shift__date=day.date, is_current=True).order_by("starts_at", "pk").first()
    if stop is not None:
        set_pin(appointment_id=stop.appointment_id, technician=True, time=False, actor=dispatcher, now=day.ready_at)
