from celery import shared_task
from django.utils import timezone

from scheduling.services.ledger import update_recent_ledger
from scheduling.services.offers import sweep_expired_holds
from scheduling.services.runs import perform_run, sweep_expired_runs
from scheduling.services.shifts import make_coming_shifts


@shared_task
def perform(run_id: int) -> None:
    perform_run(run_id=run_id)


@shared_task
def sweep_runs() -> None:
    sweep_expired_runs(now=timezone.now(), nudge=perform.delay)


@shared_task
def sweep_holds() -> None:
    sweep_expired_holds(now=timezone.now())


@shared_task
def extend_shifts() -> None:
    make_coming_shifts(today=timezone.localdate())


@shared_task
def keep_ledger() -> None:
    update_recent_ledger(today=timezone.localdate())
