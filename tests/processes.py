"""The web server and the worker as processes of their own, on the database of the running test."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from django.conf import settings
from django.db import connection

from tests.postgres import find_free_port

ANSWERS_WITHIN_S = 30
STOPS_WITHIN_S = 10


def describe_test_database() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return f"postgresql://{database['USER']}@{database['HOST']}:{database['PORT']}/{quote(str(database['NAME']))}"


def start_process(name: str, *module: str, **extra: str) -> subprocess.Popen[bytes]:
    """``extra`` are environment variables. Output goes to ``DATA_DIR/NAME.log``."""
    log = Path(settings.DATA_DIR) / f"{name}.log"
    with log.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": describe_test_database()} | extra,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop_process(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def wait_for(url: str, process: subprocess.Popen[bytes], name: str) -> None:
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    while not answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            log = (Path(settings.DATA_DIR) / f"{name}.log").read_text(errors="replace")
            raise RuntimeError(f"{name} does not answer at {url}:\n{log[-4000:]}")
        time.sleep(0.05)


@contextmanager
def serving_site() -> Iterator[str]:
    """uvicorn, as in production: async views stream, threads are many. Yields the address."""
    port = find_free_port()
    url = f"http://localhost:{port}"
    options = ["--port", str(port), "--lifespan", "off", "--timeout-graceful-shutdown", "1", "--log-level", "warning"]
    process = start_process("web", "uvicorn", "dispatch.config.asgi:application", *options, SITE_URL=url)
    try:
        wait_for(f"{url}/healthz", process, "web")
        yield url
    finally:
        stop_process(process)


@contextmanager
def working_worker(site: str) -> Iterator[None]:
    """A worker with beat, ready as soon as ``/readyz`` of the site says so, on an empty queue. Its mail lands in
    ``DATA_DIR/mail``. Killed at the end."""
    for waiting in Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])).glob("*"):
        waiting.unlink(missing_ok=True)
    options = ["--beat", "--concurrency", "1", "--schedule", str(Path(settings.DATA_DIR) / "beat-schedule")]
    options += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    mail = f"file:///{Path(settings.DATA_DIR) / 'mail'}"
    celery = ("celery", "-A", "dispatch.config.celery", "worker", *options)
    process = start_process("worker", *celery, SITE_URL=site, EMAIL_URL=mail)
    try:
        wait_for(f"{site}/readyz", process, "worker")
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
