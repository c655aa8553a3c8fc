"""The demo on a small scale: the same steps, fewer cases."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from dispatch.access import roles_of
from dispatch.demo.build import build_demo
from dispatch.demo.days import TOWN_ZONE, find_broken
from dispatch.demo.outbox import send_messages
from dispatch.enums import NoticeStatus, VisitStatus
from dispatch.models import Case, Contact, CustomerLink, Finding, Notice, Visit, VisitReport
from scheduling.enums import (
    APPOINTMENT_OPEN,
    STOP_OVER,
    AppointmentStatus,
    OfferStatus,
    PromiseOutcome,
    RunStatus,
    StopStatus,
)
from scheduling.models import (
    Absence,
    Appointment,
    AppointmentHours,
    AppointmentLoad,
    AppointmentSkill,
    AppointmentTechnician,
    AppointmentWindow,
    PlanningSettings,
    Promise,
    RoutePlan,
    Run,
    Shift,
    ShiftBreak,
    SlotOffer,
    SpeedStep,
    Stop,
    Technician,
    TechnicianCapacity,
    TechnicianChoice,
    TechnicianSkill,
    TechnicianTerritory,
    TerritoryKind,
    User,
    WeightSet,
)
from scheduling.overlap_guard import guard_stands
from scheduling.services.runs import perform_run

pytestmark = pytest.mark.django_db
SMALL = 40
SATURDAY_NOON = datetime(2027, 5, 8, 10, 40, tzinfo=UTC)
BEFORE_DAWN = datetime(2027, 5, 10, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town is drawn once."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
def demo(settings: Settings, folder: Path) -> None:
    settings.DEMO = True
    settings.DATA_DIR = folder


def run_demo(*options: str) -> str:
    out = StringIO()
    call_command("demo", "--cases", str(SMALL), *options, stdout=out)
    return out.getvalue()


def build(now: datetime) -> None:
    build_demo(seed=1, cases=SMALL, now=now, tell=lambda line: None)


def test_without_demo_it_is_refused(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=true"):
        run_demo()
    assert User.objects.count() == 0


def test_a_database_with_other_data_is_refused(demo: None) -> None:
    User.objects.create(username="somebody")
    with pytest.raises(CommandError, match="fresh DATA_DIR"):
        run_demo()
    assert Technician.objects.count() == 0


def test_the_command_builds_once_and_then_keeps(demo: None) -> None:
    first = run_demo()
    assert "agent, dispatcher, technician, admin; the password of each is visita-demo" in first
    counts = [model.objects.count() for model in (Case, Visit, Stop, Notice, User)]
    assert run_demo() == "The demo is there already and is kept.\n"
    assert [model.objects.count() for model in (Case, Visit, Stop, Notice, User)] == counts
    today = timezone.now().astimezone(TOWN_ZONE).date()
    days = [today + timedelta(days=offset) for offset in range(-2, 3)]
    assert set(Shift.objects.filter(date__in=days).values_list("date", flat=True)) == set(days)
    assert find_broken(days=days[3:], now=timezone.now()) == []
    assert guard_stands(connection)


def test_a_second_run_brings_the_shifts_of_the_coming_days(demo: None) -> None:
    build(BEFORE_DAWN - timedelta(days=400))
    run_demo()
    today = timezone.now().astimezone(TOWN_ZONE).date()
    assert Shift.objects.filter(date__range=(today, today + timedelta(days=6))).exists()


def test_on_a_saturday_noon_everything_is_there_at_once(demo: None) -> None:
    build(SATURDAY_NOON)
    send_messages()
    states = Counter(Stop.objects.filter(route__shift__date=SATURDAY_NOON.date()).values_list("status", flat=True))
    assert states[StopStatus.FINISHED] > 0
    assert states[StopStatus.PLANNED] > 0
    kinds = Counter(Appointment.objects.values_list("status", flat=True))
    assert set(kinds) >= {
        AppointmentStatus.REQUESTED,
        AppointmentStatus.OFFERED,
        AppointmentStatus.HELD,
        AppointmentStatus.CONFIRMED,
        AppointmentStatus.FULFILLED,
        AppointmentStatus.CANCELLED,
    }
    hold = SlotOffer.objects.get(status=OfferStatus.HELD)
    assert hold.held_until == SATURDAY_NOON + timedelta(minutes=10)
    assert set(Notice.objects.values_list("status", flat=True)) == {NoticeStatus.SENT}
    assert CustomerLink.objects.filter(revoked_at__isnull=True).exists()
    assert Stop.objects.filter(finished_at__gt=SATURDAY_NOON).count() == 0


def test_before_dawn_nothing_of_today_has_been_worked(demo: None) -> None:
    build(BEFORE_DAWN)
    today = Stop.objects.filter(route__shift__date=BEFORE_DAWN.date(), is_current=True)
    assert set(today.values_list("status", flat=True)) == {StopStatus.PLANNED}
    days = [BEFORE_DAWN.date() + timedelta(days=offset) for offset in range(-2, 3)]
    assert find_broken(days=days, now=BEFORE_DAWN) == []
    assert {(plan.date, plan.status) for plan in RoutePlan.objects.all()} == {(day, "published") for day in days}


def test_what_belongs_together_agrees(demo: None) -> None:
    """Appointment, visit, case, promise and stop tell the same story, and the history tells how it came."""
    build(SATURDAY_NOON)
    for visit in Visit.objects.select_related("case", "appointment"):
        appointment = visit.appointment
        assert visit.case.attempts.exists()
        last = visit.events.exclude(to_status="").exclude(kind__startswith="visit_").last()
        assert visit.status == (VisitStatus.OPEN if last is None else last.to_status)
        told = appointment.events.exclude(to_status="").last()
        assert told is not None
        assert told.to_status == appointment.status
        stop = appointment.stops.filter(is_current=True).first()
        if stop is not None:
            assert (stop.status in STOP_OVER) == (appointment.status not in APPOINTMENT_OPEN)
        assert visit.status != VisitStatus.PART_DONE
        if visit.status == VisitStatus.DONE:
            assert visit.findings.exists()
            assert visit.factors.filter(primary=True).count() == 1
            assert VisitReport.objects.filter(visit=visit).exists()
    # Whoever has arrived has kept the promise already.
    confirmed = Appointment.objects.filter(status=AppointmentStatus.CONFIRMED).exclude(
        stops__arrived_at__lte=SATURDAY_NOON
    )
    assert Promise.objects.filter(outcome=PromiseOutcome.OPEN).count() == confirmed.count()
    assert Finding.objects.filter(is_normal__isnull=True).count() == 0


def test_promised_windows_hold_the_planned_start(demo: None) -> None:
    build(BEFORE_DAWN)
    promised = Stop.objects.filter(is_current=True, appointment__window_starts_at__isnull=False)
    inside = promised.filter(
        starts_at__gte=F("appointment__window_starts_at"), starts_at__lte=F("appointment__window_ends_at")
    )
    assert promised.exists()
    assert inside.count() == promised.count()


def test_each_kind_of_rule_is_set_somewhere(demo: None) -> None:
    """The demo shows every rule that the planner knows; a small one has fewer visits to show them on."""
    build(BEFORE_DAWN)
    assert set(TechnicianTerritory.objects.values_list("kind", flat=True)) == set(TerritoryKind.values)
    assert set(AppointmentTechnician.objects.values_list("kind", flat=True)) == set(TechnicianChoice.values)
    assert PlanningSettings.current().freeze_s > 0
    shown = {
        "weights": WeightSet.objects.all(),
        "speeds": SpeedStep.objects.all(),
        "capacity": TechnicianCapacity.objects.all(),
        "rest from the start": ShiftBreak.objects.filter(from_start=True),
        "absence": Absence.objects.all(),
        "certificate": TechnicianSkill.objects.exclude(valid_until=None),
        "van": Technician.objects.exclude(travel_profile="car"),
        "speed": Technician.objects.exclude(speed_factor=1),
        "visits": Technician.objects.exclude(max_visits=None),
        "work": Technician.objects.exclude(max_work_s=None),
        "travel": Technician.objects.exclude(max_travel_s=None),
        "leg": Technician.objects.exclude(max_leg_s=None),
        "overtime": Technician.objects.exclude(planned_overtime_s=0),
        "heavy load": AppointmentLoad.objects.filter(delivery__gt=0, pickup__gt=0),
        "one of a group": AppointmentSkill.objects.filter(group__gt=0),
        "late after": Appointment.objects.exclude(sla_at=None),
        "risk": Appointment.objects.filter(risk__gt=0),
        "not before": Appointment.objects.exclude(earliest_at=None),
        "due": Appointment.objects.exclude(due_at=None),
        "hours": AppointmentHours.objects.all(),
        "wishes": AppointmentWindow.objects.all(),
        "pin": Appointment.objects.exclude(pinned_technician=None),
    }
    assert [name for name, rows in shown.items() if not rows.exists()] == []


def test_the_accounts_have_their_roles(demo: None) -> None:
    build(SATURDAY_NOON)
    assert {user.username: sorted(roles_of(user)) for user in User.objects.all()} == {
        "agent": ["agent"],
        "dispatcher": ["dispatcher"],
        "technician": ["technician"],
        "admin": ["administrator", "agent", "dispatcher"],
    }
    technician = Technician.objects.get(user__username="technician")
    assert technician.stops.filter(is_current=True, route__shift__date=SATURDAY_NOON.date()).exists()
    assert User.objects.get(username="agent").check_password("visita-demo")
    assert Contact.objects.exclude(email="").exclude(email__endswith="@example.org").count() == 0


def test_the_first_planning_leaves_out_what_does_not_fit(demo: None) -> None:
    """Nobody holds the certificate, and nobody starts that early; everything else has its place."""
    build(timezone.now())
    run = Run.objects.get()
    assert (run.status, run.publish_when_done) == (RunStatus.QUEUED, True)
    Run.objects.update(time_limit_s=1)
    done = perform_run(run_id=run.pk)
    assert done is not None
    assert (done.status, done.plan.status) == (RunStatus.DONE, "published")
    assert done.plan.unplanned.count() == 2
    assert Visit.objects.filter(appointment__skills__skill__code="f-gas", status=VisitStatus.OPEN).count() == 1
