"""Random problem files in VROOM's JSON: small, with every field that is supported, most of them tight."""

from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]


@st.composite
def spans(draw: st.DrawFn, most: int = 36_000) -> list[int]:
    start = draw(st.integers(0, most))
    return [start, start + draw(st.integers(0, most // 2))]


@st.composite
def matrices(draw: st.DrawFn, size: int) -> list[list[int]]:
    cells = draw(st.lists(st.integers(0, 3_000), min_size=size * size, max_size=size * size))
    return [[0 if i == j else cells[i * size + j] for j in range(size)] for i in range(size)]


@st.composite
def jobs(draw: st.DrawFn, ident: int, size: int, loads: int, *, priced: bool) -> Json:
    job: Json = {"id": ident, "location_index": draw(st.integers(0, size - 1)), "service": draw(st.integers(0, 5_000))}
    if draw(st.booleans()):
        job["setup"] = draw(st.integers(0, 1_200))
    if draw(st.booleans()):
        job["time_windows"] = draw(st.lists(spans(), min_size=1, max_size=3))
    if draw(st.booleans()):
        job["skills"] = draw(st.lists(st.integers(1, 3), max_size=2, unique=True))
    if draw(st.booleans()):
        job["priority"] = draw(st.integers(0, 100))
    for name in ("delivery", "pickup"):
        if loads and draw(st.booleans()):
            job[name] = draw(st.lists(st.integers(0, 5), min_size=loads, max_size=loads))
    if priced:
        job["unserved_cost"] = draw(st.integers(0, 20_000))
    return job


@st.composite
def vehicles(draw: st.DrawFn, ident: int, size: int, loads: int) -> Json:
    vehicle: Json = {"id": ident, "skills": [1, 2, 3][: draw(st.integers(1, 3))]}
    for name in ("start_index", "end_index"):
        if draw(st.integers(0, 3)):
            vehicle[name] = draw(st.integers(0, size - 1))
    if draw(st.integers(0, 4)):
        start = draw(st.integers(0, 10_000))
        vehicle["time_window"] = [start, start + draw(st.integers(0, 36_000))]
    if draw(st.booleans()):
        vehicle["breaks"] = [
            {"id": k, "service": draw(st.integers(0, 3_600)), "time_windows": [draw(spans())]}
            for k in range(draw(st.integers(1, 2)))
        ]
    if draw(st.booleans()):
        vehicle["speed_factor"] = draw(st.sampled_from([0.7, 1, 1.3, 2]))
    if loads and draw(st.booleans()):
        vehicle["capacity"] = draw(st.lists(st.integers(0, 12), min_size=loads, max_size=loads))
    if draw(st.integers(0, 3)) == 0:
        vehicle["max_tasks"] = draw(st.integers(0, 4))
    if draw(st.integers(0, 3)) == 0:
        vehicle["max_travel_time"] = draw(st.integers(0, 9_000))
    return vehicle


@st.composite
def problems(draw: st.DrawFn) -> Json:
    size, loads, priced = draw(st.integers(1, 6)), draw(st.integers(0, 2)), draw(st.booleans())
    return {
        "jobs": [draw(jobs(i + 1, size, loads, priced=priced)) for i in range(draw(st.integers(0, 9)))],
        "vehicles": [draw(vehicles(i + 1, size, loads)) for i in range(draw(st.integers(0, 3)))],
        "matrices": {"car": {"durations": draw(matrices(size))}},
    }
