"""A day from a file in VROOM's JSON: its vehicles become technicians, its jobs customers with a visit to be placed.

Seconds of the file count from ``start`` on ``date``, local wall time of ``zone``. What the tables can't hold is refused
with the path of the field, and nothing is kept.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from dispatch.day_file import DayFile, read_day_file
from dispatch.enums import CaseStatus
from dispatch.models import Case, CaseSource, Channel, Customer, Site, SupportLine, Visit, VisitType
from dispatch.services.cases import create_case
from dispatch.services.history import change_case_status
from maps.models import Place, PlaceQuality
from maps.providers.estimate import EstimateProvider
from maps.providers.stored import store_matrix
from scheduling.core.problem import ALWAYS, Job, Window, Worker
from scheduling.enums import Priority
from scheduling.errors import Refused
from scheduling.models import Employer, Route, Shift, ShiftBreak, Skill, Technician, TechnicianSkill
from scheduling.models.people import LANES
from scheduling.planning import at_wall_time
from scheduling.services.appointments import request_appointment

SOURCE = "imported-day"
PROVIDER = "import"


class DayRefused(Refused):
    code = "day_import"


@dataclass(frozen=True, slots=True)
class ImportedDay:
    """``notes`` say what of the file was passed over."""

    technicians: int
    visits: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Day:
    name: str
    date: date
    zone: str
    zero: datetime
    now: datetime
    fingerprint: str
    source: CaseSource
    skills: dict[str, Skill] = field(default_factory=dict)

    def instant(self, seconds: int) -> datetime:
        return self.zero + timedelta(seconds=seconds)

    def skill(self, code: str) -> Skill:
        if code not in self.skills:
            label = _("Skill %(code)s") % {"code": code}
            self.skills[code] = Skill.objects.get_or_create(code=f"imported-{code}", defaults={"name": label})[0]
        return self.skills[code]


@transaction.atomic
def import_day(
    *, data: object, name: str, date: date, start: time, zone: str, now: datetime, dry_run: bool = False
) -> ImportedDay:
    """All or nothing. Raises ``FormatError`` for a value of the file, ``DayRefused`` for one that stands in the way."""
    file = read_day_file(data)
    zero = at_wall_time(date, start, ZoneInfo(zone))
    fingerprint = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    source = CaseSource.objects.get_or_create(name=SOURCE)[0]
    day = _Day(name, date, zone, zero, now, fingerprint, source)
    _check_day(day, file)
    places = _make_places(day, file)
    for number, worker in enumerate(file.workers):
        _make_technician(day, worker, file.names.workers[worker.id], places, number)
    kinds = _reference()
    for job in file.jobs:
        _make_visit(day, job, file.names.jobs[job.id], places[job.place], kinds, file.has_priorities)
    if dry_run:
        transaction.set_rollback(True)
    return ImportedDay(len(file.workers), len(file.jobs), file.notes)


def _check_day(day: _Day, file: DayFile) -> None:
    if day.date < day.now.astimezone(ZoneInfo(day.zone)).date():
        raise DayRefused(
            _("%(date)s is over, and nothing can be planned there. Choose today or a later day.")
            % {"date": day.date.isoformat()}
        )
    known = Case.objects.filter(source=day.source, fingerprint=day.fingerprint, external_id__startswith=f"{day.date}/")
    if known.exists():
        raise DayRefused(
            _("This file was loaded for %(date)s before. Load it for another date, or start with a fresh DATA_DIR.")
            % {"date": day.date.isoformat()}
        )
    midnight = at_wall_time(day.date + timedelta(days=1), time(), ZoneInfo(day.zone))
    for index, worker in enumerate(file.workers):
        if day.instant(worker.shift.start) >= midnight:
            raise DayRefused(
                _("vehicles[%(index)s].time_window: begins after %(date)s is over.")
                % {"index": index, "date": day.date.isoformat()}
            )


def _make_places(day: _Day, file: DayFile) -> dict[int, Place]:
    """One place for each place of the file; its matrix is kept for them when it brought one."""
    places = {
        index: Place.objects.create(
            line1=file.names.places[index] or f"{latitude:.4f}, {longitude:.4f}",
            city=day.name[:120],
            country="",
            latitude=latitude,
            longitude=longitude,
            quality=PlaceQuality.UNKNOWN,
            provider=PROVIDER,
        )
        for index, (longitude, latitude) in file.coordinates.items()
    }
    if file.durations_s is not None:
        rows = list(places)
        distances = file.distances_m
        if distances is None:
            points = [place.point for place in places.values() if place.point is not None]
            distances = EstimateProvider().matrix(points, None).distances_m
        else:
            distances = distances[rows][:, rows]
        store_matrix(
            name=f"{day.name[:60]} {day.date} {day.fingerprint[:12]}",
            provider=PROVIDER,
            places=list(places.values()),
            durations_s=file.durations_s[rows][:, rows],
            distances_m=distances,
        )
    return places


def _make_technician(day: _Day, worker: Worker, name: str, places: Mapping[int, Place], number: int) -> None:
    employer = Employer.objects.get_or_create(name=_("Imported"))[0]
    start = None if worker.start is None else places[worker.start]
    end = None if worker.end is None else places[worker.end]
    technician = Technician.objects.create(
        name=_("Technician %(name)s") % {"name": name},
        initials=name[-3:].upper(),
        colour=number % LANES,
        employer=employer,
        home=start,
        end_place=end if end != start else None,
        speed_factor=worker.speed_factor,
        max_visits=worker.max_jobs,
        max_travel_s=worker.max_travel_s,
    )
    TechnicianSkill.objects.bulk_create(
        TechnicianSkill(technician=technician, skill=day.skill(code)) for code in worker.skills
    )
    shift = Shift.objects.create(
        technician=technician,
        date=day.date,
        zone=day.zone,
        starts_at=day.instant(worker.shift.start),
        ends_at=day.instant(worker.shift.end),
        start_place=start,
        end_place=end,
    )
    ShiftBreak.objects.bulk_create(
        ShiftBreak(
            shift=shift,
            earliest_at=day.instant(pause.windows[0].start),
            latest_at=day.instant(pause.windows[0].end),
            duration_s=pause.duration_s,
        )
        for pause in worker.breaks
    )
    Route.objects.create(shift=shift)


@dataclass(frozen=True, slots=True)
class _Reference:
    channel: Channel
    line: SupportLine
    visit_type: VisitType


def _reference() -> _Reference:
    """What every case must name and the file does not."""
    channel = Channel.objects.order_by("pk").first() or Channel.objects.create(
        code="form", name_en="form", name_es="formulario"
    )
    line = SupportLine.objects.order_by("-level").first() or SupportLine.objects.create(level=1, name=_("First line"))
    visit_type, _created = VisitType.objects.get_or_create(
        code=SOURCE,
        defaults={"name_en": "Imported visit", "name_es": "Visita importada", "duration_minutes": 30, "active": False},
    )
    return _Reference(channel, line, visit_type)


def _make_visit(day: _Day, job: Job, name: str, place: Place, kinds: _Reference, has_priorities: bool) -> None:
    customer = Customer.objects.create(name=_("Customer %(name)s") % {"name": name})
    site = Site.objects.create(customer=customer, place=place, zone=day.zone)
    priority = map_priority(job.priority) if has_priorities else Priority.NORMAL
    case = create_case(
        customer=customer,
        site=site,
        contact=None,
        device=None,
        channel=kinds.channel,
        line=kinds.line,
        symptom=None,
        description=_("Job %(name)s of %(file)s.") % {"name": name, "file": day.name},
        priority=priority,
        due_at=None,
        no_attempt_reason=_("Imported with its day; the file does not say what was tried."),
        source=day.source,
        external_id=f"{day.date}/{day.name[:50]}/{job.id}",
        fingerprint=day.fingerprint,
        actor=None,
        actor_label=SOURCE,
        now=day.now,
    )
    appointment = request_appointment(
        place=place,
        zone=day.zone,
        duration_s=job.duration_s,
        setup_s=job.setup_s,
        priority=priority,
        skills=[(day.skill(code), level) for code, level in job.skills.items()],
        wishes=_wishes(day, job.windows),
        actor=None,
        now=day.now,
    )
    visit = Visit.objects.create(case=case, visit_type=kinds.visit_type, appointment=appointment, created_at=day.now)
    change_case_status(
        case=case, to=CaseStatus.VISIT_OPENED, kind="visit_opened", visit=visit, actor_label=SOURCE, now=day.now
    )


def _wishes(day: _Day, windows: Sequence[Window]) -> list[tuple[datetime, datetime]]:
    """To the second as in the file. A job without windows may begin at any time of the day."""
    if tuple(windows) == ALWAYS:
        zone = ZoneInfo(day.zone)
        return [(at_wall_time(day.date, time(), zone), at_wall_time(day.date + timedelta(days=1), time(), zone))]
    return [(day.instant(window.start), day.instant(window.end)) for window in windows]


def map_priority(value: int) -> Priority:
    """VROOM's 0 to 100 in four steps."""
    steps: tuple[tuple[int, Any], ...] = ((75, Priority.URGENT), (50, Priority.HIGH), (25, Priority.NORMAL))
    return next((priority for least, priority in steps if value >= least), Priority.LOW)
