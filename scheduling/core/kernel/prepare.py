"""From a problem to the arrays of its search: who could serve what, and which stops are not for the search to move."""

from collections.abc import Mapping, Sequence

import numpy as np

from scheduling.core.fit import static_blocker
from scheduling.core.kernel.arrays import make_arrays, make_state
from scheduling.core.kernel.layout import Array, Arrays
from scheduling.core.kernel.search import find_alone, load
from scheduling.core.problem import Job, Problem, Worker


def prepare(problem: Problem, orders: Mapping[int, Sequence[int]]) -> Arrays:
    """``orders``: worker id -> job ids of the plan to begin with, whose frozen jobs stand first."""
    heads = {worker.id: _head(worker, orders.get(worker.id, ())) for worker in problem.workers}
    arrays = make_arrays(problem, _find_allowed(problem, heads), {ident: len(head) for ident, head in heads.items()})
    alone = np.zeros((len(problem.jobs), len(problem.workers)), dtype=np.int64)
    state = make_state(arrays, 0)
    job_at = {job.id: index for index, job in enumerate(problem.jobs)}
    stops = np.zeros((len(problem.workers), max(1, *map(len, heads.values()))), dtype=np.int64)
    counts = np.zeros(len(problem.workers), dtype=np.int64)
    for w, worker in enumerate(problem.workers):
        for p, job_id in enumerate(heads[worker.id]):
            stops[w, p] = job_at[job_id]
        counts[w] = len(heads[worker.id])
    load(arrays, state, stops, counts)
    find_alone(arrays, state, alone)
    return _with_allowed(arrays, alone)


def _head(worker: Worker, order: Sequence[int]) -> Sequence[int]:
    count = 0
    while count < min(len(worker.frozen), len(order)) and worker.frozen[count] == order[count]:
        count += 1
    return order[:count]


def _find_allowed(problem: Problem, heads: Mapping[int, Sequence[int]]) -> dict[int, tuple[int, ...]]:
    """By what neither time nor place could change; jobs that are alike in that are asked about once."""
    frozen = {job_id: worker for worker, head in heads.items() for job_id in head}
    known: dict[object, tuple[int, ...]] = {}
    allowed: dict[int, tuple[int, ...]] = {}
    for job in problem.jobs:
        if job.id in frozen:
            allowed[job.id] = (frozen[job.id],)
            continue
        if any(job.id in worker.frozen for worker in problem.workers if worker.frozen):
            allowed[job.id] = ()
            continue
        likeness = _likeness(job)
        if likeness not in known:
            known[likeness] = tuple(worker.id for worker in problem.workers if static_blocker(worker, job) is None)
        allowed[job.id] = known[likeness]
    return allowed


def _likeness(job: Job) -> object:
    return (
        frozenset(job.skills.items()),
        tuple(frozenset(group.items()) for group in job.any_skills),
        *(job.allowed_workers, job.pinned_workers, job.excluded_workers, job.areas, job.delivery, job.pickup),
        job.duration_s,
    )


def _with_allowed(arrays: Arrays, alone: Array) -> Arrays:
    """Leaves out the workers who couldn't serve a job even if they had nothing else to do."""
    jobs, kept, total = arrays.jobs.copy(), [], 0
    for j in range(len(jobs)):
        mine = arrays.allowed[jobs[j]["first_allowed"] : jobs[j]["last_allowed"]]
        chosen = mine[alone[j, mine] != 0]
        jobs[j]["first_allowed"], jobs[j]["last_allowed"] = total, total + len(chosen)
        total += len(chosen)
        kept.append(chosen)
    return arrays._replace(jobs=jobs, allowed=np.concatenate([np.zeros(0, dtype=np.int64), *kept]))
