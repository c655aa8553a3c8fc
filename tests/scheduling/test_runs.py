from datetime import timedelta

import pytest
from django.utils import timezone

from scheduling.enums import RunStatus
from scheduling.errors import RunUnderWay
from scheduling.models import RoutePlan, Run, Stop
from scheduling.services.runs import MOST_ATTEMPTS, cancel_run, perform_run, request_run, sweep_expired_runs
from tests.make import make_appointment, make_route, make_technician

pytestmark = pytest.mark.django_db


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def ask(**more):
    return request_run(date=tomorrow(), actor=None, now=timezone.now(), time_limit_s=1, **more)


def test_a_run_ends_with_a_proposal():
    make_route(make_technician(), tomorrow())
    make_appointment()

    run = perform_run(run_id=ask().pk)

    assert (run.status, run.attempt, run.plan.summary["after"]["stops"]) == (RunStatus.DONE, 1, 1)
    assert not Stop.objects.exists()


def test_a_run_may_publish_its_result():
    make_route(make_technician(), tomorrow())
    appointment = make_appointment()

    perform_run(run_id=ask(publish_when_done=True).pk)

    assert Stop.objects.get(is_current=True).appointment == appointment


def test_one_run_a_day_at_a_time():
    ask()
    with pytest.raises(RunUnderWay):
        ask()


def test_a_run_performed_twice_plans_once():
    make_route(make_technician(), tomorrow())
    run = ask()

    assert perform_run(run_id=run.pk).status == RunStatus.DONE
    assert perform_run(run_id=run.pk) is None


def test_a_queued_run_is_cancelled_at_once():
    run = cancel_run(run_id=ask().pk, now=timezone.now())

    assert run.status == RunStatus.CANCELLED
    assert perform_run(run_id=run.pk) is None


def test_a_running_run_is_asked_to_stop():
    run = ask()
    Run.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING)

    assert cancel_run(run_id=run.pk, now=timezone.now()).cancel_requested


def test_the_sweep_queues_again_what_a_dead_worker_left_and_fails_it_in_the_end():
    now = timezone.now()
    run = ask()
    nudged = []
    Run.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING, lease_until=now - timedelta(seconds=1), attempt=1)

    assert sweep_expired_runs(now=now, nudge=nudged.append) == 1
    run.refresh_from_db()
    assert (run.status, nudged) == (RunStatus.QUEUED, [run.pk])

    Run.objects.filter(pk=run.pk).update(
        status=RunStatus.RUNNING, lease_until=now - timedelta(seconds=1), attempt=MOST_ATTEMPTS
    )
    sweep_expired_runs(now=now, nudge=nudged.append)
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED


def test_a_live_lease_is_left_alone():
    now = timezone.now()
    run = ask()
    Run.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING, lease_until=now + timedelta(seconds=9))

    assert sweep_expired_runs(now=now, nudge=print) == 0
    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING


def test_a_run_that_is_cancelled_while_it_searches_stops_long_before_its_time():
    make_route(make_technician(), tomorrow())
    make_appointment()
    run = request_run(date=tomorrow(), actor=None, now=timezone.now(), time_limit_s=120)
    Run.objects.filter(pk=run.pk).update(cancel_requested=True)

    ended = perform_run(run_id=run.pk)

    assert ended.status == RunStatus.CANCELLED
    assert ended.ended_at - ended.started_at < timedelta(seconds=60)
    assert not RoutePlan.objects.exists()


def test_the_best_cost_and_when_it_was_found_are_told_while_it_searches():
    make_route(make_technician(), tomorrow())
    make_appointment()
    run = request_run(date=tomorrow(), actor=None, now=timezone.now(), time_limit_s=2)

    progress = perform_run(run_id=run.pk).progress

    assert (progress["served"], progress["unserved"], progress["time_limit_s"]) == (1, 0, 2)
    assert 0 <= progress["best_after_s"] <= progress["elapsed_s"]
    assert progress["best_cost"] >= 0
