"""What the planner may trade against what: every soft rule's price in seconds of driving, in named sets."""

from dataclasses import dataclass, fields

from scheduling.core.values import ProblemError, require_whole

MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class Weights:
    """Whole numbers from 0 to ``MOST``; nothing is normalised. A second of driving at ``travel`` 100 costs 1.

    Percent of a second's price, for each second of: ``travel``, ``paid`` (from leaving to returning), ``overtime``
    (after the shift's end, besides), ``waiting``.
    Seconds for each: ``late_minute`` begun after the job's SLA, ``risk_hour`` of a job at 100 % risk after the shift's
    start, ``moved_hour`` that a begin differs from the published one.
    Seconds once: ``other_technician`` and ``other_day`` than published, ``not_preferred`` technician where the job
    prefers some, ``stranger`` where some know the site, ``outside_home`` territory, ``spare_level`` for each level of a
    skill above the one needed, ``rare_skill`` for each skill of the worker that the job doesn't need, in proportion to
    the share of workers who lack it.
    ``fairness``: seconds for the square of the hours of a worker's work and driving, with the ledger, above an equal
    share of the work (of all jobs, served or not, and without any driving: so driving itself is above it).
    ``unserved_priority`` and ``unserved_day`` price a job left out by its priority and its age; they are used where
    jobs are made, since a job carries its price.
    """

    travel: int = 100
    paid: int = 0
    overtime: int = 0
    waiting: int = 0
    late_minute: int = 0
    risk_hour: int = 0
    moved_hour: int = 0
    other_technician: int = 0
    other_day: int = 0
    not_preferred: int = 0
    stranger: int = 0
    outside_home: int = 0
    spare_level: int = 0
    rare_skill: int = 0
    fairness: int = 0
    unserved_priority: int = 4 * 3600
    unserved_day: int = 0

    def __post_init__(self) -> None:
        for each in fields(self):
            try:
                require_whole(each.name, getattr(self, each.name), 0, MOST)
            except ProblemError as error:
                raise ProblemError(f"weights.{error.field}", error.reason) from error

    def unserved_price(self, priority: int, age_days: int) -> int:
        """Seconds that leaving out a job costs."""
        return self.unserved_priority * priority + self.unserved_day * max(0, age_days)

    @property
    def is_plain(self) -> bool:
        """Only driving and the unserved cost anything: the order of a route's stops decides, not their hours."""
        return all(
            getattr(self, each.name) == 0
            for each in fields(self)
            if each.name not in ("travel", "unserved_priority", "unserved_day")
        )


PLAIN = Weights()
BALANCED = Weights(
    paid=10,
    overtime=100,
    waiting=10,
    late_minute=30,
    risk_hour=120,
    moved_hour=120,
    other_technician=300,
    other_day=3_600,
    not_preferred=900,
    stranger=300,
    outside_home=900,
    spare_level=60,
    rare_skill=60,
    fairness=120,
    unserved_day=1_800,
)
CUSTOMER_FIRST = Weights(
    travel=60,
    paid=10,
    overtime=50,
    waiting=0,
    late_minute=120,
    risk_hour=600,
    moved_hour=900,
    other_technician=1_800,
    other_day=7_200,
    not_preferred=3_600,
    stranger=1_200,
    outside_home=300,
    spare_level=30,
    rare_skill=30,
    fairness=60,
    unserved_priority=6 * 3600,
    unserved_day=3_600,
)
LEAST_DRIVING = Weights(
    overtime=100,
    late_minute=10,
    moved_hour=30,
    other_technician=60,
    other_day=1_800,
    not_preferred=300,
    stranger=60,
    unserved_day=900,
)
EMERGENCY = Weights(
    travel=100,
    overtime=25,
    late_minute=60,
    risk_hour=1_200,
    moved_hour=1_800,
    other_technician=3_600,
    other_day=14_400,
    unserved_priority=8 * 3600,
    unserved_day=900,
)
WEIGHT_SETS = {
    "balanced": BALANCED,
    "customer_first": CUSTOMER_FIRST,
    "least_driving": LEAST_DRIVING,
    "emergency": EMERGENCY,
}
