from scheduling.core.plan import Route
from scheduling.core.problem import Break, Window
from scheduling.core.timing import force_route, schedule_route
from tests.core.small import job, pause, problem, route, stop, worker


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
