"""What the launcher says when it can't start. A whole demo is started by the test of the flow."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings as real_settings
from django.core.management.base import CommandError
from pytest_django import Settings

from dispatch.management.commands.run_demo import RESTARTS_A_MINUTE, Children
from tests.postgres import find_free_port


def run_demo(data_dir: Path, port: int, demo: str = "true") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DEMO": demo, "DATA_DIR": str(data_dir)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "run_demo", "--port", str(port)]
    return subprocess.run(
        command, cwd=real_settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_port_in_use_stops_the_start_before_anything_is_written(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_demo(tmp_path, port)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"CommandError: Port {port} can't be used (Address already in use). Try: make demo PORT={port + 1}"
    )
    assert not (tmp_path / "visita.sqlite3").exists()


def test_two_demos_never_share_their_data(tmp_path: Path) -> None:
    with (tmp_path / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run_demo(tmp_path, find_free_port())
    assert done.stderr.strip() == f"CommandError: A demo is already running on {tmp_path}. Set another DATA_DIR."


def test_accounts_with_known_passwords_are_for_the_demo_alone(tmp_path: Path) -> None:
    done = run_demo(tmp_path, find_free_port(), demo="false")
    assert done.stderr.strip() == "CommandError: run_demo wants DEMO=true: start it with make demo"


LIVES = ["http.server", "--bind", "127.0.0.1", "0"]
DIES = ["timeit", "-n", "1", "-r", "1", "raise SystemExit"]


@pytest.fixture
def stack(tmp_path: Path, settings: Settings) -> Iterator[ExitStack]:
    """Ends the children, and gives back the signals that ending them turns off."""
    settings.DATA_DIR = tmp_path
    (tmp_path / "logs").mkdir()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    with ExitStack() as stack:
        yield stack
    for number, handler in before.items():
        signal.signal(number, handler)


def end_web_after(number: int, told: list[str], ended: Callable[[], Children]) -> Callable[[str], None]:
    """The watch goes on until the web process ends: here when the worker came back so often."""

    def tell(text: str) -> None:
        told.append(text)
        if len(told) == number:
            ended().processes["web"].kill()
            ended().processes["web"].wait()

    return tell


def test_a_worker_that_was_killed_comes_back(stack: ExitStack, tmp_path: Path) -> None:
    told: list[str] = []
    children = Children({"web": LIVES, "worker": LIVES}, stack, tell=told.append, pause_s=0)
    children.tell = end_web_after(1, told, lambda: children)
    first = children.processes["worker"]
    first.kill()
    first.wait()
    with pytest.raises(CommandError, match=r"^The web process ended with code -9\."):
        children.watch()
    assert children.processes["worker"].pid != first.pid
    assert children.processes["worker"].poll() is None
    text = "The worker ended with code -9 and is started again in 0 s."
    assert told == [f"{text} See {tmp_path / 'logs' / 'worker.log'}"]
    assert text in (tmp_path / "logs" / "worker.log").read_text().splitlines()


def test_a_worker_that_dies_again_and_again_ends_the_demo(stack: ExitStack, tmp_path: Path) -> None:
    told: list[str] = []
    children = Children({"web": LIVES, "worker": DIES}, stack, tell=told.append, pause_s=0)
    with pytest.raises(CommandError, match=r"^The worker process ended with code 1\."):
        children.watch()
    assert len(told) == RESTARTS_A_MINUTE
