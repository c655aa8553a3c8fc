from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduling.core.check import OF_THE_CUSTOMER, check_route
from scheduling.core.plan import Route
from scheduling.core.problem import Break, Speed, Window
from scheduling.core.timing import force_route, schedule_route
from tests.core.small import job, pause, problem, route, stop, worker
from tests.core.strategies import all_rules_problems, any_orders


def test_leaves_just_in_time_for_the_first_window() -> None:
    given = problem([job(1, 2, windows=(Window(1000, 2000),)), job(2, 3)])
    assert schedule_route(given, 1, [1, 2]) == route(880, [stop(1, 1000, 120), stop(2, 1160, 60)], 180)


def test_no_jobs_is_a_route_without_driving() -> None:
    assert schedule_route(problem([]), 1, []) == Route(1, 0, (), 0, 0)


def test_waits_for_the_second_window_when_the_first_has_closed() -> None:
    given = problem([job(1, 1), job(2, 2, windows=(Window(0, 100), Window(500, 600)))])
    found = schedule_route(given, 1, [1, 2])
    assert found == route(0, [stop(1, 60, 60), stop(2, 220, 60, begin=500)], 120)


def test_none_when_a_window_or_the_shift_has_no_room() -> None:
    assert schedule_route(problem([job(1, 2, windows=(Window(0, 119),))]), 1, [1]) is None
    assert schedule_route(problem([job(1, 2)], [worker(shift=Window(0, 339))]), 1, [1]) is None
    assert schedule_route(problem([job(1, 2)], [worker(shift=Window(0, 340))]), 1, [1]) is not None


def test_a_pin_overrules_the_windows() -> None:
    given = problem([job(1, 1, windows=(Window(0, 100),), pinned_start=700)])
    assert schedule_route(given, 1, [1]) == route(640, [stop(1, 700, 60)], 60)


def test_setup_is_spared_at_the_place_of_the_job_before_but_not_at_the_start() -> None:
    given = problem([job(1, 0, setup_s=30), job(2, 0, setup_s=30)])
    assert schedule_route(given, 1, [1, 2]) == route(0, [stop(1, 0, 0, work=130), stop(2, 130, 0)], 0)


def test_a_break_interrupts_the_way() -> None:
    lunch = Break(9, (Window(200, 210),), 50)
    given = problem([job(1, 1), job(2, 5)], [worker(breaks=(lunch,))])
    found = schedule_route(given, 1, [1, 2])
    assert found == route(0, [stop(1, 60, 60), pause(9, 200, 50, travel_s=40), stop(2, 450, 200)], 300)


def test_the_break_goes_where_the_route_ends_soonest() -> None:
    lunch = Break(9, (Window(0, 1000),), 50)
    given = problem([job(1, 1, windows=(Window(500, 600),))], [worker(breaks=(lunch,))])
    assert schedule_route(given, 1, [1]) == Route(1, 0, (pause(9, 0, 50), stop(1, 110, 60, begin=500)), 660, 60)


def test_ready_at_and_open_ends() -> None:
    given = problem([job(1, 3)], [worker(ready_at=400, end=None)])
    assert schedule_route(given, 1, [1]) == route(400, [stop(1, 580, 180)], 0)
    given = problem([job(1, 3)], [worker(start=None, end=None)])
    assert schedule_route(given, 1, [1]) == route(0, [stop(1, 0, 0)], 0)


def test_forced_times_run_over_as_little_as_can_be() -> None:
    given = problem([job(1, 2, windows=(Window(0, 100),))])
    assert force_route(given, 1, [1]) == route(0, [stop(1, 120, 120)], 120)


def test_breaks_counted_from_the_start_of_the_shift() -> None:
    coffee = Break(9, (Window(100, 110),), 50, from_start=True)
    given = problem([job(1, 5)], [worker(shift=Window(100, 5_000), breaks=(coffee,))])
    assert schedule_route(given, 1, [1]) == route(100, [pause(9, 200, 50, travel_s=100), stop(1, 450, 200)], 300)


def test_overtime_leaves_room_after_the_end_of_the_shift() -> None:
    jobs = [job(1, 2)]
    assert schedule_route(problem(jobs, [worker(shift=Window(0, 300), overtime_s=39)]), 1, [1]) is None
    assert schedule_route(problem(jobs, [worker(shift=Window(0, 300), overtime_s=40)]), 1, [1]) is not None


def test_a_promise_stands_above_the_windows() -> None:
    given = problem([job(1, 1, windows=(Window(0, 100),), promise=Window(700, 800))])
    assert schedule_route(given, 1, [1]) == route(640, [stop(1, 700, 60)], 60)


def test_the_way_takes_as_long_as_its_hours_make_it() -> None:
    given = problem([job(1, 1), job(2, 3)], speeds=(Speed(200, 50),))
    assert schedule_route(given, 1, [1, 2]) == route(0, [stop(1, 60, 60), stop(2, 360, 200)], 360)


def test_a_break_interrupts_the_way_and_what_was_covered_counts() -> None:
    lunch = Break(9, (Window(200, 210),), 50)
    given = problem([job(1, 1), job(2, 5)], [worker(breaks=(lunch,))], speeds=(Speed(180, 50),))
    found = schedule_route(given, 1, [1, 2])
    # 20 s at 100 % and 20 s at 50 % before lunch; the other 210 s of the way take 420 s.
    assert found == route(0, [stop(1, 60, 60), pause(9, 200, 50, travel_s=40), stop(2, 670, 420)], 600)


def test_leaves_just_in_time_through_the_rush_hour() -> None:
    given = problem([job(1, 2, windows=(Window(1_000, 2_000),))], speeds=(Speed(940, 50),))
    assert schedule_route(given, 1, [1]) == route(850, [stop(1, 1_000, 150)], 240)


def test_arrives_a_second_early_where_none_would_be_too_late() -> None:
    given = problem([job(1, 1, windows=(Window(1_000, 2_000),))], speeds=(Speed(0, 700),))
    found = schedule_route(given, 1, [1])
    assert found == route(991, [stop(1, 1_000, 9)], 9)


def test_a_way_cut_by_a_break_keeps_its_departure() -> None:
    lunch = Break(9, (Window(30, 40),), 50)
    given = problem([job(1, 1)], [worker(breaks=(lunch,))], speeds=(Speed(20, 50),))
    assert schedule_route(given, 1, [1]) == route(0, [pause(9, 30, 50, travel_s=30), stop(1, 150, 70)], 120)


def test_no_jobs_is_no_way_even_between_two_places() -> None:
    assert schedule_route(problem([], [worker(end=3)]), 1, []) == Route(1, 0, (), 0, 0)


OF_TIME = {"travel", "overlap", "duration", "setup", "shift_start", "ready_at"} | {
    f"break_{fault}" for fault in ("missing", "twice", "unknown", "short")
}


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_the_order_the_judge_counts_the_same_times(data: st.DataObject) -> None:
    drawn = data.draw(all_rules_problems())
    for worker_id, ids in data.draw(any_orders(drawn)).items():
        forced = force_route(drawn, worker_id, ids)
        told = {one.rule for one in check_route(drawn, forced)}
        assert told & OF_TIME == set()
        late = told & {*OF_THE_CUSTOMER, "break_window", "absence", "shift_end"}
        found = schedule_route(drawn, worker_id, ids)
        assert (found is None) == bool(late)
        assert found in (None, forced)
