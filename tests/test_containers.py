"""The files for production, part by part: a container engine is not needed to see that they fit the code."""

import re
import shlex
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ("migrate", "web", "worker", "beat")
READ_BY_UVICORN = {"FORWARDED_ALLOW_IPS"}
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD")


def test_the_services_of_a_whole_visita_are_there() -> None:
    assert sorted(COMPOSE["services"]) == sorted(["database", "queue", *OURS])


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_has_a_default(secret: str) -> None:
    uses = re.findall(rf"\$\{{{secret}(.?.?)", (ROOT / "compose.yaml").read_text())
    assert uses
    assert set(uses) == {":?"}


@pytest.mark.parametrize("service", OURS)
def test_what_is_set_is_read(service: str) -> None:
    settings = (ROOT / "dispatch/config/settings.py").read_text()
    names = set(COMPOSE["services"][service]["environment"]) - READ_BY_UVICORN
    assert [name for name in names if f'"{name}"' not in settings] == []


def test_only_the_machines_own_networks_say_who_asks() -> None:
    """Behind a proxy that is not believed every visitor has its address, and is throttled with all the others."""
    value = COMPOSE["services"]["web"]["environment"]["FORWARDED_ALLOW_IPS"]
    networks = [ip_network(text) for text in value.removeprefix("${FORWARDED_ALLOW_IPS:-").rstrip("}").split(",")]
    assert '"--proxy-headers"' in DOCKERFILE
    assert [ip_address("172.18.0.1") in network for network in networks] == [False, True]
    assert all(network.is_private for network in networks)
    assert "FORWARDED_ALLOW_IPS" in (ROOT / "docs/running.md").read_text()


def test_only_the_web_is_reached_and_only_from_this_machine() -> None:
    ports = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_nothing_starts_before_the_tables_stand() -> None:
    for name in ("web", "worker", "beat"):
        assert COMPOSE["services"][name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_image_holds_every_layer_and_runs_as_nobody_special() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.M))
    assert copied == {"maps", "scheduling", "dispatch", "mobile_api"}
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.M) == ["visita"]
    assert "--require-hashes -r requirements.lock" in DOCKERFILE


def test_streams_do_not_hold_the_web_process() -> None:
    assert '"--timeout-graceful-shutdown", "3"' in DOCKERFILE


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_celery_is_started_on_our_application(service: str) -> None:
    command = COMPOSE["services"][service]["command"]
    assert command[:4] == ["celery", "-A", "dispatch.config.celery", service]
    assert find_spec("dispatch.config.celery")


def test_commands_in_the_guide_are_those_of_the_containers() -> None:
    guide = (ROOT / "docs/running.md").read_text()
    (web,) = re.findall(r"^ +\.venv/bin/(uvicorn .*)$", guide, re.M)
    written = re.sub(r"\\\n\s*", "", DOCKERFILE.split("CMD ", 2)[-1])
    assert set(shlex.split(web)) <= set(re.findall(r'"([^"]+)"', written)) | {"8000"}
