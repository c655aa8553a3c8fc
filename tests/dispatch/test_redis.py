"""The queue of production: a real Redis, a worker of its own, and what ``/readyz`` says when Redis is gone."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.conf import settings

from tests.parts import find_redis
from tests.postgres import find_free_port
from tests.processes import start_process, stop_process, wait_for


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    part = find_redis()
    if part.path is None:
        if os.environ.get("REQUIRE") == "all":
            pytest.fail(f"Redis is not here: {part.remedy}")
        pytest.skip(f"Redis is not here: {part.remedy}")
    port = find_free_port()
    command = [part.path, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path), "--save", ""]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    yield f"redis://127.0.0.1:{port}/0", server
    stop_process(server)


@pytest.mark.django_db(transaction=True)
def test_ready_with_redis_and_not_without(redis: tuple[str, subprocess.Popen[bytes]]) -> None:
    broker, server = redis
    port = find_free_port()
    url = f"http://localhost:{port}"
    schedule = str(Path(settings.DATA_DIR) / "redis-schedule")
    celery = ["celery", "-A", "dispatch.config.celery", "worker", "--beat", "--concurrency", "1"]
    web = ["uvicorn", "dispatch.config.asgi:application", "--port", str(port), "--lifespan", "off"]
    processes = [
        start_process("redis-worker", *celery, "--schedule", schedule, CELERY_BROKER_URL=broker),
        start_process("redis-web", *web, CELERY_BROKER_URL=broker),
    ]
    try:
        wait_for(f"{url}/readyz", processes[1], "redis-web")
        stop_process(server)
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{url}/readyz", timeout=30)
        assert refused.value.code == 503
        assert json.loads(refused.value.read())["broker"] == "failed"
    finally:
        for process in processes:
            process.kill()
            process.wait()
