"""No plan ever returned breaks a rule, whatever the rules and however they are mixed."""

from collections import Counter
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings

from scheduling.core.check import check
from scheduling.core.plan import Plan
from scheduling.core.problem import Problem
from scheduling.core.solve import BrokenPlanError, solve
from scheduling.core.stop import MaxIterations
from scheduling.core.timing import force_route
from tests.core.strategies import all_rules_problems
from tests.faults.promises import Tally, proves

PROBLEMS = 2_000
STEPS = 200

Planner = Callable[[Problem], Plan]


@proves("random problems with all rules mixed: no plan breaks one")
def plan_random_problems() -> Tally:
    return plan_problems(PROBLEMS, plan_by_search)


def plan_by_search(problem: Problem) -> Plan:
    return solve(problem, MaxIterations(STEPS), seed=1).plan


def plan_problems(count: int, planner: Planner, number: int = 1) -> Tally:
    """``lost``: jobs neither served nor listed with a reason. ``doubled``: served twice. ``wrong``: other rules."""
    found: Counter[str] = Counter()

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(problem=all_rules_problems())
    def try_one(problem: Problem) -> None:
        found["tries"] += 1
        try:
            plan = planner(problem)
        except BrokenPlanError:
            found["wrong"] += 1
            return
        heads = Plan(tuple(force_route(problem, one.id, one.frozen) for one in problem.workers if one.frozen))
        for rule in {violation.rule for violation in check(problem, plan, heads).broken}:
            found[{"not_listed": "lost", "no_reason": "lost", "served_twice": "doubled"}.get(rule, "wrong")] += 1

    try_one()
    return Tally(found["tries"], found["lost"], found["doubled"], found["wrong"])
