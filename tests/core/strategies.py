"""Random problems: small, with every field that is supported, most of them tight; VROOM's JSON, and the core's own.

``all_rules_problems`` draws which rules there are, so that a failing problem shrinks to the few that it takes, and a
seed for all values: one example is quickly made.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from hypothesis import strategies as st

from scheduling.core.check import check_route
from scheduling.core.problem import Break, Job, Placement, Problem, Speed, Travel, Window, Worker
from scheduling.core.timing import schedule_route
from scheduling.core.weights import PLAIN, WEIGHT_SETS, Weights

Json = dict[str, Any]


@st.composite
def spans(draw: st.DrawFn, most: int = 36_000) -> list[int]:
    start = draw(st.integers(0, most))
    return [start, start + draw(st.integers(0, most // 2))]


@st.composite
def matrices(draw: st.DrawFn, size: int) -> list[list[int]]:
    cells = draw(st.lists(st.integers(0, 3_000), min_size=size * size, max_size=size * size))
    return [[0 if i == j else cells[i * size + j] for j in range(size)] for i in range(size)]


@st.composite
def jobs(draw: st.DrawFn, ident: int, size: int, loads: int, *, priced: bool) -> Json:
    job: Json = {"id": ident, "location_index": draw(st.integers(0, size - 1)), "service": draw(st.integers(0, 5_000))}
    if draw(st.booleans()):
        job["setup"] = draw(st.integers(0, 1_200))
    if draw(st.booleans()):
        job["time_windows"] = draw(st.lists(spans(), min_size=1, max_size=3))
    if draw(st.booleans()):
        job["skills"] = draw(st.lists(st.integers(1, 3), max_size=2, unique=True))
    if draw(st.booleans()):
        job["priority"] = draw(st.integers(0, 100))
    for name in ("delivery", "pickup"):
        if loads and draw(st.booleans()):
            job[name] = draw(st.lists(st.integers(0, 5), min_size=loads, max_size=loads))
    if priced:
        job["unserved_cost"] = draw(st.integers(0, 20_000))
    return job


@st.composite
def vehicles(draw: st.DrawFn, ident: int, size: int, loads: int) -> Json:
    vehicle: Json = {"id": ident, "skills": [1, 2, 3][: draw(st.integers(1, 3))]}
    for name in ("start_index", "end_index"):
        if draw(st.integers(0, 3)):
            vehicle[name] = draw(st.integers(0, size - 1))
    if draw(st.integers(0, 4)):
        start = draw(st.integers(0, 10_000))
        vehicle["time_window"] = [start, start + draw(st.integers(0, 36_000))]
    if draw(st.booleans()):
        vehicle["breaks"] = [
            {"id": k, "service": draw(st.integers(0, 3_600)), "time_windows": [draw(spans())]}
            for k in range(draw(st.integers(1, 2)))
        ]
    if draw(st.booleans()):
        vehicle["speed_factor"] = draw(st.sampled_from([0.7, 1, 1.3, 2]))
    if loads and draw(st.booleans()):
        vehicle["capacity"] = draw(st.lists(st.integers(0, 12), min_size=loads, max_size=loads))
    if draw(st.integers(0, 3)) == 0:
        vehicle["max_tasks"] = draw(st.integers(0, 4))
    if draw(st.integers(0, 3)) == 0:
        vehicle["max_travel_time"] = draw(st.integers(0, 9_000))
    return vehicle


@st.composite
def problems(draw: st.DrawFn) -> Json:
    size, loads, priced = draw(st.integers(1, 6)), draw(st.integers(0, 2)), draw(st.booleans())
    return {
        "jobs": [draw(jobs(i + 1, size, loads, priced=priced)) for i in range(draw(st.integers(0, 9)))],
        "vehicles": [draw(vehicles(i + 1, size, loads)) for i in range(draw(st.integers(0, 3)))],
        "matrices": {"car": {"durations": draw(matrices(size))}},
    }


DAY_S, LONG_S, AREAS, SKILLS = 86_400, 36_000, range(1, 5), ("gas", "oil", "fibre")
JOB_RULES = [
    "setup_s",
    "windows",
    "skills",
    "any_skills",
    "allowed_workers",
    "excluded_workers",
    "pinned_workers",
    "pinned_start",
    "opening",
    "earliest",
    "due",
    "promise",
    "areas",
    "delivery",
    "pickup",
    "sla",
    "risk",
    "preferred_workers",
    "known_workers",
    "before",
]
WORKER_RULES = [
    "start",
    "end",
    "breaks",
    "overtime_s",
    "ready_at",
    "capacity",
    "max_jobs",
    "max_travel_s",
    "max_work_s",
    "max_leg_s",
    "home_areas",
    "allowed_areas",
    "forbidden_areas",
    "expires",
    "ledger_s",
    "speed_factor",
    "technician",
]
OTHER_RULES = ["days", "speeds", "profiles", "unmetric", "weights", "priority", "frozen"]
RULES = (*JOB_RULES, *WORKER_RULES, *OTHER_RULES)


@st.composite
def all_rules_problems(draw: st.DrawFn, most_jobs: int = 9, most_workers: int = 4) -> Problem:
    """Frozen jobs are ones that their shift can keep in this order; all else may be impossible."""
    flags = draw(st.lists(st.booleans(), min_size=len(RULES), max_size=len(RULES)))
    rules = {rule for rule, there in zip(RULES, flags, strict=True) if there}
    jobs, workers = draw(st.integers(1, most_jobs)), draw(st.integers(1, most_workers))
    return _Maker(Random(draw(st.integers(0, 2**32 - 1))), rules, jobs, workers).problem()


@st.composite
def any_orders(draw: st.DrawFn, problem: Problem) -> dict[int, tuple[int, ...]]:
    """Hand-made and never looked at: some jobs in any order on any worker."""
    shuffler = Random(draw(st.integers(0, 2**32 - 1)))
    orders: dict[int, list[int]] = {worker.id: [] for worker in problem.workers}
    for job in shuffler.sample(problem.jobs, shuffler.randint(0, len(problem.jobs))):
        orders[shuffler.choice(problem.workers).id].append(job.id)
    return {worker: tuple(jobs) for worker, jobs in orders.items()}


class _Maker:
    def __init__(self, random: Random, rules: set[str], jobs: int, workers: int) -> None:
        self.random, self.rules = random, rules
        self.places = random.randint(1, 7)
        self.units = random.randint(1, 3)
        self.days = random.randint(1, 2) if "days" in rules else 1
        self.jobs, self.workers = range(1, jobs + 1), range(1, workers + 1)
        self.profiles = ("car", "bike") if "profiles" in rules else ("car",)

    def problem(self) -> Problem:
        made = Problem(
            tuple(self.job(ident) for ident in self.jobs),
            tuple(self.worker(ident) for ident in self.workers),
            {profile: self.travel() for profile in self.profiles},
            "priority" if "priority" in self.rules and self.maybe() else "prices",
            self.weights() if "weights" in self.rules else PLAIN,
        )
        return self.freeze(made) if "frozen" in self.rules else made

    def maybe(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def some(self, rules: list[str], makers: dict[str, Callable[[], Any]], share: float) -> dict[str, Any]:
        return {rule: makers[rule]() for rule in rules if rule in self.rules and self.maybe(share)}

    def moment(self) -> int:
        return self.random.randrange(self.days) * DAY_S + self.random.randint(0, LONG_S)

    def span(self, longest: int = LONG_S // 2) -> Window:
        start = self.moment()
        return Window(start, start + self.random.randint(0, longest))

    def spans(self) -> tuple[Window, ...]:
        return tuple(self.span() for _ in range(self.random.randint(1, 3)))

    def group(self, ids: Any) -> frozenset[int]:
        return frozenset(self.random.sample(list(ids), self.random.randint(1, len(ids))))

    def levels(self, least: int) -> dict[str, int]:
        skills = self.random.sample(SKILLS, self.random.randint(least, 2))
        return {skill: self.random.randint(0, 1) for skill in skills}

    def amounts(self, most: int) -> tuple[int, ...]:
        return tuple(self.random.randint(0, most) for _ in range(self.units))

    def job(self, ident: int) -> Job:
        draw = self.random
        makers: dict[str, Callable[[], Any]] = {
            "setup_s": lambda: draw.randint(0, 1_200),
            "windows": self.spans,
            "skills": lambda: self.levels(0),
            "any_skills": lambda: tuple(self.levels(1) for _ in range(draw.randint(1, 2))),
            "allowed_workers": lambda: self.group(self.workers),
            "excluded_workers": lambda: frozenset({draw.choice(self.workers)}),
            "pinned_workers": lambda: self.group(self.workers),
            "pinned_start": self.moment,
            "opening": self.spans,
            "earliest": self.moment,
            "due": self.moment,
            "promise": lambda: self.span(7_200),
            "areas": lambda: self.group(AREAS),
            "delivery": lambda: self.amounts(5),
            "pickup": lambda: self.amounts(5),
            "sla": self.moment,
            "risk": lambda: draw.randint(0, 100),
            "preferred_workers": lambda: self.group(self.workers),
            "known_workers": lambda: self.group(self.workers),
            "before": lambda: Placement(draw.choice(self.workers), draw.randrange(self.days), self.moment()),
        }
        return Job(
            id=ident,
            place=draw.randrange(self.places),
            duration_s=draw.randint(0, 5_000),
            priority=draw.randint(0, 9),
            unserved_cost=draw.randint(0, 30_000),
            **self.some(JOB_RULES, makers, 0.25),
        )

    def worker(self, ident: int) -> Worker:
        draw, day = self.random, self.random.randrange(self.days)
        start = day * DAY_S + draw.randint(0, 10_000)
        shift = Window(start, start + draw.choice([draw.randint(0, LONG_S), LONG_S]))
        makers: dict[str, Callable[[], Any]] = {
            "start": lambda: None,
            "end": lambda: None,
            "breaks": lambda: self.breaks(shift),
            "overtime_s": lambda: draw.randint(0, 5_000),
            "ready_at": lambda: start + draw.randint(0, 10_000),
            "capacity": lambda: self.amounts(12),
            "max_jobs": lambda: draw.randint(0, 5),
            "max_travel_s": lambda: draw.randint(0, 9_000),
            "max_work_s": lambda: draw.randint(0, 15_000),
            "max_leg_s": lambda: draw.randint(500, 3_000),
            "home_areas": lambda: self.group(AREAS),
            "allowed_areas": lambda: self.group(AREAS),
            "forbidden_areas": lambda: self.group(AREAS),
            "expires": lambda: {skill: start + draw.randint(-1, 0) for skill in draw.sample(SKILLS, 1)},
            "ledger_s": lambda: draw.randint(-20_000, 20_000),
            "speed_factor": lambda: draw.choice([0.7, 1.3, 2]),
            "technician": lambda: draw.choice(self.workers),
        }
        given = {
            "start": draw.randrange(self.places),
            "end": draw.randrange(self.places),
            "skills": {skill: draw.randint(0, 3) for skill in draw.sample(SKILLS, draw.randint(1, 3))},
            **self.some(WORKER_RULES, makers, 0.4),
        }
        return Worker(id=ident, shift=shift, day=day, profile=draw.choice(self.profiles), **given)

    def breaks(self, shift: Window) -> tuple[Break, ...]:
        return tuple(self.rest(ident, shift) for ident in range(1, self.random.randint(1, 3) + 1))

    def rest(self, ident: int, shift: Window) -> Break:
        draw, from_start = self.random, self.maybe()
        windows = []
        for _ in range(draw.randint(1, 2)):
            opens = (0 if from_start else shift.start) + draw.randint(0, LONG_S // 2)
            windows.append(Window(opens, opens + draw.randint(0, 7_200)))
        if self.maybe(0.3):
            at = (0 if from_start else shift.start) + draw.randint(0, LONG_S // 2)
            return Break(ident, (Window(at, at),), draw.randint(0, 7_200), from_start, is_absence=True)
        return Break(ident, tuple(windows), draw.randint(0, 3_600), from_start)

    def travel(self) -> Travel:
        draw = np.random.default_rng(self.random.randrange(2**32))
        if "unmetric" in self.rules:
            cells = draw.integers(0, 3_000, (self.places, self.places))
            np.fill_diagonal(cells, 0)
        else:
            points = draw.integers(0, 2_000, (self.places, 2))
            cells = abs(points[:, None] - points[None, :]).sum(axis=2)
        return Travel(cells.astype(np.int32), speeds=self.speeds() if "speeds" in self.rules else ())

    def speeds(self) -> tuple[Speed, ...]:
        starts = {self.moment() for _ in range(self.random.randint(1, 5))}
        return tuple(Speed(start, self.random.choice([20, 50, 80, 125, 300])) for start in sorted(starts))

    def weights(self) -> Weights:
        return self.random.choice([*WEIGHT_SETS.values(), replace(PLAIN, travel=self.random.randint(0, 300))])

    def freeze(self, problem: Problem) -> Problem:
        left = self.random.sample([job.id for job in problem.jobs], len(problem.jobs) // 2)
        workers = []
        for worker in problem.workers:
            frozen: tuple[int, ...] = ()
            for job_id in left[:2]:
                route = schedule_route(problem, worker.id, (*frozen, job_id))
                if route is not None and not check_route(problem, route):
                    frozen = (*frozen, job_id)
                    left.remove(job_id)
            workers.append(replace(worker, frozen=frozen))
        return replace(problem, workers=tuple(workers))
