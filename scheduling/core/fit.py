"""Whether one worker could serve one job if there were nothing else to do in that shift."""

from scheduling.core.cost import travel_of
from scheduling.core.problem import ALWAYS, Job, Problem, Worker
from scheduling.core.timing import time_route

# From the coarsest blocker to the finest: how far a worker came on the way to being able to serve.
BLOCKERS = ("not_allowed", "no_skill", "no_shift", "too_far", "capacity", "window_closed", "no_room", "not_worth")


def own_blocker(problem: Problem, worker: Worker, job: Job) -> str | None:
    """What keeps the worker from serving the job even with an empty shift; None when nothing does.

    "no_shift": what is left of the shift is too short for the way there, the work, the breaks and the way back.
    """
    if (simple := static_blocker(worker, job)) is not None:
        return simple
    if worker.max_travel_s is not None and travel_of(problem, worker, [job]) > worker.max_travel_s:
        return "too_far"
    if time_route(problem, worker, [job]) is not None:
        return None
    anytime = Job(id=job.id, place=job.place, duration_s=job.duration_s, setup_s=job.setup_s, windows=ALWAYS)
    return "no_shift" if time_route(problem, worker, [anytime]) is None else "window_closed"


def static_blocker(worker: Worker, job: Job) -> str | None:
    """What neither time nor place could change."""
    if job.allowed_workers is not None and worker.id not in job.allowed_workers:
        return "not_allowed"
    if any(worker.skills.get(skill, -1) < level for skill, level in job.skills.items()):
        return "no_skill"
    if worker.max_jobs == 0:
        return "no_shift"
    if worker.capacity:
        for amounts in (job.delivery, job.pickup):
            if any(amount > room for amount, room in zip(amounts, worker.capacity, strict=False)):
                return "capacity"
    return None
