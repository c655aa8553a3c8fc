"""``make demo``: a whole Visita from one command, and nothing of it left when it ends."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
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
WORKER = "worker"
RESTART_AFTER_S = 2
RESTARTS_A_MINUTE = 5
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
                children = Children(list_commands(port), stack, tell=self.tell)
                self.wait_until_ready(port, children)
                self.announce(port)
                children.watch()
            except Stopped:
                self.stdout.write("\nStopping ...")

    def prepare(self) -> None:
        self.stdout.write("Preparing the database ...")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("demo", stdout=self.stdout)

    def tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def wait_until_ready(self, port: int, children: "Children") -> None:
        self.stdout.write("Starting web and worker ...")
        deadline = time.monotonic() + READY_WITHIN_S
        while not answers_ready(port):
            children.require_alive()
            if time.monotonic() > deadline:
                raise CommandError(f"Not ready after {READY_WITHIN_S} s. See {log_dir()}.")
            time.sleep(0.2)

    def announce(self, port: int) -> None:
        self.tell(
            f"\nVisita is ready: http://localhost:{port}/\n"
            f"Sign in as {', '.join(ACCOUNTS[:-1])} or {ACCOUNTS[-1]}; the password of each is {PASSWORD}\n"
            f"Data: {settings.DATA_DIR}   Logs: {log_dir()}   Stop: Ctrl-C\n"
        )


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


def list_commands(port: int) -> dict[str, list[str]]:
    """The Python module of each process, with its arguments."""
    web = ["uvicorn", "dispatch.config.asgi:application", "--host", HOST, "--port", str(port), "--lifespan", "off"]
    web += ["--timeout-graceful-shutdown", "3", "--log-level", "warning"]
    worker = ["celery", "-A", "dispatch.config.celery", "worker", "--beat", "--concurrency", "2"]
    worker += ["--schedule", str(Path(settings.DATA_DIR) / "beat-schedule"), "--loglevel", "INFO"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return {"web": web, WORKER: worker}


class Children:
    """The processes of a demo. A worker that dies is started again: its work is in rows, and the sweep repeats it."""

    def __init__(
        self,
        commands: dict[str, list[str]],
        stack: ExitStack,
        *,
        tell: Callable[[str], None],
        pause_s: float = RESTART_AFTER_S,
    ) -> None:
        self.commands, self.stack, self.tell, self.pause_s = commands, stack, tell, pause_s
        self.restarted_at: list[float] = []
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        stack.callback(stop_children, self.processes)
        for name, module in commands.items():
            self.processes[name] = start_child(name, module, stack)

    def require_alive(self) -> None:
        for name, child in self.processes.items():
            if child.poll() is not None:
                end = f"End of {log_dir() / name}.log:\n{read_end(name)}"
                raise CommandError(f"The {name} process ended with code {child.returncode}. {end}")

    def watch(self) -> None:
        """Until a process ends that isn't the worker, or the worker ends too often."""
        while True:
            if self.processes[WORKER].poll() is not None:
                self.restart_worker()
            self.require_alive()
            time.sleep(0.5)

    def restart_worker(self) -> None:
        """Does nothing when it was done too often in the last minute."""
        child, now = self.processes[WORKER], time.monotonic()
        self.restarted_at = [moment for moment in self.restarted_at if moment > now - 60]
        if len(self.restarted_at) >= RESTARTS_A_MINUTE:
            return
        self.restarted_at.append(now)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        text = f"The worker ended with code {child.returncode} and is started again in {self.pause_s:g} s."
        self.tell(f"{text} See {log_dir() / WORKER}.log")
        with (log_dir() / f"{WORKER}.log").open("a") as log:
            log.write(f"{text}\n")
        time.sleep(self.pause_s)
        self.processes[WORKER] = start_child(WORKER, self.commands[WORKER], self.stack)


def read_end(name: str) -> str:
    return "\n".join((log_dir() / f"{name}.log").read_text(errors="replace").splitlines()[-20:])


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
