"""Plans generated days, and the six real ones where they are beside the project, and prints one table.

python -m tests.bench [--quick] [--seconds S] [--seed N]
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scheduling.core.check import check
from scheduling.core.formats.vroom import read_vroom
from scheduling.core.solve import solve
from scheduling.core.stop import MaxSeconds
from tests.bench.generate import generate_day

DAYS = Path(__file__).resolve().parents[3] / "shared" / "data" / "days"


def days(*, quick: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    for technicians in (5,) if quick else (5, 12, 25):
        for lunch in (False, True):
            name = f"generated-{technicians * 7}{'-lunch' if lunch else ''}"
            yield name, generate_day(technicians, seed=technicians, lunch=lunch)
    found = sorted(DAYS.glob("*.json"))
    for path in found[-2:] if quick else found:
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small days, one second each")
    parser.add_argument("--seconds", type=float, help="of search a day (10, quick: 1)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    limit = options.seconds or (1.0 if options.quick else 10.0)
    print(f"{'day':<22}{'visits':>7}{'workers':>8}{'served':>7}{'travel_s':>9}{'cost':>9}{'broken':>7}{'seconds':>8}")
    for name, data in days(quick=options.quick):
        problem = read_vroom(data).problem
        begun = time.perf_counter()
        result = solve(problem, MaxSeconds(limit), options.seed)
        seconds = time.perf_counter() - begun
        broken, found = len(check(problem, result.plan).broken), result.cost
        sizes = f"{len(problem.jobs):>7}{len(problem.workers):>8}{found.served:>7}"
        print(f"{name:<22}{sizes}{found.travel_s:>9}{found.total:>9}{broken:>7}{seconds:>8.1f}", flush=True)


if __name__ == "__main__":
    main()
