"""Why a job is not in the plan, and what each window would cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scheduling.core.fit import BLOCKERS, own_blocker
from scheduling.core.insert import Inserter, Insertion
from scheduling.core.plan import Plan, Unserved
from scheduling.core.problem import Job, Problem, Window


def reasons(problem: Problem, plan: Plan, job: Job) -> Unserved:
    """Every worker's own blocker, and as the reason the finest of them: how near the job came to being served.

    "no_room": some shifts would do, but the stops in them leave no room. "not_worth": there is room, but the way costs
    more than the job's price.
    """
    return explain(Inserter(problem, plan), job)


def explain(inserter: Inserter, job: Job) -> Unserved:
    blockers: dict[int, str] = {}
    for worker in inserter.problem.workers:
        own = own_blocker(inserter.problem, worker, job)
        if own is None:
            own = "not_worth" if inserter.insert(job, limit=1, workers=[worker.id]) else "no_room"
        blockers[worker.id] = own
    reason = max(blockers.values(), key=BLOCKERS.index, default="no_shift")
    return Unserved(job.id, reason, blockers)


@dataclass(frozen=True, slots=True)
class WindowAnswer:
    """Either the cheapest insertion inside the window, or why there is none."""

    window: Window
    insertion: Insertion | None
    unserved: Unserved | None


def best_windows(problem: Problem, plan: Plan, job: Job, windows: Sequence[Window]) -> list[WindowAnswer]:
    """For each window, in the given order, the cheapest insertion with service beginning inside it."""
    inserter = Inserter(problem, plan)
    answers = []
    for window in windows:
        asked = replace(job, windows=(window,))
        found = inserter.insert(asked, limit=1)
        answers.append(WindowAnswer(window, found[0] if found else None, None if found else explain(inserter, asked)))
    return answers
