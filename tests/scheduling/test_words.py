"""Whatever the core may say has words for people, in both languages."""

import pytest
from django.utils.translation import override

from scheduling.core.fit import BLOCKERS
from scheduling.services import words
from tests.core.test_check import CASES

# Said of a plan that no planner of ours makes: there is nothing in them that a dispatcher could decide.
OF_THE_PLANNER = {
    "unknown_worker",
    "two_routes",
    "unknown_job",
    "served_twice",
    "not_listed",
    "no_reason",
    "listed_and_served",
    "break_unknown",
    "break_twice",
}


def test_every_rule_of_the_judge_has_words() -> None:
    assert {violation.rule for _, _, violation in CASES.values()} == {*words.RULES} | OF_THE_PLANNER


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("blocker", BLOCKERS)
def test_every_blocker_has_words_as_a_reason_and_by_technician(blocker: str, language: str) -> None:
    with override(language):
        assert words.reason_in_words(blocker) != blocker
        assert words.blocker_in_words(blocker) != blocker


def test_the_words_say_nothing_that_the_core_does_not() -> None:
    assert {*words.BLOCKERS} == {*BLOCKERS}
    assert {*words.REASONS} == {*BLOCKERS, "no_coordinates"}
