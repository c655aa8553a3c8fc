import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from scheduling.core.formats.vroom import read_vroom
from scheduling.planning import load_situation
from scheduling.services.moves import move_stop, set_pin
from tests.core.judge import judge, needs_judge
from tests.make import make_appointment, make_place, make_route, make_technician

pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    return timezone.localdate() + timedelta(days=1)


@pytest.fixture
def placed(day):
    """One stop pinned to its technician and hour, and one appointment that nobody has the skill for."""
    route = make_route(make_technician(skills=[("fibre", 2)], lunch=True), day)
    make_route(make_technician("Luis Gil", skills=[("fibre", 1)]), day)
    appointment = make_appointment(skills=[("fibre", 2)], place=make_place(latitude=40.05))
    make_appointment(skills=[("fibre", 3)])
    now = timezone.now()
    move_stop(appointment_id=appointment.pk, route_id=route.pk, actor=None, now=now)
    set_pin(appointment_id=appointment.pk, technician=True, time=True, actor=None, now=now)
    return appointment


def export(day, folder):
    paths = folder / "problem.json", folder / "plan.json"
    call_command("export_day", date=day, problem=paths[0], plan=paths[1], stdout=StringIO())
    return paths


def test_a_day_goes_out_and_comes_back_as_the_same_problem(placed, day, tmp_path):
    problem, plan = (json.loads(path.read_text()) for path in export(day, tmp_path))
    read = read_vroom(problem).problem
    situation = load_situation(dates=[day], now=timezone.now())

    job, worker = read.job(placed.pk), read.workers[0]
    asked = situation.problem.job(placed.pk)
    assert (job.duration_s, job.unserved_cost, len(read.jobs)) == (asked.duration_s, asked.unserved_cost, 2)
    assert job.begins[0].start - worker.shift.start == asked.begins[0].start - situation.problem.workers[0].shift.start
    assert [set(job.skills) <= set(one.skills) for one in read.workers] == [True, False]
    assert (len(plan["routes"]), [entry["reason"] for entry in plan["unassigned"]]) == (1, ["no_skill"])


@needs_judge
def test_the_current_routes_hold_before_the_judge(placed, day, tmp_path):
    figures, broken = judge(*export(day, tmp_path))

    assert broken == []
    assert (figures["served"], figures["unserved"]) == (1, 1)


def test_a_day_without_shifts_is_refused(day, tmp_path):
    with pytest.raises(CommandError, match=str(day.year)):
        export(day, tmp_path)
