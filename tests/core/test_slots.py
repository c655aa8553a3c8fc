"""All positions at once say the same as each position tried by itself."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling.core.check import check, check_route, part
from scheduling.core.cost import cost, route_parts
from scheduling.core.insert import Inserter, Insertion
from scheduling.core.plan import Plan
from scheduling.core.prices import Prices
from scheduling.core.problem import ALWAYS, Job, Problem, Window
from scheduling.core.settle import settle
from scheduling.core.slots import cheapest_first
from scheduling.core.timing import force_route, schedule_route, time_route
from tests.core.small import job, line, plan, problem, worker
from tests.core.strategies import all_rules_problems, any_orders

Key = tuple[int, int, int, int]
some = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def asked(draw: st.DrawFn) -> tuple[Problem, Plan, Job]:
    """A plan that breaks nothing, or one by hand that breaks much, and a job that isn't in it."""
    given_problem = draw(all_rules_problems())
    asked_job = given_problem.jobs[0]
    if draw(st.booleans()):
        orders = draw(any_orders(given_problem))
        present = Plan(
            tuple(
                force_route(given_problem, ident, [one for one in order if one != asked_job.id])
                for ident, order in orders.items()
                if set(order) - {asked_job.id}
            )
        )
    else:
        settled = settle(given_problem, {})
        rests = {route.worker: [one for one in route.job_ids if one != asked_job.id] for route in settled.routes}
        routes = [schedule_route(given_problem, ident, rest) for ident, rest in rests.items() if rest]
        present = Plan(tuple(route for route in routes if route is not None))
    return given_problem, present, asked_job


def tried_one_by_one(given_problem: Problem, present: Plan, asked_job: Job) -> list[Key]:
    prices, found = Prices(given_problem), []
    for one in given_problem.workers:
        route = present.route_of(one.id)
        jobs = [given_problem.job(ident) for ident in (route.job_ids if route else ())]
        is_late = bool(jobs) and time_route(given_problem, one, jobs) is None
        idle = check(given_problem, Plan(())).broken
        before = check_route(given_problem, route) if route else [fault for fault in idle if fault.rule == "frozen"]
        now = route_parts(given_problem, prices, route).total if route else 0
        for position in range(len(jobs) + 1):
            after = time_route(given_problem, one, [*jobs[:position], asked_job, *jobs[position:]], forced=is_late)
            extra = {asked_job.id: asked_job}
            if after is None or part(check_route(given_problem, after, extra), before).broken:
                continue
            begin = next(stop.begin for stop in after.stops if stop.kind == "job" and stop.id == asked_job.id)
            price = route_parts(given_problem, prices, after, extra).total - now
            found.append((price, begin, one.id, position))
    return sorted(found)


def key(found: Insertion) -> Key:
    return (found.price_s, found.begin, found.worker, found.position)


@some
@given(question=asked())
def test_all_positions_at_once_find_what_each_by_itself_does(question: tuple[Problem, Plan, Job]) -> None:
    inserter, wanted = Inserter(*question[:2]), tried_one_by_one(*question)
    assert [key(found) for found in inserter.insert(question[2])] == wanted
    assert [key(found) for found in inserter.insert(question[2], limit=1)] == wanted[:1]


@some
@given(question=asked(), starts=st.lists(st.integers(0, 36_000), max_size=5), length=st.integers(0, 9_000))
def test_each_slot_is_the_cheapest_place_of_its_window(
    question: tuple[Problem, Plan, Job], starts: list[int], length: int
) -> None:
    given_problem, present, asked_job = question
    best: dict[Window, Key] = {}
    for window in (Window(start, start + length) for start in starts):
        inside = replace(asked_job, windows=(window,), promise=None)
        found = tried_one_by_one(given_problem, present, inside)
        if found and found[0][1] in window:
            best[window] = found[0]
    slots = Inserter(given_problem, present).best_slots(
        asked_job, [Window(start, start + length) for start in starts], limit=None
    )
    assert [slot.price_s for slot in slots] == sorted(found[0] for found in best.values())
    assert {slot.window: key(slot.insertion) for slot in slots} == best


@some
@given(question=asked())
def test_every_insertion_passes_the_judge_at_its_price(question: tuple[Problem, Plan, Job]) -> None:
    given_problem, present, asked_job = question
    for found in Inserter(given_problem, present).insert(asked_job):
        others = tuple(route for route in present.routes if route.worker != found.worker)
        after = Plan((*others, found.route))
        new = check(given_problem, after, present).broken
        assert Counter(fault.rule for fault in new if fault.rule != "not_listed") == Counter()
        assert cost(given_problem, after).parts.total - cost(given_problem, present).parts.total == found.price_s
        travel_s = cost(given_problem, after).travel_s - cost(given_problem, present).travel_s
        assert travel_s == found.added_travel_s


DAYS = [worker(1, shift=Window(0, 10_000)), worker(2, shift=Window(86_400, 96_400), start=5, end=5)]
HOURS = [Window(day * 86_400 + hour, day * 86_400 + hour + 1_000) for day in (0, 1) for hour in (0, 2_000, 6_000)]


def found_slots(**asked_for: Any) -> list[tuple[int, int]]:
    given_problem = problem([job(1, 1)], DAYS)
    inserter = Inserter(given_problem, plan())
    return [(slot.window.start, slot.price_s) for slot in inserter.best_slots(job(3, 1), HOURS, **asked_for)]


def test_the_best_slots_are_the_cheapest_ones() -> None:
    assert found_slots(limit=4) == [(0, 120), (2_000, 120), (6_000, 120), (86_400, 480)]


@pytest.mark.parametrize(
    ("spread", "starts"),
    [
        ({"per_day": 1}, [0, 86_400]),
        ({"per_day": 2}, [0, 2_000, 86_400, 88_400]),
        ({"per_half_day": 1}, [0, 6_000, 86_400, 92_400]),
        ({"per_day": 1, "per_half_day": 1}, [0, 86_400]),
    ],
)
def test_slots_are_spread_as_asked(spread: dict[str, int], starts: list[int]) -> None:
    assert [start for start, _ in found_slots(**spread)] == starts


def test_slots_replace_an_earlier_promise_but_not_the_sites_hours() -> None:
    told = job(3, 1, promise=Window(0, 100), opening=(Window(2_500, 7_000),))
    inserter = Inserter(problem([], DAYS), plan())
    found = inserter.best_slots(told, HOURS)
    assert [(slot.window.start, slot.insertion.begin) for slot in found] == [(2_000, 2_500), (6_000, 6_000)]


def test_the_price_counts_what_the_weights_ask_for() -> None:
    given_problem = Problem(
        (job(1, 1),), (worker(1),), line(), weights=replace(problem([]).weights, paid=50, stranger=700)
    )
    known = job(3, 1, known_workers=frozenset({9}), windows=ALWAYS)
    found = Inserter(given_problem, plan()).insert(known)
    assert [(one.added_travel_s, one.price_s) for one in found] == [(120, 120 + (120 + 100) // 2 + 700)]


def test_a_candidate_is_next_only_when_no_floor_is_below_it() -> None:
    inserter = Inserter(problem([job(1, 1)], [worker(1), worker(2, start=3, end=3)]), plan())
    near, far = inserter.insert(job(3, 1))
    looked_at = []

    def exact(number: int) -> Insertion | None:
        looked_at.append(number)
        return {0: far, 1: near}.get(number)

    found = cheapest_first([0, 0, near.price_s, far.price_s, far.price_s + 1], exact)
    assert next(found) == (1, near)
    assert looked_at == [0, 1, 2]
    assert list(found) == [(0, far)]
