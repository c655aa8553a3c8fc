"""The smallest changes to a job itself that would let it into a plan: its windows, its due date, its pins, its day.

Found by insertions into the plan as it stands. A promise is never among what changes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from typing import Literal

import numpy as np

from scheduling.core.insert import Inserter
from scheduling.core.lanes import Insertion
from scheduling.core.problem import ALWAYS, DAY_S, FOREVER, NEVER, Job, Seconds, Window
from scheduling.core.rests import NEVER_S
from scheduling.core.values import common

FixKind = Literal[
    "window_later",
    "window_earlier",
    "overtime",
    "release_pin",
    "skill",
    "other_day",
    "territory",
    "limit",
    "leave_out",
    "due",
]
STEP_S = 300
MOST_SHIFTED_S = 12 * 3600
MOST_OVERDUE_S = 14 * DAY_S
# Only with several breaks, or speeds by the hour, may a least amount turn out too small and be tried again.
MOST_TRIES = 60


@dataclass(frozen=True, slots=True)
class Fix:
    """What to change, and where the job would then go: ``worker``, ``begin``, and ``price_s`` by all the weights (for
    "leave_out" with the price of the job left out).

    ``amount_s``: by how much a window ends later or begins earlier, the job is due later, the worker may return later
    or drive or work more; for the limit "max_jobs" the visits more; for "other_day" by how much all windows move, whole
    days, negative for earlier. ``job``: whose pin is released, or who makes way. ``skill``, ``level``: what the worker
    would need. ``rule``: the worker's field that is raised, or the job's field whose pin is released (None: both).
    ``moves_to``: the worker who takes over the job that was pinned.
    """

    kind: FixKind
    worker: int
    begin: Seconds
    price_s: Seconds
    added_travel_s: Seconds
    amount_s: int = 0
    job: int | None = None
    skill: str | None = None
    level: int | None = None
    rule: str | None = None
    moves_to: int | None = None


def fix_of(
    kind: FixKind, found: Insertion, amount_s: int = 0, *, job: int | None = None, rule: str | None = None
) -> Fix:
    return Fix(kind, found.worker, found.begin, found.price_s, found.added_travel_s, amount_s, job, rule=rule)


def up_to_step(seconds: Seconds) -> Seconds:
    return -(-seconds // STEP_S) * STEP_S


@dataclass(frozen=True, slots=True)
class _Gap:
    """A span outside of what is allowed: ``base`` is the nearest allowed second, before it or after it."""

    span: Window
    base: Seconds
    changed: Callable[[Seconds], Job]


def window_fix(inserter: Inserter, job: Job, *, later: bool) -> Fix | None:
    """One of the job's windows ends later, or begins earlier, by the fewest steps of five minutes."""
    if job.promise is not None or job.pinned_start is not None or job.windows == ALWAYS:
        return None
    site = replace(job, windows=ALWAYS).begins
    gaps = [
        _Gap(span, base, changed)
        for between, base, changed in _gaps(job, later=later)
        for span in common((between,), site)
        if (span,) != NEVER
    ]
    return _least(inserter, job, gaps, "window_later" if later else "window_earlier")


def _gaps(job: Job, *, later: bool) -> list[tuple[Window, Seconds, Callable[[Seconds], Job]]]:
    found: list[tuple[Window, Seconds, Callable[[Seconds], Job]]] = []
    bounds = [-FOREVER, *(moment for window in job.windows for moment in (window.start, window.end)), FOREVER]
    for index, window in enumerate(job.windows):
        if later:
            last = min(bounds[2 * index + 3] - 1, window.end + MOST_SHIFTED_S)
            between, base = (window.end + 1, last), window.end
        else:
            first = max(bounds[2 * index] + 1, window.start - MOST_SHIFTED_S)
            between, base = (first, window.start - 1), window.start
        if between[0] <= between[1]:
            found.append((Window(*between), base, _stretch(job, index, later=later)))
    return found


def _stretch(job: Job, index: int, *, later: bool) -> Callable[[Seconds], Job]:
    def changed(amount: Seconds) -> Job:
        window = job.windows[index]
        wider = Window(window.start, window.end + amount) if later else Window(window.start - amount, window.end)
        return replace(job, windows=(*job.windows[:index], wider, *job.windows[index + 1 :]))

    return changed


