"""Plans generated days, and the six real ones where they are beside the project, with ours and with its peers.

python -m tests.bench [--quick] [--days NAME,..] [--only PEER,..] [--seconds S] [--seed N] [--problem FILE ...]
    [--json FILE]

Everybody gets the same time and cores, one after the other; each answer is priced and judged by the same code.
Ends with code 1 when our plan breaks a rule, by our own judge or by the one from outside.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scheduling.core.formats.fields import FormatError
from scheduling.core.formats.vroom import read_vroom
from tests.bench.generate import Json, day_names, generate_named, parse_name, seconds_for
from tests.bench.measure import Row, as_json, format_end, format_head, format_row, measure
from tests.bench.peers import HOW_TO_GET, PEERS, Peer, load_peer
from tests.core.judge import DAYS, JUDGE

QUICK = ("5x35", "6x54")
QUICK_S = 1.0
REAL_S = 10.0


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    data: Json
    seconds: float


def read_day(path: str | Path) -> Day:
    try:
        return Day(Path(path).stem, json.loads(Path(path).read_text(encoding="utf-8")), REAL_S)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{path}: {error}") from error


def find_days(options: argparse.Namespace) -> Iterator[Day]:
    real = {path.stem: path for path in sorted(DAYS.glob("*.json"))}
    if not real and not options.quick:
        print(f"The six real days are left out: there is no {os.path.relpath(DAYS)}.")
    for name in options.days or (QUICK if options.quick else (*day_names(), *real)):
        if name in real:
            yield read_day(real[name])
            continue
        technicians, visits, _ = parse_name(name)
        yield Day(name, generate_named(name, options.seed), seconds_for(technicians, visits))
    yield from options.problem


def find_peers(names: list[str]) -> dict[str, Peer]:
    found = {name: peer for name in names if (peer := load_peer(name)) is not None}
    for name in names:
        if name not in found:
            print(f"{name} is left out: {PEERS[name][1]} is not installed. To get it: {HOW_TO_GET}")
    return found


def warm_up(peers: dict[str, Peer], cores: int) -> None:
    """Outside of the measured time: imports, and code compiled or loaded, which a running planner has behind it."""
    tiny = read_vroom(generate_named("2x6", 1)).data
    for peer in peers.values():
        peer.plan(tiny, 0.1, 1, cores)


def main() -> int:
    options = read_options()
    cores = os.cpu_count() or 1
    try:
        days = list(find_days(options))
    except ValueError as error:
        sys.exit(str(error))
    peers = find_peers(options.only)
    if not JUDGE.exists():
        print(f"The judge from outside is left out: there is no {os.path.relpath(JUDGE)}.")
    print(
        f"Seed {options.seed}, {cores} cores; times in seconds, cost: seconds of travel and prices of what is left out"
    )
    print(format_head(list(peers)), flush=True)
    warm_up(peers, cores)
    rows: list[Row] = []
    for day in days:
        limit = options.seconds if options.seconds is not None else (QUICK_S if options.quick else day.seconds)
        try:
            rows.append(measure(day.name, day.data, limit, options.seed, cores, peers))
        except FormatError as error:
            sys.exit(f"{day.name}: {error}")
        print(format_row(rows[-1], list(peers)), flush=True)
    if options.json:
        written = {"seed": options.seed, "cores": cores, "days": [as_json(row) for row in rows]}
        options.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    print(*format_end(rows), sep="\n")
    broken = [row.day for row in rows if row.is_ours_broken]
    print(f"Broken by ours: {', '.join(broken)}" if broken else "No plan of ours breaks a rule.")
    return 1 if broken else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two small days, one second each")
    parser.add_argument("--days", type=lambda text: text.split(","), help="such as 10x70,25x200-lunch,milan-76")
    parser.add_argument("--only", type=_peers, default=list(PEERS), help=f"of {','.join(PEERS)}")
    parser.add_argument("--seconds", type=float, help="for each day and peer")
    parser.add_argument("--seed", type=int, default=1, help="of the generated days and of the searches")
    parser.add_argument(
        "--problem", type=read_day, action="append", default=[], metavar="FILE", help="one more day, in VROOM's JSON"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def _peers(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(f"there is no {name!r}: choose of {', '.join(PEERS)}")
    return [name for name in PEERS if name in names]


if __name__ == "__main__":
    sys.exit(main())
