"""Which workers could be asked at all: skills, names and areas, for all of them at once."""

from collections.abc import Sequence, Set

import numpy as np
import numpy.typing as npt

from scheduling.core.problem import Job, Worker

Flags = npt.NDArray[np.bool_]


class Able:
    """Remembers each skill at each level. What it rules out, ``fit.static_blocker`` rules out as well; loads are left
    to that."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self.workers = tuple(workers)
        self.ids = np.array([worker.id for worker in workers], np.int64)
        self._skills: dict[tuple[str, int], Flags] = {}
        self._areas: dict[frozenset[int], Flags] = {}

    def flags(self, job: Job) -> Flags:
        return self.persons(job) & self._in_areas(job.areas)

    def persons(self, job: Job) -> Flags:
        """Areas aside."""
        found = np.ones(len(self.workers), np.bool_)
        for skill, level in job.skills.items():
            found &= self._with_skill(skill, level)
        for group in job.any_skills:
            found &= np.logical_or.reduce([self._with_skill(skill, level) for skill, level in group.items()])
        for wanted in (job.allowed_workers, job.pinned_workers):
            if wanted is not None:
                found &= self.named(wanted)
        if job.excluded_workers:
            found &= ~self.named(job.excluded_workers)
        return found

    def named(self, workers: Set[int]) -> Flags:
        found: Flags = np.isin(self.ids, np.array(sorted(workers), np.int64))
        return found

    def _with_skill(self, skill: str, level: int) -> Flags:
        if (skill, level) not in self._skills:
            self._skills[skill, level] = np.array([worker.level(skill) >= level for worker in self.workers], np.bool_)
        return self._skills[skill, level]

    def _in_areas(self, areas: frozenset[int]) -> Flags:
        if areas not in self._areas:
            self._areas[areas] = np.array([is_in_area(worker, areas) for worker in self.workers], np.bool_)
        return self._areas[areas]


def is_in_area(worker: Worker, areas: frozenset[int]) -> bool:
    """Whether a place in these areas is one where the worker may work."""
    if worker.forbidden_areas & areas:
        return False
    return worker.allowed_areas is None or bool(worker.allowed_areas & areas)
