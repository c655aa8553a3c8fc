"""A throw-away PostgreSQL cluster on a free port, gone with the process that started it."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from tests.parts import find_postgresql

SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=128MB")
STARTED_WITHIN_S = 60
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Runs in the child: the server stops at once (SIGQUIT) when the tests are killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def pick_unprivileged_user() -> pwd.struct_passwd | None:
    """``initdb`` and ``postgres`` refuse root."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Cluster:
    def __init__(self) -> None:
        binaries = find_postgresql().path
        if binaries is None:
            raise FileNotFoundError("PostgreSQL's initdb is not on this machine: " + find_postgresql().remedy)
        self.binaries = Path(binaries)
        self.user = pick_unprivileged_user()
        self.directory = Path(tempfile.mkdtemp(prefix="visita-pg-"))
        if self.user:
            os.chown(self.directory, self.user.pw_uid, self.user.pw_gid)
        self.port = find_free_port()
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://visita@127.0.0.1:{self.port}/postgres"

    def _start_process(self, *command: str) -> subprocess.Popen[bytes]:
        drop = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        with (self.directory.parent / f"{self.directory.name}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread runs yet
                env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"},
                **drop,
            )

    def start(self) -> Self:
        data = str(self.directory / "data")
        options = ["-A", "trust", "-U", "visita", "-E", "UTF8", "--locale=C", "--no-sync", "-D", data]
        if self._start_process(str(self.binaries / "initdb"), *options).wait() != 0:
            raise RuntimeError(self.read_log())
        settings = [part for setting in SPEED for part in ("-c", setting)]
        address = ["-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.directory)]
        self.server = self._start_process(str(self.binaries / "postgres"), "-D", data, *address, *settings)
        deadline = time.monotonic() + STARTED_WITHIN_S
        while not self._accepts_connections():
            if self.server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.read_log())
            time.sleep(0.05)
        return self

    def _accepts_connections(self) -> bool:
        command = [str(self.binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def read_log(self) -> str:
        return (self.directory.parent / f"{self.directory.name}.log").read_text(errors="replace")

    def stop(self) -> None:
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            try:
                self.server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.server.send_signal(signal.SIGQUIT)
                self.server.wait()
        shutil.rmtree(self.directory, ignore_errors=True)
        (self.directory.parent / f"{self.directory.name}.log").unlink(missing_ok=True)
