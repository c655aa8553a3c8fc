"""Any problem of the core as a VROOM problem, for other solvers and for judges from outside.

VROOM has neither levels of skills nor certificates, chosen workers, pins or territories. A skill at a level, and the
set of workers who may serve a job by everything else, become numbered skills that exactly the fitting workers have; a
pinned start becomes a window of one second. Left out are longest legs, most work, hours of the day and all prices but
that of leaving a job out.
"""

from typing import Any

from scheduling.core.fit import static_blocker
from scheduling.core.problem import ALWAYS, FOREVER, Job, Problem, Window, Worker


class _Numbers:
    """Skill numbers by what they stand for, in the order of their first use."""

    def __init__(self, problem: Problem) -> None:
        self.of: dict[tuple[str, object], int] = {}
        self.needs: dict[int, list[tuple[str, object]]] = {}
        frozen = {job_id: worker.id for worker in problem.workers for job_id in worker.frozen}
        for job in problem.jobs:
            needs: list[tuple[str, object]] = [("skill", need) for need in sorted(job.skills.items())]
            skilled = {worker.id for worker in problem.workers if all(_meets(worker, need) for need in needs)}
            able = frozenset(
                worker.id
                for worker in problem.workers
                if static_blocker(worker, job) is None and frozen.get(job.id, worker.id) == worker.id
            )
            if able != skilled:
                needs.append(("able", able))
            self.needs[job.id] = needs
            for need in needs:
                self.of.setdefault(need, len(self.of) + 1)

    def of_job(self, job: Job) -> list[int]:
        return [self.of[need] for need in self.needs[job.id]]

    def of_worker(self, worker: Worker) -> list[int]:
        return [number for need, number in self.of.items() if _meets(worker, need)]


def _meets(worker: Worker, need: tuple[str, Any]) -> bool:
    kind, value = need
    if kind == "able":
        return bool(worker.id in value)
    skill, level = value
    return bool(worker.level(skill) >= level)


def describe_problem(problem: Problem, zero: int = 0) -> dict[str, Any]:
    """``zero`` is added to every moment, which VROOM wants not negative."""
    numbers = _Numbers(problem)
    units = max((len(amounts) for job in problem.jobs for amounts in (job.delivery, job.pickup)), default=0)
    return {
        "jobs": [_job(job, numbers, zero) for job in problem.jobs],
        "vehicles": [_vehicle(worker, numbers, zero, units) for worker in problem.workers],
        "matrices": {
            profile: {"durations": travel.durations_s.tolist()}
            | ({} if travel.distances_m is None else {"distances": travel.distances_m.tolist()})
            for profile, travel in problem.travel.items()
        },
    }


def _job(job: Job, numbers: _Numbers, zero: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": job.id,
        "location_index": job.place,
        "setup": job.setup_s,
        "service": job.duration_s,
        "skills": numbers.of_job(job),
        "priority": min(job.priority, 100),
    }
    if job.begins != ALWAYS:
        row["time_windows"] = [_span(window, zero) for window in job.begins]
    if job.unserved_cost is not None:
        row["unserved_cost"] = job.unserved_cost
    if job.delivery:
        row["delivery"] = list(job.delivery)
    if job.pickup:
        row["pickup"] = list(job.pickup)
    return row


def _vehicle(worker: Worker, numbers: _Numbers, zero: int, units: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": worker.id,
        "profile": worker.profile,
        "skills": numbers.of_worker(worker),
        "time_window": [zero + worker.leaves_from, zero + max(worker.leaves_from, worker.returns_by)],
        "speed_factor": worker.speed_factor,
        "breaks": [
            {
                "id": pause.id,
                "service": pause.duration_s,
                "time_windows": [_span(window, zero) for window in pause.windows],
            }
            for pause in worker.clock_breaks
        ],
    }
    optional = {
        "start_index": worker.start,
        "end_index": worker.end,
        "max_tasks": worker.max_jobs,
        "max_travel_time": worker.max_travel_s,
        # VROOM wants as many amounts of every vehicle; who has none carries anything.
        "capacity": list(worker.capacity) or [FOREVER] * units or None,
    }
    return row | {name: value for name, value in optional.items() if value is not None}


def _span(window: Window, zero: int) -> list[int]:
    return [max(0, zero + window.start), max(0, zero + window.end)]
