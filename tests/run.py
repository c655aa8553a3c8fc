"""``make test``: every check this machine can run, and a plain word about those it can't.

``REQUIRE=all`` makes anything left out a failure. ``TESTS`` narrows the run to some paths.
"""

import os
import subprocess
import sys
import time

from tests.parts import find_postgresql, list_parts

STRICT = ["maps", "scheduling", "dispatch", "mobile_api"]
DEPLOYED = {
    "SECRET_KEY": "a-long-value-for-the-deployment-check-alone-0123456789-abcdefghij",
    "SITE_URL": "https://visita.example.org",
    "DEBUG": "false",
    "DEMO": "false",
    "HTTPS": "true",
}


def run_step(name: str, command: list[str], extra: dict[str, str] | None = None) -> bool:
    print(f"--- {name}", flush=True)
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-m", *command], env=os.environ | (extra or {}), check=False)
    if done.returncode:
        print(f"--- {name}: FAILED after {time.monotonic() - started:.0f} s", flush=True)
    return done.returncode == 0


def run_static_checks() -> list[str]:
    """Names of the failed ones."""
    steps: list[tuple[str, list[str], dict[str, str]]] = [
        ("ruff check", ["ruff", "check", "."], {}),
        ("ruff format", ["ruff", "format", "--check", "."], {}),
        ("mypy", ["mypy", *STRICT], DEPLOYED),
        ("migrations", ["manage", "makemigrations", "--check", "--dry-run"], DEPLOYED),
        ("deployment check", ["manage", "check", "--deploy", "--fail-level", "WARNING"], DEPLOYED),
        ("catalogues", ["manage", "messages", "--check"], DEPLOYED),
    ]
    return [name for name, command, extra in steps if not run_step(name, command, extra)]


def run_pytest(database: str) -> bool:
    paths = os.environ.get("TESTS", "").split()
    workers = ["-n", os.environ.get("WORKERS", "2")]
    return run_step(f"tests on {database}", ["pytest", "-q", *workers, *paths], {"TEST_DATABASE": database})


def main() -> int:
    left_out = [part for part in list_parts() if part.path is None]
    failed = run_static_checks()
    databases = ["sqlite", *(["postgresql"] if find_postgresql().path else [])]
    for database in databases[:-1]:
        if not run_pytest(database):
            failed.append(f"tests on {database}")
    for part in left_out:
        print(f"Left out: whatever needs {part.name}. To include it: {part.remedy}", flush=True)
    if left_out and os.environ.get("REQUIRE") == "all":
        failed.append("REQUIRE=all, and parts were left out")
    if not run_pytest(databases[-1]):
        failed.append(f"tests on {databases[-1]}")
    if failed:
        print(f"FAILED: {', '.join(failed)}", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
