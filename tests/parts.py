"""Parts of the machine that tests use when they are there, and how to get them."""

import shutil
from dataclasses import dataclass
from glob import glob
from pathlib import Path


@dataclass(frozen=True)
class Part:
    name: str
    path: str | None
    package: str

    @property
    def remedy(self) -> str:
        return f"sudo apt-get install {self.package}"


def find_chromium() -> Part:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return Part("Chromium", next(filter(None, map(shutil.which, names)), None), "chromium")


def find_postgresql() -> Part:
    """The directory that holds both ``initdb`` and ``postgres``; Debian keeps it out of PATH."""
    candidates = [Path(path).resolve().parent for path in filter(None, [shutil.which("initdb")])]
    candidates += sorted(map(Path, glob("/usr/lib/postgresql/*/bin")), key=lambda path: path.parent.name, reverse=True)
    found = next((path for path in candidates if (path / "initdb").exists() and (path / "postgres").exists()), None)
    return Part("PostgreSQL", str(found) if found else None, "postgresql")


def find_redis() -> Part:
    return Part("Redis", shutil.which("redis-server"), "redis-server")


def list_parts() -> list[Part]:
    return [find_postgresql(), find_chromium(), find_redis()]
