from scheduling.core.check import check_route
from scheduling.core.weights import BALANCED
from tests.bench.answers import HEAD, ask_reasons, ask_slots, make_horizon, plan_horizon


def test_the_questions_are_asked_about_days_that_break_nothing() -> None:
    horizon = make_horizon(2, 3, 27, BALANCED)
    plan = plan_horizon(horizon, 0)
    assert {worker.day_number for worker in horizon.workers} == {0, 1}
    assert [fault for route in plan.routes for fault in check_route(horizon, route)] == []
    slots = ask_slots(horizon, plan, 2, 3)
    reasons, kinds = ask_reasons(horizon, plan, 3)
    assert [timed.name for timed in slots] == [
        "five best slots",
        "five best slots, spread",
        "best of each of 8 windows",
    ]
    assert [len(timed.wall_ms) for timed in slots] == [3, 3, 3]
    left_out = len(horizon.jobs) - sum(len(route.job_ids) for route in plan.routes)
    assert [len(timed.cpu_ms) for timed in reasons] == [left_out, 3]
    assert sum(kinds.values()) > 0
    assert {len(timed.format()) for timed in (*slots, *reasons)} == {len(HEAD)}
