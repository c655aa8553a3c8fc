"""What the weights make of one decision: who goes, when, how evenly. Every price is in whole seconds, rounded down."""

from collections import Counter
from dataclasses import dataclass, fields

from scheduling.core.problem import Job, Problem, Seconds, Worker


@dataclass(frozen=True, slots=True)
class Parts:
    """What a stop, a route or a plan costs, by the weight that asks for it.

    ``moved`` is the hour told before, ``changed`` the technician and the day; ``preference`` is for technicians that
    aren't preferred, don't know the site, or are outside their home territory.
    """

    travel: Seconds = 0
    paid: Seconds = 0
    overtime: Seconds = 0
    waiting: Seconds = 0
    lateness: Seconds = 0
    risk: Seconds = 0
    moved: Seconds = 0
    changed: Seconds = 0
    preference: Seconds = 0
    overqualified: Seconds = 0
    fairness: Seconds = 0

    @property
    def total(self) -> Seconds:
        return sum([getattr(self, name) for name in NAMES])

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(*[getattr(self, name) + getattr(other, name) for name in NAMES])


NAMES = tuple(each.name for each in fields(Parts))


class Prices:
    """The soft rules of one problem. ``fair_share_s``: the service, without driving, that each worker would have if all
    jobs were shared equally."""

    def __init__(self, problem: Problem) -> None:
        self.weights, self.is_plain = problem.weights, problem.weights.is_plain
        self.fair_share_s = sum(job.duration_s + job.setup_s for job in problem.jobs) // max(1, len(problem.workers))
        self._workers = len(problem.workers)
        self._holders = Counter(
            skill for worker in problem.workers for skill in worker.skills if worker.level(skill) >= 0
        )

    def pair(self, worker: Worker, job: Job) -> Seconds:
        """What it costs that this worker serves the job, whenever that is."""
        return self.changed(worker, job) + self.preference(worker, job) + self.overqualified(worker, job)

    def changed(self, worker: Worker, job: Job) -> Seconds:
        if job.before is None:
            return 0
        technician = 0 if worker.technician_id == job.before.technician else self.weights.other_technician
        return technician + (0 if worker.day_number == job.before.day else self.weights.other_day)

    def preference(self, worker: Worker, job: Job) -> Seconds:
        price = 0
        if job.preferred_workers and worker.id not in job.preferred_workers:
            price += self.weights.not_preferred
        if job.known_workers and worker.id not in job.known_workers:
            price += self.weights.stranger
        if worker.home_areas and not worker.home_areas & job.areas:
            price += self.weights.outside_home
        return price

    def overqualified(self, worker: Worker, job: Job) -> Seconds:
        """Of a group of skills the one counts that the worker has least to spare of."""
        if not (self.weights.spare_level or self.weights.rare_skill):
            return 0
        spare = sum(max(0, worker.level(skill) - level) for skill, level in job.skills.items())
        needed = set(job.skills)
        for group in job.any_skills:
            spare += min((worker.level(s) - level for s, level in group.items() if worker.level(s) >= level), default=0)
            needed |= group.keys()
        idle = [skill for skill in worker.skills if skill not in needed and worker.level(skill) >= 0]
        lacking = sum(self._workers - self._holders[skill] for skill in idle)
        return self.weights.spare_level * spare + self.weights.rare_skill * lacking // max(1, self._workers)

    def lateness(self, job: Job, begin: Seconds) -> Seconds:
        return 0 if job.sla is None else self.weights.late_minute * max(0, begin - job.sla) // 60

    def risk(self, worker: Worker, job: Job, begin: Seconds) -> Seconds:
        return self.weights.risk_hour * job.risk * max(0, begin - worker.shift.start) // 360_000

    def moved(self, job: Job, begin: Seconds) -> Seconds:
        return 0 if job.before is None else self.weights.moved_hour * abs(begin - job.before.begin) // 3_600

    def fairness(self, worker: Worker, load_s: Seconds) -> Seconds:
        """``load_s``: the worker's service and driving in this shift, where there is any."""
        above = max(0, load_s + worker.ledger_s - self.fair_share_s)
        return self.weights.fairness * above * above // 3_600**2
