"""Every fix is true: with its change made, the job has a place at the price said."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from scheduling.core.check import check, check_route, part
from scheduling.core.cost import cost
from scheduling.core.explain import explain, find_fixes
from scheduling.core.fixes import Fix
from scheduling.core.formats.vroom import read_vroom
from scheduling.core.insert import Inserter
from scheduling.core.plan import Plan, Route
from scheduling.core.problem import Break, Job, Problem, Window, Worker
from scheduling.core.settle import settle
from scheduling.core.timing import time_route
from scheduling.core.weights import BALANCED
from tests.bench.generate import generate_day
from tests.core.small import DAY, job, line, plan, problem, route, stop, worker
from tests.core.test_slots import asked, tried_one_by_one

some = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def changed_job(fix: Fix, one: Job) -> Job:
    windows = list(one.windows)
    if fix.kind == "window_later":
        index = max(k for k, window in enumerate(windows) if window.end < fix.begin)
        windows[index] = Window(windows[index].start, windows[index].end + fix.amount_s)
    elif fix.kind == "window_earlier":
        index = min(k for k, window in enumerate(windows) if window.start > fix.begin)
        windows[index] = Window(windows[index].start - fix.amount_s, windows[index].end)
    elif fix.kind == "other_day":
        windows = [Window(window.start + fix.amount_s, window.end + fix.amount_s) for window in windows]
    elif fix.kind == "due":
        assert one.due is not None
        return replace(one, due=one.due + fix.amount_s)
    return replace(one, windows=tuple(windows))


def released(fix: Fix, one: Job) -> Job:
    return replace(
        one,
        pinned_start=one.pinned_start if fix.rule == "pinned_workers" else None,
        pinned_workers=one.pinned_workers if fix.rule == "pinned_start" else None,
    )


def changed_worker(fix: Fix, one: Worker, asked_job: Job) -> Worker:
    if fix.kind == "overtime":
        return replace(one, overtime_s=one.overtime_s + fix.amount_s)
    if fix.kind == "skill":
        return replace(one, skills={**one.skills, str(fix.skill): fix.level or 0})
    if fix.kind == "limit":
        return replace(one, **{str(fix.rule): getattr(one, str(fix.rule)) + fix.amount_s})
    if fix.kind == "territory":
        allowed = one.allowed_areas
        if allowed is not None:
            allowed = allowed | asked_job.areas if asked_job.areas else None
        return replace(one, allowed_areas=allowed, forbidden_areas=one.forbidden_areas - asked_job.areas)
    return one


def with_change(fix: Fix, given_problem: Problem, asked_job: Job) -> Problem:
    jobs = {one.id: one for one in given_problem.jobs} | {asked_job.id: changed_job(fix, asked_job)}
    if fix.kind == "release_pin" and fix.job is not None:
        jobs[fix.job] = released(fix, jobs[fix.job])
    workers = tuple(
        changed_worker(fix, one, asked_job) if one.id == fix.worker else one for one in given_problem.workers
    )
    return replace(given_problem, jobs=tuple(jobs.values()), workers=workers)


def prices_without(fix: Fix, given_problem: Problem, present: Plan, asked_job: Job) -> list[int]:
    """What each place costs once the job in the way isn't there any more."""
    assert fix.job is not None
    old = present.route_of(fix.worker)
    assert old is not None
    before, jobs = check_route(given_problem, old), [given_problem.job(one) for one in old.job_ids if one != fix.job]
    found = []
    for position in range(len(jobs) + 1):
        tried = [*jobs[:position], asked_job, *jobs[position:]]
        new = time_route(given_problem, given_problem.worker(fix.worker), tried)
        if new is not None and not part(check_route(given_problem, new), before).broken:
            found.append(difference(given_problem, present, new))
    return found


def difference(given_problem: Problem, present: Plan, new: Route) -> int:
    others = tuple(one for one in present.routes if one.worker != new.worker)
    return cost(given_problem, Plan((*others, new))).parts.total - cost(given_problem, present).parts.total


