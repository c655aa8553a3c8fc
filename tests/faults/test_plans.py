"""The short version of the proof about plans, and its canary: who doesn't know the rules breaks them."""

from dataclasses import replace

from scheduling.core.plan import Plan
from scheduling.core.problem import ALWAYS, Problem
from tests.faults.proof_plans import plan_by_search, plan_problems


def test_no_plan_breaks_a_rule() -> None:
    tally = plan_problems(100, plan_by_search, number=2)
    assert tally.kept
    assert tally.tries == 100


def test_a_planner_that_knows_no_windows_and_skills_is_caught() -> None:
    assert not plan_problems(20, plan_without_rules).kept


def plan_without_rules(problem: Problem) -> Plan:
    jobs = [
        replace(job, windows=ALWAYS, opening=ALWAYS, promise=None, skills={}, any_skills=()) for job in problem.jobs
    ]
    return plan_by_search(replace(problem, jobs=tuple(jobs)))
