import pytest

from scheduling.core.stop import Cancelled, MaxIterations, MaxSeconds, Progress, any_of


def test_counts_stop_at_their_number() -> None:
    assert [MaxIterations(3)(Progress(iterations=n)) for n in (2, 3, 4)] == [False, True, True]
    assert MaxIterations(4).left(Progress(iterations=1)) == 0.75
    assert [MaxIterations(3).steps_left(Progress(iterations=n)) for n in (1, 4)] == [2, 0]


def test_the_clock_runs_from_begin_only() -> None:
    never, now = MaxSeconds(86_400), MaxSeconds(0)
    assert (never.left_s(), never.left(Progress())) == (86_400, 1.0)
    never.begin()
    now.begin()
    assert (never(Progress()), now(Progress())) == (False, True)
    assert never.left_s() <= 86_400


@pytest.mark.parametrize("asked", [True, False])
def test_the_first_rule_to_say_so_stops(asked: bool) -> None:
    rule = any_of(MaxIterations(10), Cancelled(lambda: asked))
    rule.begin()
    assert rule(Progress()) == asked
    assert rule(Progress(iterations=10))
    assert (rule.left_s(), rule.left(Progress(iterations=5))) == (None, 0.5)
    assert any_of(rule, MaxSeconds(7)).left_s() == 7
