"""Plans generated days, and the six real ones where they are beside the project, and prints one table.

python -m tests.bench [--quick] [--seconds S] [--seed N] [--problem FILE ...] [--json FILE]

Ends with code 1 when a plan breaks a rule, by our own judge or by the one from outside.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scheduling.core.formats.fields import FormatError
from scheduling.core.stop import MaxSeconds
from tests.bench.generate import generate_day
from tests.bench.measure import Row, format_head, format_row, measure
from tests.core.judge import DAYS, JUDGE

Day = tuple[str, Any]


def generated_days(*, quick: bool) -> Iterator[Day]:
    for technicians in (5,) if quick else (5, 12, 25):
        for lunch in (False, True):
            name = f"generated-{technicians * 7}{'-lunch' if lunch else ''}"
            yield name, generate_day(technicians, seed=technicians, lunch=lunch)


def read_day(path: str | Path) -> Day:
    try:
        return Path(path).stem, json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{path}: {error}") from error


def main() -> int:
    options = read_options()
    limit = options.seconds if options.seconds is not None else (1.0 if options.quick else 10.0)
    real = sorted(DAYS.glob("*.json"))
    print(f"{limit:g} s of search a day, seed {options.seed}, {os.cpu_count()} cores")
    if not real:
        print(f"The six real days are left out: there is no {os.path.relpath(DAYS)}.")
    if not JUDGE.exists():
        print(f"The judge from outside is left out: there is no {os.path.relpath(JUDGE)}.")
    print(format_head())
    rows: list[Row] = []
    for name, data in (*generated_days(quick=options.quick), *map(read_day, real), *options.problem):
        try:
            rows.append(measure(name, data, MaxSeconds(limit), options.seed))
        except FormatError as error:
            sys.exit(f"{name}: {error}")
        print(format_row(rows[-1]), flush=True)
    if options.json:
        written = {
            "seconds": limit,
            "seed": options.seed,
            "cores": os.cpu_count(),
            "days": [asdict(row) for row in rows],
        }
        options.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    broken = [row.day for row in rows if row.is_broken]
    print(f"Broken: {', '.join(broken)}" if broken else "No plan breaks a rule.")
    return 1 if broken else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer generated days, one second a day")
    parser.add_argument("--seconds", type=float, help="of search a day (10, quick: 1)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--problem", type=read_day, action="append", default=[], metavar="FILE", help="one more day, in VROOM's JSON"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
