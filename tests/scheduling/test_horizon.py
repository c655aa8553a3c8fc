from datetime import timedelta

import pytest
from django.utils import timezone

from scheduling.enums import PlanStatus, RunStatus
from scheduling.errors import Refused, RunUnderWay
from scheduling.models import Route, RoutePlan, Run, Stop
from scheduling.services.plans import publish_plan
from scheduling.services.runs import perform_run, request_run
from tests.make import make_appointment, make_route, make_technician

pytestmark = pytest.mark.django_db


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def plan(first, days):
    run = request_run(date=first, days=days, actor=None, now=timezone.now(), time_limit_s=1)
    return perform_run(run_id=run.pk).plan


def test_visits_that_fill_a_day_each_get_a_day_each():
    technician = make_technician(hours=(8, 14))
    days = [tomorrow() + timedelta(days=number) for number in range(3)]
    for day in days:
        make_route(technician, day)
    long = [make_appointment(minutes=300) for _ in range(3)]

    publish_plan(plan_id=plan(tomorrow(), 3).pk, actor=None, now=timezone.now())

    placed = Stop.objects.filter(is_current=True)
    assert sorted(stop.route.shift.date for stop in placed) == days
    assert {stop.appointment_id for stop in placed} == {one.pk for one in long}
    assert Route.objects.filter(published_at__isnull=False).count() == 3


def test_a_proposal_for_several_days_makes_those_of_its_days_stale_and_no_others():
    technician = make_technician()
    for number in range(4):
        make_route(technician, tomorrow() + timedelta(days=number))
    make_appointment()
    inside = plan(tomorrow() + timedelta(days=2), 1)
    outside = plan(tomorrow() + timedelta(days=3), 1)

    plan(tomorrow(), 3)

    statuses = dict(RoutePlan.objects.values_list("pk", "status"))
    assert (statuses[inside.pk], statuses[outside.pk]) == (PlanStatus.STALE, PlanStatus.PROPOSED)


@pytest.mark.parametrize(("offset", "refused"), [(-1, False), (0, True), (2, True), (3, False)])
def test_a_day_inside_a_run_is_not_planned_twice(offset, refused):
    first = tomorrow() + timedelta(days=5)
    Run.objects.create(date=first, days=3, requested_at=timezone.now(), time_limit_s=1, status=RunStatus.RUNNING)

    def ask():
        return request_run(date=first + timedelta(days=offset), actor=None, now=timezone.now())

    if refused:
        with pytest.raises(RunUnderWay):
            ask()
    else:
        assert ask().status == RunStatus.QUEUED


def test_a_horizon_that_nobody_offers_is_refused():
    with pytest.raises(Refused):
        request_run(date=tomorrow(), days=5, actor=None, now=timezone.now())
