"""Why a job is not in a plan."""

from scheduling.core.insert import Inserter
from scheduling.core.plan import Plan, Unserved
from scheduling.core.problem import Job, Problem


def reasons(problem: Problem, plan: Plan, job: Job) -> Unserved:
    """The finest word for it, and each worker's own blocker (the codes stand in ``fit.BLOCKERS``).

    "no_room": some shifts would do, but the stops in them leave no room. "not_worth": there is room, but the way costs
    more than the job's price.
    """
    return Inserter(problem, plan).reasons(job)
