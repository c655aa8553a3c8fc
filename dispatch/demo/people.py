"""The people of the made-up company: technicians with homes, skills, shifts and absences, and the demo's accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from dispatch.access import ADMINISTRATOR, AGENT, DISPATCHER, ROLES, TECHNICIAN
from maps.models import Place, PlaceQuality
from maps.region_files import Address
from scheduling.enums import AbsenceKind
from scheduling.models import (
    Absence,
    BreakRule,
    Employer,
    ShiftPattern,
    Skill,
    Technician,
    TechnicianSkill,
    User,
)
from scheduling.planning import at_wall_time

ZONE = settings.TIME_ZONE
PASSWORD = "visita-demo"  # noqa: S105 - printed on purpose; these accounts exist in the demo alone
ACCOUNTS = (
    ("agent", AGENT, "Ana", "Beltrán Rubio"),
    ("dispatcher", DISPATCHER, "Rosa", "Quintana Vidal"),
    ("technician", TECHNICIAN, "", ""),
    ("admin", ADMINISTRATOR, "Isabel", "Montero Sáez"),
)
EARLY, DAY, LATE, EVENING = (
    (time(8), time(16, 30)),
    (time(9), time(17, 30)),
    (time(10), time(18, 30)),
    (time(14, 30), time(23)),
)
LUNCH = {EARLY: time(12, 45), DAY: time(13, 15), LATE: time(13, 45), EVENING: time(19)}
LUNCH_MINUTES = 45
MOST_VISITS = 8
LUNCH_SPREAD = timedelta(minutes=75)


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    town: str
    skills: Mapping[str, int]
    shift: tuple[time, time]
    contractor: bool = False
    weekends: bool = False

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2])


TEAM = (
    Person("Lucía Ferrer Molina", "Valdeluna", {"fibre": 3, "wifi": 3}, EARLY, weekends=True),
    Person("Javier Ortega Ruiz", "Navaclara", {"fibre": 2, "wifi": 2, "pos": 1}, EARLY),
    Person("Carmen Navarro Gil", "Valdeluna", {"printers": 3, "pos": 3, "wifi": 1}, DAY),
    Person("Diego Santos Prieto", "Valdeluna", {"fibre": 3, "alarm": 2}, EARLY),
    Person("Marta Iglesias Vega", "Torremolino", {"alarm": 3, "pos": 2, "wifi": 1}, DAY, weekends=True),
    Person("Andrés Molina Cano", "Valdeluna", {"hvac": 3, "alarm": 1, "f-gas": 1}, EARLY),
    Person("Elena Castro Rey", "Villaserena", {"hvac": 2, "fibre": 1}, LATE),
    Person("Pablo Herrera Soto", "Valdeluna", {"fibre": 2, "wifi": 2, "alarm": 2, "printers": 2}, LATE),
    Person("Sara Gutiérrez León", "Aldea del Soto", {"fibre": 2, "wifi": 3, "printers": 1}, DAY),
    Person("Hugo Marín Blanco", "Valdeluna", {"pos": 2, "alarm": 2, "printers": 1}, EVENING, weekends=True),
    Person("Nuria Campos Díaz", "Castilseco", {"fibre": 2, "wifi": 2}, EARLY, contractor=True),
    Person("Óscar Benítez Mora", "Valdeluna", {"hvac": 2, "alarm": 1, "fibre": 1}, DAY, contractor=True),
)
ILL = "Andrés Molina Cano"
ON_COURSE = "Sara Gutiérrez León"
ON_HOLIDAY = "Javier Ortega Ruiz"


def make_place(address: Address, line2: str = "") -> Place:
    return Place.objects.create(
        line1=f"{address.street}, {address.number}",
        line2=line2,
        city=address.town,
        postal_code=address.postal_code,
        latitude=address.lat,
        longitude=address.lon,
        quality=PlaceQuality.ROOFTOP,
        provider="valdeluna",
    )


def make_team(
    *, random: Random, homes: Sequence[Address], skills: Mapping[str, Skill], days: Sequence[date]
) -> list[Technician]:
    """``days`` are those of the demo, the middle one today: on these all work, be it a weekend."""
    own = Employer.objects.create(name="Asistencia Valdeluna", kind=Employer.Kind.OWN)
    contractor = Employer.objects.create(name="Instalaciones Miralrío", kind=Employer.Kind.CONTRACTOR)
    team = []
    for number, person in enumerate(TEAM):
        technician = Technician.objects.create(
            name=person.name,
            initials=person.initials,
            colour=number,
            phone=f"+34 600 000 {900 + number}",
            employer=contractor if person.contractor else own,
            max_visits=MOST_VISITS,
            home=make_place(random.choice([home for home in homes if home.town == person.town])),
        )
        TechnicianSkill.objects.bulk_create(
            TechnicianSkill(
                technician=technician,
                skill=skills[code],
                level=level,
                valid_until=_valid_until(code, days),
            )
            for code, level in person.skills.items()
        )
        _make_patterns(technician, person, days)
        team.append(technician)
    _make_absences({technician.name: technician for technician in team}, days[len(days) // 2])
    return team


def _valid_until(code: str, days: Sequence[date]) -> date | None:
    """The only certificate for refrigerants ran out yesterday."""
    if code == "f-gas":
        return days[len(days) // 2] - timedelta(days=1)
    return days[-1] + timedelta(days=200) if code == "hvac" else None


def _make_patterns(technician: Technician, person: Person, days: Sequence[date]) -> None:
    """Monday to Friday; at weekends those on duty, and everybody on the days of the demo."""
    starts, ends = person.shift
    lunch = LUNCH[person.shift]
    latest = (datetime.combine(days[0], lunch) + LUNCH_SPREAD).time()
    weekends = {5, 6} if person.weekends else {day.weekday() for day in days} & {5, 6}
    for weekday in sorted({0, 1, 2, 3, 4} | weekends):
        only_now = weekday > 4 and not person.weekends
        pattern = ShiftPattern.objects.create(
            technician=technician,
            weekday=weekday,
            starts=starts,
            ends=ends,
            zone=ZONE,
            valid_from=days[0] if only_now else None,
            valid_until=days[-1] if only_now else None,
        )
        BreakRule.objects.create(pattern=pattern, earliest=lunch, latest=latest, minutes=LUNCH_MINUTES)


def _make_absences(team: Mapping[str, Technician], today: date) -> None:
    zone = ZoneInfo(ZONE)
    spans = (
        (ILL, today, time(0), today + timedelta(days=1), time(0), AbsenceKind.ILLNESS, "Baja de un día"),
        (
            ON_COURSE,
            today + timedelta(days=1),
            time(9),
            today + timedelta(days=1),
            time(12),
            AbsenceKind.TRAINING,
            "Curso de wifi 7",
        ),
        (
            ON_HOLIDAY,
            today + timedelta(days=2),
            time(0),
            today + timedelta(days=5),
            time(0),
            AbsenceKind.HOLIDAY,
            "Vacaciones",
        ),
    )
    for name, first, opens, last, closes, kind, note in spans:
        Absence.objects.create(
            technician=team[name],
            starts_at=at_wall_time(first, opens, zone),
            ends_at=at_wall_time(last, closes, zone),
            kind=kind,
            note=note,
        )


def make_accounts() -> dict[str, User]:
    groups = {role: Group.objects.get_or_create(name=role)[0] for role in ROLES}
    secret = make_password(PASSWORD)
    accounts = {}
    for username, role, first_name, last_name in ACCOUNTS:
        user = User.objects.create(
            username=username,
            password=secret,
            first_name=first_name,
            last_name=last_name,
            email=f"{username}@example.org",
            language="es",
            time_zone=ZONE,
            is_staff=role == ADMINISTRATOR,
            is_superuser=role == ADMINISTRATOR,
        )
        user.groups.add(groups[role])
        accounts[username] = user
    return accounts


def give_account(user: User, technician: Technician) -> None:
    """Makes ``user`` the technician, in name too."""
    user.first_name, user.last_name = technician.name.split(" ", 1)
    user.save(update_fields=["first_name", "last_name"])
    technician.user = user
    technician.save(update_fields=["user"])
