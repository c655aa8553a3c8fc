import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scheduling.core.formats.vroom import read_vroom
from scheduling.core.problem import Problem
from tests.bench.generate import generate_day, generate_named
from tests.bench.measure import Answer, Row, as_json, format_end, format_head, format_row, measure, with_prices
from tests.bench.peers import HOW_TO_GET, PEERS, Json, Orders, Peer, load_peer
from tests.core.judge import JUDGE, ROOT

TINY = generate_day(2, 8, seed=1)


class Fixed:
    """A peer with one answer, whatever it is asked."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders

    def cannot(self, problem: Problem) -> str | None:
        return None

    def plan(self, data: Json, seconds: float, seed: int, cores: int) -> Orders:
        return self.orders


class Failing(Fixed):
    def plan(self, data: Json, seconds: float, seed: int, cores: int) -> Orders:
        raise RuntimeError("no plan")


class Wordless(Fixed):
    def cannot(self, problem: Problem) -> str | None:
        return "priorities"


def answer(cost: int, broken: int = 0) -> Answer:
    return Answer(cost=cost, travel_s=cost, served=8, broken=broken, judge=None, seconds=1.0)


def row(**answers: Answer) -> Row:
    return Row("day", 8, 2, 1.0, answers, {})


def installed(name: str) -> Peer:
    peer = load_peer(name)
    if peer is None:
        reason = f"{PEERS[name][1]} is not installed; to get it: {HOW_TO_GET}"
        if os.environ.get("REQUIRE") == "all":
            pytest.fail(reason)
        pytest.skip(reason)
    return peer


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("lunch", [False, True])
def test_each_peer_plans_a_day_without_breaking_a_rule_or_says_why_not(name: str, lunch: bool) -> None:
    day = generate_day(3, 18, seed=1, lunch=lunch)
    measured = measure("day", day, 0.5, 1, 2, {name: installed(name)})
    if name in measured.left_out:
        assert (name, lunch, measured.left_out[name]) == ("pyvrp", True, "breaks")
        return
    found = measured.answers[name]
    assert (found.failed, found.broken, found.judge or 0) == (None, 0, 0)
    assert found.served >= 12
    assert (found.judge is None) == (not JUDGE.exists())


def test_an_answer_is_priced_from_its_orders_alone() -> None:
    problem = read_vroom(TINY).problem
    found = measure("day", TINY, 1.0, 1, 1, {"nobody": Fixed({})}).answers["nobody"]
    assert (found.travel_s, found.served) == (0, 0)
    assert found.cost == sum(job.priority for job in problem.jobs) * 4 * 3600


def test_a_broken_answer_is_shown_and_never_wins() -> None:
    problem = read_vroom(TINY).problem
    everything = {problem.workers[0].id: [job.id for job in problem.jobs]}
    measured = measure("day", TINY, 1.0, 1, 1, {"ours": Fixed({}), "wild": Fixed(everything), "idle": Fixed({})})
    assert measured.answers["wild"].broken > 0
    assert (measured.best_peer, measured.ratio, measured.is_ours_broken) == ("idle", 1.0, False)
    assert "broken" in format_row(measured, ["ours", "wild", "idle"])


def test_who_fails_or_has_no_word_for_the_day_is_named() -> None:
    measured = measure("day", TINY, 1.0, 1, 1, {"ours": Fixed({}), "failing": Failing({}), "wordless": Wordless({})})
    assert (measured.best_peer, measured.ratio) == (None, None)
    assert format_end([measured]) == [
        "day: failing RuntimeError: no plan",
        "day: wordless is left out, it has no word for priorities.",
    ]
    assert as_json(measured)["answers"]["failing"]["failed"] == "RuntimeError: no plan"


def test_ratios_are_ours_by_the_best_peer_that_breaks_nothing() -> None:
    better = row(ours=answer(90), vroom=answer(100), pyvrp=answer(50, broken=1))
    worse = replace(row(ours=answer(120), vroom=answer(100), pyvrp=answer(110)), day="bad")
    assert (better.best_peer, better.ratio) == ("vroom", 0.9)
    assert format_end([better, worse])[0] == "Ours / best peer: mean 1.050, worst 1.200 (bad), on 2 days."
    assert row(ours=answer(1, broken=1), vroom=answer(2)).is_ours_broken


def test_head_and_rows_are_of_one_width() -> None:
    names = ["ours", "vroom"]
    assert len(format_head(names).splitlines()[-1]) == len(format_row(row(ours=answer(1), vroom=answer(2)), names))


def test_a_day_is_the_same_for_the_same_seed() -> None:
    assert generate_named("10x70", 3) == generate_named("10x70", 3)
    assert generate_named("10x70", 3) != generate_named("10x70", 4)
    day = generate_named("10x70-lunch", 3)
    assert (len(day["vehicles"]), len(day["jobs"])) == (10, 70)
    assert all(vehicle["breaks"] and 2 <= len(vehicle["skills"]) <= 4 for vehicle in day["vehicles"])


@pytest.mark.parametrize("name", ["", "ten", "0x70", "10x70-dinner"])
def test_a_day_of_no_known_form_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no day"):
        generate_named(name, 1)


def test_days_without_prices_get_them() -> None:
    bare = {**TINY, "jobs": [{k: v for k, v in job.items() if k != "unserved_cost"} for job in TINY["jobs"]]}
    assert with_prices(bare) == TINY
    assert with_prices(TINY) is TINY


def test_a_file_of_ones_own_is_planned_too(tmp_path: Path) -> None:
    mine, figures = tmp_path / "mine.json", tmp_path / "figures.json"
    mine.write_text(json.dumps(TINY))
    options = ["--days", "2x6", "--only", "ours", "--seconds", "0.2", "--problem", str(mine), "--json", str(figures)]
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", *options], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [row["day"] for row in json.loads(figures.read_text())["days"]] == ["2x6", "mine"]
    assert run.stdout.splitlines()[-1] == "No plan of ours breaks a rule."


def test_an_unknown_peer_or_day_is_refused_by_name() -> None:
    for options, said in ((["--only", "nobody"], "there is no 'nobody'"), (["--days", "many"], "'many' is no day")):
        run = subprocess.run(
            [sys.executable, "-m", "tests.bench", *options], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert run.returncode != 0
        assert said in run.stderr
