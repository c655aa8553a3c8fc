"""The kernel is compiled once, kept apart for each state of its sources, and by one process at a time."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scheduling.core.kernel import search
from scheduling.core.kernel.cache import SOURCES, compiled_sources, compiling_alone, find_folder, forget_old
from scheduling.core.kernel.compiling import FOLDER
from scheduling.core.kernel.warm import compile_kernel, wait_for_kernel
from scheduling.core.problem import Break, Problem, Speed, Window
from scheduling.core.solve import solve
from scheduling.core.stop import MaxIterations
from scheduling.core.weights import BALANCED
from tests.core.small import job, problem, worker

ROOT = Path(__file__).resolve().parents[2]
# The doors to the kernel; whatever they call is compiled with them.
DOORS: tuple[Any, ...] = (search.anneal, search.load, search.find_alone)
NAMES = ["anneal", "load", "find_alone"]


def simple() -> Problem:
    return problem([job(1, 1), job(2, 2, windows=(Window(0, 50), Window(500, 900)))], [worker(1), worker(2)])


def with_breaks() -> Problem:
    lunch = Break(id=1, windows=(Window(300, 600),), duration_s=60)
    return problem([job(1, 1), job(2, 3, delivery=(1,))], [worker(breaks=(lunch,), capacity=(3,))])


def with_every_price() -> Problem:
    speeds = (Speed(0, 50), Speed(500, 100))
    return problem([job(1, 1, sla=400, risk=3), job(2, 2)], weights=BALANCED, speeds=speeds)


@pytest.mark.parametrize("make", [simple, with_breaks, with_every_price], ids=lambda make: make.__name__)
def test_what_is_compiled_at_the_start_serves_every_problem(make: Any) -> None:
    compile_kernel()
    assert [len(door.signatures) for door in DOORS] == [1, 1, 1]
    assert len(solve(make(), MaxIterations(50), threads=2).plan.routes) > 0
    assert [len(door.signatures) for door in DOORS] == [1, 1, 1]


def test_the_folder_in_use_holds_every_door() -> None:
    compile_kernel()
    assert find_folder() == FOLDER
    assert FOLDER is not None
    kept = {path.name.split("-")[0] for path in FOLDER.rglob("*.nbc")}
    assert {f"search.{name}" for name in NAMES} <= kept


def test_waiting_ends_when_the_search_is_over() -> None:
    compile_kernel()
    assert (wait_for_kernel(lambda: False), wait_for_kernel(lambda: True)) == (True, False)


COLD = """
from threading import enumerate as running
from scheduling.core.kernel.warm import wait_for_kernel
answers = iter([False, False, True])
print(wait_for_kernel(lambda: next(answers)), [one.name for one in running() if one.daemon])
"""


def test_whoever_waits_for_another_process_to_compile_can_still_be_stopped(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    folder = subprocess.run(
        [sys.executable, "-c", "from scheduling.core.kernel.compiling import FOLDER; print(FOLDER)"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    with compiling_alone(Path(folder)):
        waiting = subprocess.run(
            [sys.executable, "-c", COLD], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
    assert waiting.stdout == "False ['compile_kernel']\n"


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the kernel's sources, with a home beside it."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    copy = tmp_path / "kernel"
    copy.mkdir()
    for path in SOURCES.glob("*.py"):
        shutil.copy(path, copy)
    return copy


def change(path: Path) -> None:
    path.write_text(path.read_text() + "\n# Changed.\n")


@pytest.mark.parametrize("name", [path.name for path in compiled_sources()])
def test_each_state_of_the_compiled_sources_has_its_folder(sources: Path, name: str) -> None:
    """Numba alone would go on with a copy of timing.py that it compiled into search.py's functions."""
    before = find_folder(sources)
    change(sources / name)
    assert find_folder(sources) != before


def test_other_sources_do_not_ask_for_compiling_anew(sources: Path) -> None:
    before = find_folder(sources)
    change(sources / "engine.py")
    change(sources / "arrays.py")
    assert find_folder(sources) == before


def test_the_folder_is_the_first_that_can_be_written(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, given, blocked = sources.parent / "home", sources.parent / "given", sources.parent / "file"
    blocked.touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(given))
    found = [find_folder(sources)]
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked / "inside"))
    found.append(find_folder(sources))
    shutil.rmtree(sources / "__pycache__")
    (sources / "__pycache__").touch()
    found.append(find_folder(sources))
    assert [path and path.parent for path in found] == [given, sources / "__pycache__", home / "visita"]
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert find_folder(sources) is None


def test_one_process_compiles_at_a_time(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("a") as rival:
        with compiling_alone(tmp_path), pytest.raises(BlockingIOError):
            fcntl.flock(rival, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(rival, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_without_a_folder_there_is_nothing_to_wait_for() -> None:
    with compiling_alone(None):
        pass


def test_what_nobody_used_for_a_month_is_removed(tmp_path: Path) -> None:
    names = ("visita-kernel-now", "visita-kernel-recent", "visita-kernel-old", "another")
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "code").touch()
    now = (tmp_path / names[0]).stat().st_mtime
    for name, days in zip(names[1:], (29, 31, 300), strict=True):
        os.utime(tmp_path / name, (now - days * 86_400, now - days * 86_400))
    forget_old(tmp_path / names[0])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["another", "visita-kernel-now", "visita-kernel-recent"]