def due_fix(inserter: Inserter, job: Job) -> Fix | None:
    due = job.due
    if due is None or job.promise is not None or job.pinned_start is not None:
        return None
    overdue = (Window(due + 1, due + MOST_OVERDUE_S),)
    gaps = [
        _Gap(span, due, lambda amount: replace(job, due=due + amount))
        for span in common(replace(job, due=None).begins, overdue)
        if (span,) != NEVER
    ]
    return _least(inserter, job, gaps, "due")


def _least(inserter: Inserter, job: Job, gaps: list[_Gap], kind: FixKind) -> Fix | None:
    """The changed job's cheapest place at the least amount that gives it one."""
    if not gaps:
        return None
    field = inserter.field()
    room = field.positions.room(job)
    starts = np.array([gap.span.start for gap in gaps], np.int64)
    ends = np.array([gap.span.end for gap in gaps], np.int64)
    bases = np.array([gap.base for gap in gaps], np.int64)[:, None]
    earlier = kind == "window_earlier"
    begins = room.latest_within(starts, ends) if earlier else room.begins_within(starts, ends)
    rows, columns = np.nonzero(np.abs(begins) < NEVER_S)
    amounts = np.abs(begins - bases)[rows, columns]
    pairs = room.take(columns)
    floors = field.floors.of(pairs, job, starts[rows], ends[rows])
    amounts = -(-amounts // STEP_S) * STEP_S
    numbers = np.arange(len(rows))
    heap: list[tuple[int, int, int, int]] = list(
        zip(amounts.tolist(), floors.tolist(), numbers.tolist(), rows.tolist(), strict=True)
    )
    heapify(heap)
    for _ in range(min(MOST_TRIES, 10 * len(heap))):
        if not heap:
            break
        amount, floor, number, row = heappop(heap)
        gap = gaps[row]
        lane, position = field.positions.lanes[int(pairs.lane[number])], int(pairs.position[number])
        if lane.insertion(gap.changed(amount), position) is not None:
            best = inserter.insert(gap.changed(amount), limit=1)[0]
            return fix_of(kind, best, amount)
        if amount < gap.span.end - gap.span.start:
            heappush(heap, (amount + STEP_S, floor, number, row))
    return None


def pin_fix(inserter: Inserter, job: Job) -> Fix | None:
    """The job's own pins: the one on the time or the one on the technician, else both."""
    loose: list[tuple[str | None, Job]] = []
    if job.pinned_start is not None:
        loose.append(("pinned_start", replace(job, pinned_start=None)))
    if job.pinned_workers is not None:
        loose.append(("pinned_workers", replace(job, pinned_workers=None)))
    found = _released(inserter, job, loose)
    if not found and len(loose) == 2:
        found = _released(inserter, job, [(None, replace(job, pinned_start=None, pinned_workers=None))])
    return min(found, key=lambda fix: (fix.price_s, fix.begin), default=None)


def _released(inserter: Inserter, job: Job, loose: list[tuple[str | None, Job]]) -> list[Fix]:
    return [
        fix_of("release_pin", best, job=job.id, rule=rule)
        for rule, changed in loose
        for best in inserter.insert(changed, limit=1)
    ]


def day_fix(inserter: Inserter, job: Job) -> Fix | None:
    """The job's windows on another day of the problem."""
    days = sorted({worker.day_number for worker in inserter.problem.workers})
    if len(days) < 2 or job.promise is not None or job.pinned_start is not None or job.windows == ALWAYS:
        return None
    apart = sorted({b - a for a in days for b in days if a != b}, key=lambda days_off: (abs(days_off), -days_off))
    best: tuple[Insertion, int] | None = None
    for days_off in apart:
        shift = days_off * DAY_S
        windows = tuple(
            Window(max(-FOREVER, window.start + shift), min(FOREVER, window.end + shift)) for window in job.windows
        )
        found = inserter.insert(replace(job, windows=windows), limit=1)
        if found and (best is None or found[0].price_s < best[0].price_s):
            best = found[0], shift
    return None if best is None else fix_of("other_day", *best)
