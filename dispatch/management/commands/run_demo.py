"""``make demo``: a whole Visita from one command, and nothing of it left when it ends."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dispatch.warmup import compiling

HOST = "127.0.0.1"
READY_WITHIN_S = 120
STOPPED_WITHIN_S = 10
PR_SET_PDEATHSIG = 1
ACCOUNTS = ("agent", "dispatcher", "technician", "admin")
PASSWORD = "visita-demo"  # noqa: S105 - printed on purpose; these accounts exist in the demo alone


class Stopped(Exception):
    pass


def request_stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped


class Command(BaseCommand):
    help = "Start the demo: database, believable day, web and worker. Ctrl-C stops everything."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("run_demo wants DEMO=true: start it with make demo")
        signal.signal(signal.SIGTERM, request_stop)
        signal.signal(signal.SIGINT, request_stop)
        with ExitStack() as stack:
            claim_data_dir(stack)
            require_free_port(port)
            stack.enter_context(compiling(stack.enter_context((log_dir() / "compile.log").open("ab"))))
            try:
                self.prepare()
                children = start_children(port, stack)
                self.wait_until_ready(port, children)
                self.announce(port)
                watch(children)
            except Stopped:
                self.stdout.write("\nStopping ...")

    def prepare(self) -> None:
        self.stdout.write("Preparing the database ...")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("demo", stdout=self.stdout)

    def wait_until_ready(self, port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
        self.stdout.write("Starting web and worker ...")
        deadline = time.monotonic() + READY_WITHIN_S
        while not answers_ready(port):
            require_alive(children)
            if time.monotonic() > deadline:
                raise CommandError(f"Not ready after {READY_WITHIN_S} s. See {log_dir()}.")
            time.sleep(0.2)

    def announce(self, port: int) -> None:
        self.stdout.write(
            f"\nVisita is ready: http://localhost:{port}/\n"
            f"Sign in as {', '.join(ACCOUNTS[:-1])} or {ACCOUNTS[-1]}; the password of each is {PASSWORD}\n"
            f"Data: {settings.DATA_DIR}   Logs: {log_dir()}   Stop: Ctrl-C\n"
        )
        self.stdout.flush()


def log_dir() -> Path:
    return Path(settings.DATA_DIR) / "logs"


def claim_data_dir(stack: ExitStack) -> None:
    """Two demos on one ``DATA_DIR`` would take each other's tasks."""
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    log_dir().mkdir(exist_ok=True)
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    lock = stack.enter_context((Path(settings.DATA_DIR) / "demo.lock").open("w"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CommandError(f"A demo is already running on {settings.DATA_DIR}. Set another DATA_DIR.") from error


def require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            message = f"Port {port} can't be used ({error.strerror}). Try: make demo PORT={port + 1}"
            raise CommandError(message) from error


def start_children(port: int, stack: ExitStack) -> dict[str, subprocess.Popen[bytes]]:
    web = ["uvicorn", "dispatch.config.asgi:application", "--host", HOST, "--port", str(port), "--lifespan", "off"]
    web += ["--timeout-graceful-shutdown", "3", "--log-level", "warning"]
    worker = ["celery", "-A", "dispatch.config.celery", "worker", "--beat", "--concurrency", "2"]
    worker += ["--schedule", str(Path(settings.DATA_DIR) / "beat-schedule"), "--loglevel", "INFO"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    children: dict[str, subprocess.Popen[bytes]] = {}
    stack.callback(stop_children, children)
    for name, module in {"web": web, "worker": worker}.items():
        children[name] = start_child(name, module, stack)
    return children


def start_child(name: str, module: list[str], stack: ExitStack) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches it through us and once."""
    log = stack.enter_context((log_dir() / f"{name}.log").open("ab"))
    return subprocess.Popen(  # noqa: S603 - our own arguments
        [sys.executable, "-m", *module],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - this process runs no threads
    )


def end_with_parent() -> None:
    """Runs in the child: Linux ends it should we be killed without a chance to."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop_children(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """All are asked before any is waited for; a second Ctrl-C changes nothing."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children.values():
        child.terminate()
    for child in children.values():
        try:
            child.wait(timeout=STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def answers_ready(port: int) -> bool:
    try:
        with urlopen(f"http://{HOST}:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def require_alive(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            log = log_dir() / f"{name}.log"
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
            raise CommandError(f"The {name} process ended with code {child.returncode}. End of {log}:\n{tail}")


def watch(children: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        require_alive(children)
        time.sleep(0.5)