def prove(given_problem: Problem, present: Plan, asked_job: Job) -> list[str]:
    """The kinds of the fixes, each proved."""
    fixes = explain(given_problem, present, asked_job).fixes
    assert [fix.price_s for fix in fixes] == sorted(fix.price_s for fix in fixes)
    for fix in fixes:
        if fix.kind == "leave_out":
            left_out = given_problem.job(fix.job or 0)
            assert left_out.promise is None
            price_s = min(prices_without(fix, given_problem, present, asked_job))
            assert price_s + (left_out.unserved_cost or 0) == fix.price_s
            continue
        if fix.moves_to is not None:
            moved = replace(given_problem.job(fix.job or 0), pinned_workers=None)
            there = [one for one in tried_one_by_one(given_problem, present, moved) if one[2] != fix.worker]
            price_s = min(prices_without(fix, given_problem, present, asked_job))
            assert (price_s + there[0][0], there[0][2]) == (fix.price_s, fix.moves_to)
            continue
        changed = with_change(fix, given_problem, asked_job)
        found = Inserter(changed, present).insert(changed.job(asked_job.id), limit=1)
        assert [(one.worker, one.begin, one.price_s) for one in found] == [(fix.worker, fix.begin, fix.price_s)]
        assert difference(changed, present, found[0].route) == fix.price_s
    return [fix.kind for fix in fixes]


@some
@given(question=asked())
def test_every_fix_is_true_whatever_the_problem(question: tuple[Problem, Plan, Job]) -> None:
    kinds = prove(*question)
    assert len(set(kinds)) == len(kinds)
    if Inserter(*question[:2]).insert(question[2], limit=1):
        assert kinds == []
    if question[2].promise is not None:
        assert not {"window_later", "window_earlier", "due", "other_day"} & set(kinds)


@pytest.mark.parametrize("balanced", [False, True])
def test_every_fix_of_a_generated_day_is_true(*, balanced: bool) -> None:
    day = read_vroom(generate_day(10, 90, 3, lunch=True)).problem
    day = replace(day, weights=BALANCED) if balanced else day
    present = settle(day, {})
    kinds = {kind for entry in present.unserved for kind in prove(day, present, day.job(entry.job))}
    assert "overtime" in kinds


FULL = [job(1, 1, duration_s=9_700, promise=Window(60, 60))]
PRESENT = plan(route(0, [stop(1, 60, 60, work=9_700)], 60))


def fixes(asked_job: Job, jobs: list[Job], present: Plan, *workers: Worker) -> dict[str, Fix]:
    given_problem = problem([*jobs, asked_job], list(workers) or [worker()])
    return {fix.kind: fix for fix in find_fixes(Inserter(given_problem, present), asked_job)}


def test_a_window_ends_later_by_the_fewest_steps() -> None:
    found = fixes(job(3, 1, windows=(Window(60, 9_000),)), FULL, PRESENT, worker(shift=Window(0, 20_000)))
    assert found == {"window_later": Fix("window_later", 1, 9_760, 0, 0, 900)}


def test_a_window_begins_earlier_by_the_fewest_steps() -> None:
    late = job(3, 1, windows=(Window(700, 5_000),))
    found = fixes(
        late, [job(1, 1, pinned_start=500, duration_s=9_000)], plan(route(440, [stop(1, 500, 60, work=9_000)], 60))
    )
    assert found["window_earlier"] == Fix("window_earlier", 1, 400, 0, 0, 300)


def test_overtime_comes_by_the_fewest_steps() -> None:
    assert fixes(job(3, 1, duration_s=400), FULL, PRESENT) == {"overtime": Fix("overtime", 1, 9_760, 0, 0, 300)}


def test_nobody_works_more_than_two_hours_longer() -> None:
    assert fixes(job(3, 1, duration_s=7_500), FULL, PRESENT) == {}


@pytest.mark.parametrize(("most", "amount"), [(0, None), (219, None), (220, 220), (250, 250), (3_600, 300)])
def test_overtime_ends_where_a_dispatcher_may_allow_no_more(most: int, amount: int | None) -> None:
    """It takes 220 s; told in steps of 300, but never more than there may be."""
    found = fixes(job(3, 1, duration_s=400), FULL, PRESENT, worker(most_overtime_s=most))
    assert {kind: fix.amount_s for kind, fix in found.items()} == ({} if amount is None else {"overtime": amount})


def test_the_most_overtime_counts_what_is_planned_of_it() -> None:
    able = worker(overtime_s=120, most_overtime_s=220)
    assert fixes(job(3, 1, duration_s=400), FULL, PRESENT, able)["overtime"].amount_s == 100


