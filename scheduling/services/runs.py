"""Planning in the background. The row is the truth, the task a nudge: claim, lease, heartbeat, sweep."""

import logging
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from scheduling.core.cost import Cost
from scheduling.core.repair import Search
from scheduling.core.solve import Result, solve
from scheduling.core.stop import Cancelled, MaxSeconds, Progress, any_of
from scheduling.enums import RUN_TRANSITIONS, AppointmentStatus, PlanStatus, RunStatus
from scheduling.errors import Refused, RunUnderWay, TransitionRefused
from scheduling.horizon import HORIZONS, covering, list_dates
from scheduling.inherited import find_inherited
from scheduling.models import Appointment, RoutePlan, Run, User, WeightSet
from scheduling.planning import load_situation
from scheduling.repairing import lanes_of, load_day, without_technician
from scheduling.selectors import plannable_appointments
from scheduling.services.planning_settings import lock_planning_settings
from scheduling.services.plans import propose_plan, publish_plan

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
MOST_FREEZE_S = 86_400
ASK_EVERY_S = 0.5

log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker has the run, or it was ended."""


def request_run(
    *,
    date: date,
    actor: User | None,
    now: datetime,
    time_limit_s: int | None = None,
    seed: int = 1,
    publish_when_done: bool = False,
    days: int = 1,
    weight_set: WeightSet | None = None,
    freeze_s: int | None = None,
    may_break: Collection[int] = (),
    break_reason: str = "",
    repair: Mapping[str, Any] | None = None,
) -> Run:
    """Asks for a plan of ``days`` from ``date`` on. ``may_break`` names the appointments whose promise the plan may
    break, which takes a reason. ``freeze_s`` None is that of the settings.

    Raises ``RunUnderWay`` while a plan for one of these days is being made, unless that has been asked to stop."""
    if days not in HORIZONS:
        raise Refused(_("A plan is made for 1, 3 or 7 days."))
    if freeze_s is not None and not 0 <= freeze_s <= MOST_FREEZE_S:
        raise Refused(_("A freeze is between 0 minutes and 24 hours."))
    check_promises(may_break, break_reason)
    try:
        with transaction.atomic():
            lock_planning_settings()  # Two horizons that overlap have no row in common to collide on.
            if runs_under_way(date, days).filter(cancel_requested=False).exists():
                raise RunUnderWay(_("This day is being planned already. Wait for the result or cancel it."))
            return Run.objects.create(
                date=date,
                days=days,
                requested_by=actor,
                requested_at=now,
                seed=seed,
                time_limit_s=time_limit_s or settings.PLAN_TIME_LIMIT_S,
                publish_when_done=publish_when_done,
                weight_set=weight_set,
                freeze_s=freeze_s,
                may_break=sorted(may_break),
                break_reason=break_reason.strip(),
                repair=repair or {},
            )
    except IntegrityError as error:
        raise RunUnderWay(_("This day is being planned already. Wait for the result or cancel it.")) from error


def runs_under_way(first: date, days: int = 1) -> QuerySet[Run]:
    return Run.objects.filter(covering(first, days), status__in=(RunStatus.QUEUED, RunStatus.RUNNING))


def check_promises(may_break: Collection[int], reason: str) -> None:
    """Only promises that stand can be named, and only with a reason."""
    standing = Appointment.objects.filter(
        pk__in=may_break, window_starts_at__isnull=False, status=AppointmentStatus.CONFIRMED
    )
    if standing.count() < len(set(may_break)):
        raise Refused(_("One of these visits has no promise any more. Look at the board again."))
    if may_break and not reason.strip():
        raise Refused(_("Write why these promises may be broken."))


def cancel_run(*, run_id: int, now: datetime) -> Run:
    """A queued run ends at once, a running one within about a second."""
    if not end_run(run_id=run_id, expected=RunStatus.QUEUED, to=RunStatus.CANCELLED, now=now):
        Run.objects.filter(pk=run_id, status=RunStatus.RUNNING).update(cancel_requested=True)
    return Run.objects.get(pk=run_id)


def perform_run(*, run_id: int) -> Run | None:
    """Claims, plans and proposes. May run twice: the second claim fails. None when there is nothing to do."""
    owner = uuid.uuid4()
    started = timezone.now()
    claimed = Run.objects.filter(pk=run_id, status=RunStatus.QUEUED).update(
        status=RunStatus.RUNNING,
        lease_owner=owner,
        lease_until=started + LEASE,
        attempt=F("attempt") + 1,
        started_at=started,
    )
    if not claimed:
        return None
    run = Run.objects.select_related("requested_by", "weight_set").get(pk=run_id)
    try:
        if run.repair:
            _repair(run, owner)
        else:
            _plan(run, owner)
    except LeaseLost:
        return None
    except Exception as error:
        log.exception("run %s failed", run_id)
        end_run(
            run_id=run_id,
            expected=RunStatus.RUNNING,
            to=RunStatus.FAILED,
            now=timezone.now(),
            error=str(error)[:2000],
            owner=owner,
        )
    run.refresh_from_db()
    return run


def _plan(run: Run, owner: uuid.UUID) -> None:
    now = timezone.now()
    dates = list_dates(run.date, run.days)
    situation = load_situation(
        dates=dates,
        now=now,
        also=list_plannable(dates=dates, now=now),
        weights=run.weight_set.weights() if run.weight_set else None,
        may_break=run.may_break,
        freeze_s=run.freeze_s,
    )
    watch = _Watch(run, owner, len(situation.problem.jobs))
    result: Result = solve(
        situation.problem,
        any_of(MaxSeconds(run.time_limit_s), Cancelled(watch.is_cancelled)),
        seed=run.seed,
        start=situation.present,
        baseline=find_inherited(situation),
        on_better=watch.note,
        threads=settings.PLAN_THREADS or None,
    )
    done_at = timezone.now()
    with transaction.atomic():
        if not _finish(run, owner, watch, done_at):
            return
        plan = propose_plan(situation=situation, result=result.plan, run=run, actor=run.requested_by, now=done_at)
    if run.publish_when_done:
        _publish(run, plan)


def _repair(run: Run, owner: uuid.UUID) -> None:
    """Betters the proposal that followed an illness at once, unless that has been decided by the time it is done."""
    situation = load_day(run.date, timezone.now())
    from_at = datetime.fromisoformat(run.repair["from_at"])
    until_at = datetime.fromisoformat(run.repair["until_at"])
    lanes = lanes_of(situation, run.repair["technician"], since=from_at, until=until_at)
    watch = _Watch(run, owner, len(situation.problem.jobs))
    stop = any_of(MaxSeconds(run.time_limit_s), Cancelled(watch.is_cancelled))
    found = without_technician(situation, lanes, from_at, Search(stop, run.seed))
    done_at = timezone.now()
    with transaction.atomic():
        if not _finish(run, owner, watch, done_at):
            return
        waits = RoutePlan.objects.filter(pk=run.repair["plan"], status=PlanStatus.PROPOSED).exists()
        if waits and found.moved:
            propose_plan(
                situation=situation,
                result=found.plan,
                run=run,
                actor=run.requested_by,
                now=done_at,
                may_break=found.lost_promises,
            )


def _finish(run: Run, owner: uuid.UUID, watch: "_Watch", now: datetime) -> bool:
    """Whether the run is done. A cancel that came after the search last looked counts too."""
    ends = (RunStatus.CANCELLED,) if watch.cancelled else (RunStatus.DONE, RunStatus.CANCELLED)
    for to in ends:
        if end_run(run_id=run.pk, expected=RunStatus.RUNNING, to=to, now=now, owner=owner):
            return to == RunStatus.DONE
    raise LeaseLost


def _publish(run: Run, plan: RoutePlan) -> None:
    try:
        publish_plan(plan_id=plan.pk, actor=run.requested_by, now=timezone.now(), reason=run.break_reason)
    except Refused as refusal:
        Run.objects.filter(pk=run.pk).update(error=_("Proposed, but not published: %s") % refusal)


def list_plannable(*, dates: Sequence[date], now: datetime) -> list[Appointment]:
    """What waits for a place and could be done on one of the dates at least."""
    found = {one.pk: one for day in dates for one in plannable_appointments(date=day, now=now)}
    return list(found.values())


class _Watch:
    """Asks the row, not too often, whether to go on, and tells it how far the search is."""

    def __init__(self, run: Run, owner: uuid.UUID, jobs: int) -> None:
        self.run, self.owner, self.jobs = run, owner, jobs
        self.cancelled = False
        self.began = self.asked = monotonic()
        self.best: Cost | None = None
        self.best_after_s = 0.0

    def note(self, progress: Progress) -> None:
        self.best = progress.best
        self.best_after_s = monotonic() - self.began

    def is_cancelled(self) -> bool:
        if self.cancelled or monotonic() - self.asked < ASK_EVERY_S:
            return self.cancelled
        self.asked = monotonic()
        mine = Run.objects.filter(pk=self.run.pk, status=RunStatus.RUNNING, lease_owner=self.owner)
        if not mine.update(lease_until=timezone.now() + LEASE, progress=self.describe()):
            raise LeaseLost
        self.cancelled = mine.filter(cancel_requested=True).exists()
        return self.cancelled

    def describe(self) -> dict[str, Any]:
        elapsed = monotonic() - self.began
        best = self.best
        return {
            "elapsed_s": round(elapsed, 1),
            "time_limit_s": self.run.time_limit_s,
            "jobs": self.jobs,
            "best_cost": None if best is None else best.total,
            "best_after_s": None if best is None else round(self.best_after_s, 1),
            "served": None if best is None else self.jobs - best.unserved,
            "unserved": None if best is None else best.unserved,
        }


def end_run(
    *,
    run_id: int,
    expected: RunStatus,
    to: RunStatus,
    now: datetime,
    error: str = "",
    owner: uuid.UUID | None = None,
) -> bool:
    """Compare-and-swap to an end state; says whether this call did it. What is asked to stop is never done."""
    if to not in RUN_TRANSITIONS[expected]:
        raise TransitionRefused(_("A run can't go from %(a)s to %(b)s.") % {"a": expected, "b": to})
    runs = Run.objects.filter(pk=run_id, status=expected)
    if owner is not None:
        runs = runs.filter(lease_owner=owner)
    if to == RunStatus.DONE:
        runs = runs.filter(cancel_requested=False)
    return bool(runs.update(status=to, ended_at=now, error=error, lease_owner=None, lease_until=None))


def sweep_expired_runs(*, now: datetime, nudge: Callable[[int], object]) -> int:
    """Queues again what a dead worker left behind, at most ``MOST_ATTEMPTS`` times and unless it was asked to stop, and
    nudges what is queued."""
    dead = Run.objects.filter(status=RunStatus.RUNNING, lease_until__lt=now)
    for run in dead.filter(cancel_requested=True):
        end_run(run_id=run.pk, expected=RunStatus.RUNNING, to=RunStatus.CANCELLED, now=now)
    expired = dead.filter(cancel_requested=False)
    for run in expired.filter(attempt__gte=MOST_ATTEMPTS):
        end_run(
            run_id=run.pk,
            expected=RunStatus.RUNNING,
            to=RunStatus.FAILED,
            now=now,
            error=_("The worker died %(count)s times while planning.") % {"count": run.attempt},
        )
    swept = expired.filter(attempt__lt=MOST_ATTEMPTS).update(
        status=RunStatus.QUEUED, lease_owner=None, lease_until=None
    )
    for run_id in Run.objects.filter(status=RunStatus.QUEUED).values_list("pk", flat=True):
        nudge(run_id)
    return swept
