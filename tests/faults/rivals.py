"""Customers who want the same technicians' time at the same moment, from processes of their own."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count, pairwise

from django.conf import settings
from django.utils import timezone

from dispatch.models import Channel, Customer, SupportLine, Visit, VisitType
from dispatch.services.cases import create_case
from dispatch.services.links import create_link
from dispatch.services.visits import open_visit
from maps.models import Place
from scheduling.core.check import check
from scheduling.models import Appointment, SlotOffer, Stop, Technician
from scheduling.planning import load_situation
from tests.make import ZONE, at, make_place, make_route, make_skill, make_technician
from tests.processes import describe_test_database

NUMBERS = count(1)
MINUTES = 60


def tomorrow_at(hour: int, minute: int = 0) -> datetime:
    return at(hour, minute, timezone.localdate() + timedelta(days=1))


def make_shifts_with_room_for_one(number: int, skill: str = "") -> list[Technician]:
    """Each from 09:00 to 10:30, for work of 60 minutes."""
    home = make_place()
    technicians = [
        make_technician(f"Rival {next(NUMBERS)}", home=home, hours=(9, 10), skills=[(skill, 1)] if skill else [])
        for _ in range(number)
    ]
    for technician in technicians:
        shift = make_route(technician, tomorrow_at(9).date()).shift
        shift.ends_at = tomorrow_at(10, 30)
        shift.save()
    return technicians


def make_visit(*, place: Place | None = None, minutes: int = MINUTES, skill: str = "") -> Visit:
    """An open visit whose customer has been told nothing yet."""
    now = timezone.now()
    number = next(NUMBERS)
    customer = Customer.objects.create(name=f"Customer {number}")
    site = customer.sites.create(place=place or make_place(), zone=ZONE)
    visit_type = VisitType.objects.create(
        code=f"type-{number}",
        name_en="Visit",
        name_es="Visita",
        duration_minutes=minutes,
        setup_minutes=0,
        arrival_window_minutes=30,
    )
    if skill:
        visit_type.skills.create(skill=make_skill(skill), level=1)
    case = create_case(
        customer=customer,
        site=site,
        contact=None,
        device=None,
        channel=Channel.objects.get_or_create(code="telephone")[0],
        line=SupportLine.objects.get_or_create(level=1)[0],
        symptom=None,
        description="It does not work.",
        priority=2,
        due_at=None,
        no_attempt_reason="A race needs no telephone.",
        actor=None,
        now=now,
    )
    return open_visit(case_id=case.pk, visit_type_id=visit_type.pk, actor=None, now=now, tell_customer=False)


def offer_time(visit: Visit, starts_at: datetime, minutes: int = 30) -> SlotOffer:
    return SlotOffer.objects.create(
        appointment=visit.appointment,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        added_travel_s=0,
        created_at=timezone.now(),
    )


def make_far_pair(skill: str) -> tuple[SlotOffer, SlotOffer]:
    """Two visits of half an hour whose work would not overlap, with ten minutes between them for a way of about fifty;
    one technician alone has the skill, and lives half-way."""
    technician = make_technician(f"Rival {next(NUMBERS)}", hours=(8, 14), skills=[(skill, 1)])
    make_route(technician, tomorrow_at(9).date())
    north = make_visit(place=make_place(latitude=40.15), minutes=30, skill=skill)
    south = make_visit(place=make_place(latitude=39.85), minutes=30, skill=skill)
    return offer_time(north, tomorrow_at(10), 0), offer_time(south, tomorrow_at(10, 40), 0)


def race_by_http(site: str, visits: Sequence[Visit], processes: int) -> list[dict[str, object]]:
    """Each process is a browser without JavaScript: opens its links one after the other, chooses and confirms. All
    start together. Answers one row per visit: every status, the milliseconds of each, whether it ended confirmed."""
    addresses = [create_link(visit=visit, now=timezone.now())[1].split("/v/")[1] for visit in visits]
    rows: list[dict[str, object]] = []
    rivals = [
        _start("-m", "tests.faults.rival_browser", *(f"{site}/v/{token}" for token in addresses[number::processes]))
        for number in range(processes)
    ]
    _release(rivals)
    for rival in rivals:
        rows += json.loads(_read(rival))
    return rows


def race_by_service(offers: Sequence[Sequence[SlotOffer]], *, check_versions: bool) -> Counter[str]:
    """One process for each sequence of offers; each holds and confirms its own, all at once. Counts outcomes."""
    flag = "--check-versions" if check_versions else "--no-check-versions"
    rivals = [
        _start("-m", "tests.faults.rival_holder", flag, *(f"{offer.appointment_id}:{offer.pk}" for offer in sequence))
        for sequence in offers
    ]
    _release(rivals)
    outcomes: Counter[str] = Counter()
    for rival in rivals:
        outcomes.update(json.loads(_read(rival)))
    return outcomes


def _start(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": describe_test_database()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _release(rivals: Sequence[subprocess.Popen[str]]) -> None:
    """Waits until each is ready, then lets all go."""
    for rival in rivals:
        if rival.stdout is None or rival.stdout.readline().strip() != "ready":
            raise RuntimeError("a rival did not get ready")
    for rival in rivals:
        if rival.stdin is not None:
            rival.stdin.write("go\n")
            rival.stdin.flush()


def _read(rival: subprocess.Popen[str]) -> str:
    output, _ = rival.communicate(timeout=300)
    return output


def broken_rules() -> list[str]:
    """What the current routes of tomorrow break, as the checker sees the planned times that are stored."""
    situation = load_situation(dates=[tomorrow_at(9).date()], now=timezone.now())
    return [violation.rule for violation in check(situation.problem, situation.present).broken]


def ways_that_do_not_fit() -> int:
    """Neighbouring stops with less time between them, as stored, than the way from one to the other takes."""
    situation = load_situation(dates=[tomorrow_at(9).date()], now=timezone.now())
    rows = situation.table.durations_s
    return sum(
        (after.starts_at - before.ends_at).total_seconds()
        < rows[situation.rows[before.appointment.place_id], situation.rows[after.appointment.place_id]]
        for lane in situation.lanes.values()
        for before, after in pairwise(sorted(lane.free, key=lambda stop: stop.starts_at))
    )


def overlapping_stops() -> int:
    stops = list(Stop.objects.filter(is_current=True).order_by("technician", "starts_at"))
    return sum(
        one.technician_id == other.technician_id and other.starts_at < one.ends_at for one, other in pairwise(stops)
    )


def confirmed() -> int:
    return Appointment.objects.filter(status="confirmed").count()