def test_the_least_overtime_may_be_of_the_one_who_returns_last() -> None:
    """520 s of the first one, 720 s of the third; the second one returns after both, but only 120 s after the shift."""
    jobs = [
        *FULL,
        job(2, 1, duration_s=9_700, promise=Window(360, 360)),
        job(4, 1, duration_s=9_900, promise=Window(60, 60)),
    ]
    present = plan(
        *PRESENT.routes,
        route(300, [stop(2, 360, 60, work=9_700)], 60, 2),
        route(0, [stop(4, 60, 60, work=9_900)], 60, 3),
    )
    able = [worker(1), worker(2, shift=Window(0, 10_700)), worker(3)]
    found = fixes(job(3, 1, duration_s=700), jobs, present, *able)["overtime"]
    assert (found.worker, found.amount_s) == (2, 300)


def test_the_jobs_own_pin_is_released() -> None:
    found = fixes(job(3, 1, pinned_start=20), [], plan())
    assert found["release_pin"] == Fix("release_pin", 1, 60, 120, 120, job=3, rule="pinned_start")


def test_anothers_pin_is_released() -> None:
    pinned = job(1, 1, pinned_start=150)
    found = fixes(job(3, 1, windows=(Window(60, 70),)), [pinned], plan(route(90, [stop(1, 150, 60)], 60)))
    assert found["release_pin"] == Fix("release_pin", 1, 60, 0, 0, job=1, rule="pinned_start")


def test_what_was_pinned_to_a_technician_goes_to_another() -> None:
    pinned = job(1, 1, duration_s=9_700, pinned_workers=frozenset({1}))
    workers = [worker(1, skills={"gas": 1}), worker(2, start=2, end=2)]
    found = fixes(job(3, 3, duration_s=5_000, skills={"gas": 1}), [pinned], PRESENT, *workers)
    assert found["release_pin"] == Fix(
        "release_pin", 1, 180, 240 + 120, 240 + 120, job=1, rule="pinned_workers", moves_to=2
    )


def test_one_skill_is_missing_but_never_a_certificate() -> None:
    asked_job = job(3, 1, skills={"gas": 2})
    workers = [worker(1, skills={"gas": 1}, start=5, end=5), worker(2, skills={"gas": 2}, expires={"gas": -1})]
    found = fixes(asked_job, [], plan(), *workers)
    assert found == {"skill": Fix("skill", 1, 240, 480, 480, skill="gas", level=2)}


def test_another_day_has_room() -> None:
    day = 86_400
    workers = [worker(1), worker(2, shift=Window(day, day + 10_000))]
    found = fixes(job(3, 1, duration_s=400, windows=(DAY,)), FULL, PRESENT, *workers)
    assert found["other_day"] == Fix("other_day", 2, day + 60, 120, 120, day)


def test_a_territory_is_left() -> None:
    found = fixes(job(3, 1, areas=frozenset({4})), [], plan(), worker(allowed_areas=frozenset({5})))
    assert found == {"territory": Fix("territory", 1, 60, 120, 120)}


def test_a_limit_is_raised_by_what_is_missing() -> None:
    found = fixes(job(3, 5), [], plan(), worker(max_travel_s=500))
    assert found == {"limit": Fix("limit", 1, 300, 600, 600, 100, rule="max_travel_s")}


def test_it_is_due_later() -> None:
    found = fixes(job(3, 5, due=200), [], plan())
    assert found == {"due": Fix("due", 1, 300, 600, 600, 300)}


def test_the_cheapest_job_makes_way_unless_it_was_promised() -> None:
    cheap = job(1, 1, duration_s=9_700, unserved_cost=700)
    longer = job(3, 2, duration_s=9_700)
    assert fixes(longer, [cheap], PRESENT)["leave_out"] == Fix("leave_out", 1, 120, 820, 120, job=1)
    assert "leave_out" not in fixes(longer, [replace(cheap, promise=Window(60, 60))], PRESENT)
    assert "leave_out" not in fixes(longer, [replace(cheap, unserved_cost=10_000)], PRESENT)


def test_an_absence_stays() -> None:
    away = Break(1, (Window(0, 0),), 9_990, is_absence=True)
    given_problem = Problem((job(3, 1),), (worker(breaks=(away,)),), line())
    assert [fix.kind for fix in find_fixes(Inserter(given_problem, plan()), given_problem.job(3))] == ["overtime"]


def test_what_has_room_needs_no_fix() -> None:
    given_problem = problem([job(3, 1, unserved_cost=1)])
    assert explain(given_problem, plan(), given_problem.job(3)).fixes == ()
    assert check(given_problem, plan(unserved=(3,))).broken == ()
