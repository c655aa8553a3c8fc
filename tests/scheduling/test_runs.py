from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from scheduling.enums import RunStatus
from scheduling.errors import Refused, RunUnderWay
from scheduling.models import PlanningSettings, RoutePlan, Run, Stop
from scheduling.services.runs import (
    MOST_ATTEMPTS,
    cancel_run,
    end_run,
    perform_run,
    request_run,
    sweep_expired_runs,
)
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


@pytest.mark.django_db(transaction=True)
def test_horizons_that_overlap_are_not_planned_twice_when_asked_for_at_the_same_instant():
    """Their first days differ, so that no row of one collides with one of the other."""
    first, gate = tomorrow(), Barrier(6)

    def ask_for(days_ahead):
        gate.wait(timeout=30)
        try:
            return request_run(date=first + timedelta(days=days_ahead), days=7, actor=None, now=timezone.now())
        except RunUnderWay:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        asked = list(pool.map(ask_for, range(6)))

    assert [run for run in asked if run] == list(Run.objects.all())
    assert Run.objects.count() == 1


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


def test_a_cancel_that_comes_after_the_search_last_looked_counts():
    """Nothing is to be planned, so the search ends before it asks."""
    make_route(make_technician(), tomorrow())
    run = ask(publish_when_done=True)
    Run.objects.filter(pk=run.pk).update(cancel_requested=True)

    assert perform_run(run_id=run.pk).status == RunStatus.CANCELLED
    assert not RoutePlan.objects.exists()


def test_what_is_asked_to_stop_can_not_be_done():
    run = ask()
    Run.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING, cancel_requested=True)

    ends = [
        end_run(run_id=run.pk, expected=RunStatus.RUNNING, to=to, now=timezone.now())
        for to in (RunStatus.DONE, RunStatus.CANCELLED)
    ]

    assert ends == [False, True]


def test_a_run_that_is_asked_to_stop_keeps_no_other_away():
    run = ask()
    Run.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING)
    cancel_run(run_id=run.pk, now=timezone.now())

    assert ask().status == RunStatus.QUEUED


def test_a_dead_worker_s_run_that_was_asked_to_stop_is_not_queued_again():
    now = timezone.now()
    run = ask()
    nudged = []
    Run.objects.filter(pk=run.pk).update(
        status=RunStatus.RUNNING, lease_until=now - timedelta(seconds=1), cancel_requested=True
    )

    assert sweep_expired_runs(now=now, nudge=nudged.append) == 0
    run.refresh_from_db()
    assert (run.status, nudged) == (RunStatus.CANCELLED, [])


def test_a_run_has_a_freeze_of_its_own_that_its_proposal_keeps():
    PlanningSettings(freeze_s=7_200).save()
    make_route(make_technician(), tomorrow())
    runs = [ask(freeze_s=1_800), request_run(date=tomorrow() + timedelta(days=1), actor=None, now=timezone.now())]
    plan = perform_run(run_id=runs[0].pk).plan

    run = Run.objects.get(pk=runs[0].pk)
    assert timedelta() <= plan.frozen_until - timedelta(seconds=1_800) - run.started_at < timedelta(seconds=30)
    assert runs[1].freeze_s is None


@pytest.mark.parametrize("freeze_s", [-1, 86_401])
def test_a_freeze_has_bounds(freeze_s):
    with pytest.raises(Refused):
        ask(freeze_s=freeze_s)


def test_the_best_cost_and_when_it_was_found_are_told_while_it_searches():
    make_route(make_technician(), tomorrow())
    make_appointment()
    run = request_run(date=tomorrow(), actor=None, now=timezone.now(), time_limit_s=2)

    progress = perform_run(run_id=run.pk).progress

    assert (progress["served"], progress["unserved"], progress["time_limit_s"]) == (1, 0, 2)
    assert 0 <= progress["best_after_s"] <= progress["elapsed_s"]
    assert progress["best_cost"] >= 0
