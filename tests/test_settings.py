"""The settings file as a process reads it: loud and exact when wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def read_settings(expression: str = "''", **environment: str) -> subprocess.CompletedProcess[str]:
    code = f"from dispatch.config import settings\nprint({expression})"
    kept = {name: os.environ[name] for name in ("PATH", "DATA_DIR") if name in os.environ}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "perhaps"),
        ("TIME_ZONE", "Spain"),
        ("LANGUAGE_CODE", "fr"),
        ("PLAN_TIME_LIMIT_S", "soon"),
        ("HOLD_MINUTES", "0"),
        ("WORKER_SILENT_AFTER_S", "5"),
        ("MAPS_SPEEDS", "8:20,2:30"),
        ("MAPS_HOUR_FACTORS", "1,1,1"),
        ("GEOCODER", "oracle"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_value_that_cant_be_read_stops_the_start_and_names_its_variable(name: str, value: str) -> None:
    done = read_settings(**{name: value})
    assert done.returncode == 1
    assert name in done.stderr.strip().splitlines()[-1]


def test_there_is_no_secret_by_default() -> None:
    assert read_settings("repr(settings.SECRET_KEY)").stdout == "''\n"


def test_nothing_is_served_without_a_secret() -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"SECRET_KEY", "DEMO"}}
    command = [sys.executable, "manage.py", "check", "--deploy"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "visita.E001" in done.stderr


def test_debug_is_off_and_https_on_unless_asked() -> None:
    assert read_settings("settings.DEBUG, settings.HTTPS, settings.SESSION_COOKIE_SECURE").stdout == "False True True\n"


def test_the_demo_keeps_one_secret(tmp_path: Path) -> None:
    environment = {"DEMO": "true", "DATA_DIR": str(tmp_path)}
    first, second = (read_settings("settings.SECRET_KEY", **environment).stdout for _ in range(2))
    assert len(first) > 50
    assert first == second
