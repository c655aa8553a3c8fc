"""Plans a problem file. The work is done in ``scheduling.core``; this only translates files, options and errors.

Like the rest of the command line, what it says is English, whatever the language of the installation.
"""

import argparse
import json
import math
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from scheduling.core.formats.fields import FormatError
from scheduling.core.formats.vroom import read_vroom
from scheduling.core.formats.vroom_answer import write_vroom
from scheduling.core.solve import solve
from scheduling.core.stop import MaxSeconds


class Command(BaseCommand):
    help = "Plans a problem in VROOM's JSON and writes the plan in VROOM's JSON."
    # A problem file has nothing to do with the database.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("problem", metavar="PROBLEM", type=Path)
        parser.add_argument("--time-limit", metavar="S", type=_seconds, default=10.0, help="seconds of search (10)")
        parser.add_argument("--seed", metavar="N", type=int, default=0)
        parser.add_argument(
            "--threads", metavar="T", type=_threads, default=None, help="searches side by side (one a core)"
        )
        parser.add_argument("--output", metavar="PLAN", type=Path, required=True)
        parser.add_argument(
            "--write-matrix",
            metavar="FILE",
            type=Path,
            help="write the problem with the matrix that was used, when it came with coordinates only",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path, output, matrix = options["problem"], options["output"], options["write_matrix"]
        try:
            given = read_vroom(_read(path))
        except FormatError as error:
            raise CommandError(f"{path}: {error}") from error
        for wanted in (output, matrix):
            if wanted is not None:
                _check_writable(wanted)
        if matrix is not None:
            _write(matrix, given.data)
        if not given.problem.workers and given.problem.jobs:
            self.stderr.write(f"{path}: vehicles: there are none, so no job can be served")
        elif options["time_limit"] == 0:
            self.stderr.write("--time-limit 0: no time to search, the plan is only a first one")
        result = solve(given.problem, MaxSeconds(options["time_limit"]), options["seed"], threads=options["threads"])
        _write(output, write_vroom(given, result.plan))
        found = result.cost
        self.stdout.write(
            f"{found.served} served, {found.unserved} unserved, {found.travel_s} s of travel, cost {found.total}"
        )


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 86_400:
        raise argparse.ArgumentTypeError(f"must be between 0 and 86400 seconds, not {text}")
    return value


def _threads(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"must be between 1 and 256 threads, not {text}")
    return int(text)


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path} is not JSON: {error}") from error


def _check_writable(path: Path) -> None:
    """Before the search, so that its time isn't lost."""
    try:
        with path.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


def _write(path: Path, data: object) -> None:
    try:
        path.write_text(json.dumps(data, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> CommandError:
    return CommandError(f"{path} can't be written: {error.strerror}")
