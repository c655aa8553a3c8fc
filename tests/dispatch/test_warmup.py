"""The planner made ready in the background."""

import os
import re
import signal
from pathlib import Path

import pytest
from django.core.management import call_command

from dispatch.warmup import NICENESS, compiling, start_compiling, stop_compiling
from scheduling.core.kernel.compiling import FOLDER


def test_the_command_says_where_the_code_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("compile_planner")
    told, where = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"The planner is ready after \d+\.\d s\.", told)
    assert where == f"It is kept in {FOLDER}."


def test_the_process_makes_way_for_others_and_ends_with_its_work(tmp_path: Path) -> None:
    path = tmp_path / "compile.log"
    with path.open("wb") as log:
        process = start_compiling(log)
    niceness = os.getpriority(os.PRIO_PROCESS, process.pid)
    assert niceness == max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0))
    assert process.wait() == 0
    assert path.read_text().startswith("The planner is ready after ")


def test_it_can_be_ended_at_any_moment(tmp_path: Path) -> None:
    with (tmp_path / "compile.log").open("wb") as log:
        process = start_compiling(log)
    stop_compiling(process)
    assert process.returncode == -signal.SIGTERM
    stop_compiling(process)


def test_nothing_is_left_behind_where_the_rest_fails(tmp_path: Path) -> None:
    with (tmp_path / "compile.log").open("wb") as log, pytest.raises(KeyError), compiling(log):
        raise KeyError
    assert (tmp_path / "compile.log").read_bytes() == b""
