"""What the launcher says when it can't start. A whole demo is started by the test of the flow."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.postgres import find_free_port


def run_demo(data_dir: Path, port: int, demo: str = "true") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DEMO": demo, "DATA_DIR": str(data_dir)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "run_demo", "--port", str(port)]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False, timeout=60
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
