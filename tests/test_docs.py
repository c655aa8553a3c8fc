"""Documents say what the code does, or the build fails."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
READ_SETTING = re.compile(r'env\.\w+\(\s*"([A-Z0-9_]+)"')
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
WORDS = """
Case, RemoteAttempt, Visit, Appointment, SlotOffer, hold, arrival window, time window, ETA, Technician, Skill, Shift,
Absence, Territory, Place, Site, Device, Route, Stop, current route, RoutePlan, promise, act, receipt, pin, unplanned,
Finding, ContributingFactor, Notice, Job, Worker, Problem, Plan
"""
DJANGO_COMMANDS = {"migrate", "check", "createsuperuser", "makemigrations", "shell", "collectstatic"}


def settings_read() -> list[str]:
    return sorted(set(READ_SETTING.findall((ROOT / "dispatch/config/settings.py").read_text())))


def test_every_setting_is_explained() -> None:
    page = (ROOT / "docs/settings.md").read_text()
    assert [name for name in settings_read() if f"| `{name}` |" not in page] == []


def test_every_setting_stands_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    assert [name for name in settings_read() if not re.search(rf"^#?{name}=", example, re.M)] == []


def test_nothing_is_explained_that_nobody_reads() -> None:
    page = (ROOT / "docs/settings.md").read_text().split("## For the commands")[0]
    assert [name for name in re.findall(r"^\| `([A-Z0-9_]+)` \|", page, re.M) if name not in settings_read()] == []


def test_the_example_holds_no_secret() -> None:
    assert "\nSECRET_KEY=\n" in (ROOT / ".env.example").read_text()


def test_the_glossary_holds_every_word() -> None:
    page = (ROOT / "docs/glossary.md").read_text()
    assert [
        word for word in re.split(r",\s+", WORDS.strip()) if f"| {word} |" not in page and f"**{word}**" not in page
    ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text()) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_exist(document: Path) -> None:
    text = document.read_text()
    code = "\n".join(re.findall(r"`[^`]+`|^    .*$", text, re.M))
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.M))
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")} | DJANGO_COMMANDS
    missing = [f"make {name}" for name in TARGET.findall(code) if name not in targets]
    missing += [f"manage.py {name}" for name in COMMAND.findall(code) if name not in commands]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_exist(document: Path) -> None:
    """Paths in backquotes that start with one of our folders."""
    paths = re.findall(r"`((?:maps|scheduling|dispatch|mobile_api|tests|docs|tools)/[\w/.-]+)`", document.read_text())
    assert [path for path in paths if not (ROOT / path).exists()] == []
