"""Whether one worker could serve one job if there were nothing else to do in that shift."""

from dataclasses import replace

from scheduling.core.problem import ALWAYS, Job, Problem, Seconds, Worker
from scheduling.core.timing import time_route

# From the coarsest blocker to the finest: how far a worker came on the way to being able to serve.
BLOCKERS = (
    "excluded",
    "not_allowed",
    "pinned_elsewhere",
    "no_skill",
    "certificate",
    "area",
    "no_shift",
    "too_far",
    "leg_too_long",
    "capacity",
    "overloaded",
    "site_closed",
    "promise",
    "due",
    "window_closed",
    "no_room",
    "not_worth",
)


def own_blocker(problem: Problem, worker: Worker, job: Job) -> str | None:
    """What keeps the worker from serving the job even with an empty shift; None when nothing does.

    "pinned_elsewhere" also where the job is frozen in another shift. "no_shift": what is left of the shift is too short
    for the way there, the work, the breaks and the way back. "leg_too_long": no place of the problem is near enough to
    come from, or to go on to. "site_closed", "promise", "due", "window_closed": the shift would do, but not for a begin
    in the site's hours, nor (each besides those before) in the promise, until the due second, in the windows.
    """
    if (simple := static_blocker(worker, job)) is not None:
        return simple
    if any(job.id in other.frozen for other in problem.workers if other.id != worker.id):
        return "pinned_elsewhere"
    if (far := _way_blocker(problem, worker, job)) is not None:
        return far
    if worker.max_work_s is not None and job.duration_s + job.setup_s > worker.max_work_s:
        return "overloaded"
    if time_route(problem, worker, [job]) is not None:
        return None
    return _time_blocker(problem, worker, job)


def static_blocker(worker: Worker, job: Job) -> str | None:
    """What neither time nor place could change."""
    if job.id in worker.frozen:
        return None
    if (blocker := _person_blocker(worker, job)) is not None:
        return blocker
    if worker.forbidden_areas & job.areas:
        return "area"
    if worker.allowed_areas is not None and not worker.allowed_areas & job.areas:
        return "area"
    if worker.max_jobs == 0:
        return "no_shift"
    if worker.capacity:
        for amounts in (job.delivery, job.pickup):
            if any(amount > room for amount, room in zip(amounts, worker.capacity, strict=False)):
                return "capacity"
    if worker.max_work_s is not None and job.duration_s > worker.max_work_s:
        return "overloaded"
    return None


def _person_blocker(worker: Worker, job: Job) -> str | None:
    if worker.id in job.excluded_workers:
        return "excluded"
    if job.allowed_workers is not None and worker.id not in job.allowed_workers:
        return "not_allowed"
    if job.pinned_workers is not None and worker.id not in job.pinned_workers:
        return "pinned_elsewhere"
    needs = [*({skill: level} for skill, level in job.skills.items()), *job.any_skills]
    missing = [need for need in needs if not any(worker.level(skill) >= level for skill, level in need.items())]
    if not missing:
        return None
    held = all(any(worker.skills.get(skill, -1) >= level for skill, level in need.items()) for need in missing)
    return "certificate" if held else "no_skill"


def _way_blocker(problem: Problem, worker: Worker, job: Job) -> str | None:
    """Limits are on real seconds of driving: under speeds a way that would be too long at its best hour is."""
    if worker.max_travel_s is None and worker.max_leg_s is None:
        return None
    rows = problem.travel_rows(worker)
    best = max((100, *(speed.percent for speed in problem.travel[worker.profile].speeds)))
    there = 0 if worker.start is None else rows[worker.start][job.place]
    back = 0 if worker.end is None else rows[job.place][worker.end]
    if worker.max_travel_s is not None and _at_best(there + back, best) > worker.max_travel_s:
        return "too_far"
    if worker.max_leg_s is None or _at_best(max(there, back), best) <= worker.max_leg_s:
        return None
    others = [other.place for other in problem.jobs if other.id != job.id and static_blocker(worker, other) is None]
    nearest = min([there, *(rows[place][job.place] for place in others)])
    next_on = min([back, *(rows[job.place][place] for place in others)])
    return "leg_too_long" if _at_best(max(nearest, next_on), best) > worker.max_leg_s else None


def _at_best(way_s: Seconds, percent: int) -> Seconds:
    return -(-100 * way_s // percent)


def _time_blocker(problem: Problem, worker: Worker, job: Job) -> str:
    """The first of ever narrower jobs that doesn't fit into the shift."""
    free = replace(job, windows=ALWAYS, opening=ALWAYS, promise=None, pinned_start=None, earliest=None, due=None)
    if time_route(problem, worker, [free]) is None:
        return "no_shift"
    if job.pinned_start is not None:
        return "window_closed"
    steps = {
        "site_closed": replace(free, opening=job.opening),
        "promise": replace(free, opening=job.opening, promise=job.promise),
        "due": replace(free, opening=job.opening, promise=job.promise, due=job.due),
    }
    for blocker, narrower in steps.items():
        if time_route(problem, worker, [narrower]) is None:
            return blocker
    return "window_closed"
