"""VROOM's JSON: what is read, what is refused and by which name, what is written."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scheduling.core.formats.fields import FormatError
from scheduling.core.formats.vroom import read_vroom
from scheduling.core.formats.vroom_answer import write_vroom
from scheduling.core.problem import ALWAYS, FOREVER, Break, Window
from scheduling.core.solve import solve
from scheduling.core.stop import MaxIterations, any_of
from tests.core.judge import DAYS, judge, needs_judge

Json = dict[str, Any]

FULL: Json = {
    "jobs": [
        {
            "id": 5,
            "description": "boiler",
            "location": [2.35, 48.85],
            "location_index": 1,
            "setup": 60,
            "service": 300,
            "delivery": [1],
            "pickup": [2],
            "skills": [3],
            "priority": 10,
            "time_windows": [[3600, 7200], [0, 1800]],
        },
        {"id": 6, "location_index": 2, "service": 300, "skills": [9]},
    ],
    "vehicles": [
        {
            "id": 1,
            "description": "Ana",
            "profile": "van",
            "start": [2.3, 48.8],
            "start_index": 0,
            "end_index": 2,
            "capacity": [4],
            "skills": [3, 4],
            "time_window": [0, 36000],
            "breaks": [{"id": 1, "description": "lunch", "time_windows": [[500, 9000]], "service": 900}],
            "speed_factor": 2.0,
            "max_tasks": 4,
            "max_travel_time": 5000,
        }
    ],
    "matrices": {
        "van": {
            "durations": [[0, 200, 400], [200, 0, 600], [400, 600, 0]],
            "distances": [[0, 2, 4], [2, 0, 6], [4, 6, 0]],
        }
    },
}


def answer(data: Json) -> Json:
    given = read_vroom(data)
    return write_vroom(given, solve(given.problem, any_of(MaxIterations(2_000)), 1).plan)


def test_every_field_arrives() -> None:
    given = read_vroom(FULL)
    job, worker = given.problem.jobs[0], given.problem.workers[0]
    assert (given.zero, given.problem.objective) == (0, "priority")
    assert (job.id, job.place, job.setup_s, job.duration_s, job.priority) == (5, 1, 60, 300, 10)
    assert (job.delivery, job.pickup, dict(job.skills)) == ((1,), (2,), {"3": 1})
    assert job.windows == (Window(0, 1800), Window(3600, 7200))
    assert (worker.start, worker.end, worker.capacity, worker.shift) == (0, 2, (4,), Window(0, 36000))
    assert worker.breaks == (Break(1, (Window(500, 9000),), 900),)
    assert (worker.speed_factor, worker.max_jobs, worker.max_travel_s, worker.profile) == (2.0, 4, 5000, "van")


def test_what_is_absent_means_no_limit() -> None:
    given = read_vroom({"jobs": [{"id": 1, "location_index": 0}], "vehicles": [{"id": 1}], "matrices": _square([[0]])})
    job, worker = given.problem.jobs[0], given.problem.workers[0]
    assert (job.windows, job.duration_s, job.unserved_cost) == (ALWAYS, 0, None)
    assert (worker.shift, worker.start, worker.capacity) == (Window(0, FOREVER), None, ())


def test_the_answer_in_full() -> None:
    assert answer(FULL) == {
        "code": 0,
        "summary": {
            "cost": 400,
            "routes": 1,
            "unassigned": 1,
            "setup": 60,
            "service": 300,
            "duration": 400,
            "waiting_time": 0,
            "priority": 10,
            "distance": 8,
            "delivery": [1],
            "pickup": [2],
            "violations": [],
        },
        "unassigned": [
            {"location_index": 2, "id": 6, "type": "job", "reason": "no_skill", "blockers": {"1": "no_skill"}}
        ],
        "routes": [
            {
                "vehicle": 1,
                "cost": 400,
                "duration": 400,
                "description": "Ana",
                "profile": "van",
                "setup": 60,
                "service": 300,
                "waiting_time": 0,
                "priority": 10,
                "delivery": [1],
                "pickup": [2],
                "violations": [],
                "steps": [
                    _step("start", 0, 0, [1], 0, location=[2.3, 48.8], location_index=0, description="Ana"),
                    _step(
                        "job",
                        100,
                        100,
                        [2],
                        2,
                        id=5,
                        job=5,
                        location=[2.35, 48.85],
                        location_index=1,
                        description="boiler",
                        setup=60,
                        service=300,
                    ),
                    _step("break", 500, 140, [2], 2, id=1, description="lunch", service=900),
                    _step("end", 1660, 400, [2], 8, location_index=2, description="Ana"),
                ],
                "distance": 8,
            }
        ],
    }


def _step(kind: str, arrival: int, duration: int, load: list[int], distance: int, **more: Any) -> Json:
    step = {"type": kind, "arrival": arrival, "duration": duration, "load": load, "distance": distance}
    return {**step, "setup": 0, "service": 0, "waiting_time": 0, "violations": [], **more}


def test_instants_of_the_epoch_come_back_as_they_went_in() -> None:
    noon = 1_760_000_000
    data = {
        "jobs": [{"id": 1, "location_index": 1, "time_windows": [[noon + 100, noon + 200]]}],
        "vehicles": [{"id": 1, "start_index": 0, "time_window": [noon, noon + 9_000]}],
        "matrices": _square([[0, 50], [50, 0]]),
    }
    steps = answer(data)["routes"][0]["steps"]
    assert [(step["type"], step["arrival"]) for step in steps] == [("start", noon + 50), ("job", noon + 100)]


def test_prices_go_into_the_cost() -> None:
    data = {
        "jobs": [
            {"id": 1, "location_index": 1, "unserved_cost": 70},
            {"id": 2, "location_index": 0, "unserved_cost": 7},
        ],
        "vehicles": [{"id": 1, "start_index": 0, "end_index": 0}],
        "matrices": _square([[0, 50], [50, 0]]),
    }
    found = answer(data)
    assert (found["summary"]["cost"], found["unassigned"][0]["reason"]) == (70, "not_worth")


def test_coordinates_alone_give_a_matrix_that_plans_the_same() -> None:
    data = {
        "jobs": [{"id": 1, "location": [-2.1, 40.1], "service": 60}, {"id": 2, "location": [-2.2, 40.0]}],
        "vehicles": [{"id": 1, "start": [-2.13, 40.07], "end": [-2.13, 40.07]}],
    }
    given = read_vroom(data)
    rows = given.data["matrices"]["car"]["durations"]
    assert [job["location_index"] for job in given.data["jobs"]] == [0, 1]
    assert (given.data["vehicles"][0]["start_index"], given.data["vehicles"][0]["end_index"]) == (2, 2)
    assert [len(row) for row in rows] == [3, 3, 3]
    assert all(rows[i][i] == 0 for i in range(3))
    assert answer(given.data) == answer(data)


def _square(rows: list[list[Any]]) -> Json:
    return {"car": {"durations": rows}}


def _set(path: str, value: Any) -> Json:
    data: Any = deepcopy(FULL)
    *way, last = (int(part) if part.isdigit() else part for part in path.split("/"))
    at = data
    for part in way:
        at = at[part]
    at[last] = value
    return data  # type: ignore[no-any-return]


REFUSED = [
    ("jobs/0/time_windows/0", [9, 8], "jobs[0].time_windows[0]: starts at 9, after its end 8"),
    ("jobs/0/time_windows", [], "jobs[0].time_windows: must hold at least one window, or be left out"),
    ("jobs/0/time_windows", [[1, 2, 3]], "jobs[0].time_windows[0]: must be [start, end], not 3 values"),
    ("jobs/0/service", True, "jobs[0].service: must be a whole number, not a truth value"),
    ("jobs/0/service", 1.5, "jobs[0].service: must be a whole number, not 1.5"),
    ("jobs/0/service", float("nan"), "jobs[0].service: must be a whole number, not nan"),
    ("jobs/0/service", -1, "jobs[0].service: must be between 0 and 1000000000, not -1"),
    ("jobs/0/priority", 1_000_001, "jobs[0].priority: must be between 0 and 1000000, not 1000001"),
    ("jobs/0/skills", 3, "jobs[0].skills: must be a list, not 3"),
    ("jobs/0/skills", ["gas"], "jobs[0].skills[0]: must be a whole number, not text"),
    ("jobs/0/location", [2.35], "jobs[0].location: must be [longitude, latitude], not 1 values"),
    (
        "jobs/0/location",
        [2.35, 91],
        "jobs[0].location: must be [longitude, latitude] within 180 and 90 degrees, not [2.35, 91]",
    ),
    ("jobs/0/location_index", 3, "jobs[0].location_index: 3 is outside the matrix, which has 3 rows"),
    (
        "jobs/0/location_index",
        None,
        "jobs[0].location_index: is missing; with matrices every place needs its index in them",
    ),
    ("jobs/0/delivery", [1, 2], "jobs[0].delivery: has 2 amounts, but vehicles[0].capacity has 1"),
    (
        "jobs/0/unserved_cost",
        5,
        "jobs[1].unserved_cost: is missing; either every job carries unserved_cost or none does",
    ),
    ("jobs/1/id", 5, "jobs[1].id: 5 is the id of jobs[0] already"),
    ("jobs/1", 5, "jobs[1]: must be an object, not 5"),
    ("jobs/0/id", None, "jobs[0].id: is missing"),
    ("vehicles/0/profile", "bike", "vehicles[0].profile: there is no matrices.bike"),
    ("vehicles/0/speed_factor", 0, "vehicles[0].speed_factor: must be between 0.01 and 100, not 0"),
    ("vehicles/0/speed_factor", float("inf"), "vehicles[0].speed_factor: must be a number, not inf"),
    ("vehicles/0/breaks/0/service", "x", "vehicles[0].breaks[0].service: must be a whole number, not text"),
    ("vehicles/0/end_index", 7, "vehicles[0].end_index: 7 is outside the matrix, which has 3 rows"),
    (
        "vehicles/0/costs",
        {"fixed": 5},
        "vehicles[0].costs: is not supported; leave it out (travel seconds are the cost)",
    ),
    (
        "matrices/van/durations/1",
        [0, 1],
        "matrices.van.durations[1]: has 2 values in a matrix of 3 rows: it must be square",
    ),
    ("matrices/van/durations/1/2", -4, "matrices.van.durations[1][2]: must be between 0 and 1000000000, not -4"),
    ("matrices/van/durations/1/2", 4.5, "matrices.van.durations[1][2]: must be a whole number, not 4.5"),
    ("matrices/van/distances", [[0]], "matrices.van.distances: has 1 rows, but durations has 3"),
    ("matrices/van", {}, "matrices.van.durations: is missing"),
    (
        "shipments",
        [{"amount": [1]}],
        "shipments: is not supported; give each end as a job with pickup or delivery of its own, or leave it out",
    ),
    ("vehicles", None, "vehicles: is missing"),
]


@pytest.mark.parametrize(("path", "value", "message"), REFUSED, ids=[f"{path}={value}" for path, value, _ in REFUSED])
def test_refused_with_the_path_and_what_to_do(path: str, value: Any, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_vroom(_set(path, value))
    assert str(caught.value) == message


def test_a_speed_that_makes_a_way_too_long_is_named_by_its_vehicle() -> None:
    data = _set("matrices/van/durations/1/2", 10**9)
    data["vehicles"][0]["speed_factor"] = 0.5
    with pytest.raises(FormatError) as caught:
        read_vroom(data)
    assert str(caught.value) == "vehicles[0].speed_factor: makes ways longer than 1000000000 s"


def test_an_unknown_field_is_named_with_what_is_supported() -> None:
    with pytest.raises(FormatError, match=r"^vehicles\[0\]\.breaks\[0\]\.max_load: is not supported; leave it out"):
        read_vroom(_set("vehicles/0/breaks/0/max_load", [1]))


def test_neither_matrix_nor_coordinates() -> None:
    with pytest.raises(FormatError) as caught:
        read_vroom({"jobs": [{"id": 1, "location_index": 0}], "vehicles": []})
    assert str(caught.value) == "jobs[0].location: is missing; without matrices every place needs coordinates"


@needs_judge
@pytest.mark.parametrize("day", ["rome-44", "udine-75"])
def test_the_real_days_pass_the_judge(day: str, tmp_path: Path) -> None:
    source = DAYS / f"{day}.json"
    if not source.exists():
        pytest.skip("the shared data are not beside the project")
    given = read_vroom(json.loads(source.read_text()))
    result = solve(given.problem, any_of(MaxIterations(300_000)), 1)
    (tmp_path / "plan.json").write_text(json.dumps(write_vroom(given, result.plan)))
    figures, broken = judge(source, tmp_path / "plan.json")
    assert (figures["unserved"], broken) == (0, [])
    assert figures["travel_s"] == result.cost.travel_s
