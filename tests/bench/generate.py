"""Seeded days that look like work: technicians who live all over a town 30 km across, visits of 30 to 90 minutes."""

import random
import re
from typing import Any

Json = dict[str, Any]

TOWN_KM = 30.0
CENTRE = (-2.13, 40.07)
KM_PER_DEGREE = 111.2
DEGREE_SHRINKS_TO = 0.765
DAY = (8 * 3600, 18 * 3600)
NOON = 13 * 3600
SKILLS = range(1, 7)
PRICE_S = 4 * 3600

# Seconds that each size is planned for; 10x90 and 25x225 hold more visits than fit.
SIZES = {(10, 70): 5.0, (10, 90): 5.0, (25, 175): 20.0, (25, 200): 20.0, (25, 225): 20.0, (50, 400): 30.0}
WITH_LUNCH = ((10, 70), (10, 90), (25, 200))
_NAME = re.compile(r"(\d{1,3})x(\d{1,4})(-lunch)?")


def day_names() -> list[str]:
    return [f"{a}x{b}" for a, b in SIZES] + [f"{a}x{b}-lunch" for a, b in WITH_LUNCH]


def seconds_for(technicians: int, visits: int) -> float:
    """Of the smallest size of the table that is no smaller."""
    fitting = [limit for (a, b), limit in SIZES.items() if a >= technicians and b >= visits]
    return min(fitting, default=max(SIZES.values()))


def generate_named(name: str, seed: int) -> Json:
    """Such as 10x70 or 25x200-lunch. Raises ValueError for any other name."""
    technicians, visits, lunch = parse_name(name)
    return generate_day(technicians, visits, seed, lunch=lunch)


def parse_name(name: str) -> tuple[int, int, bool]:
    found = _NAME.fullmatch(name)
    if found is None or not int(found[1]):
        raise ValueError(f"{name!r} is no day: give technicians x visits, such as 10x70 or 25x200-lunch")
    return int(found[1]), int(found[2]), bool(found[3])


def generate_day(technicians: int, visits: int, seed: int, *, lunch: bool = False) -> Json:
    """A problem in VROOM's JSON with coordinates, and with prices of 4 h x priority."""
    chance = random.Random(f"{technicians}x{visits}/{seed}")
    vehicles = [_technician(chance, ident, lunch=lunch) for ident in range(1, technicians + 1)]
    jobs = [_visit(chance, ident) for ident in range(1, visits + 1)]
    return {"jobs": jobs, "vehicles": vehicles}


def _point(chance: random.Random) -> list[float]:
    east, north = (chance.uniform(-TOWN_KM / 2, TOWN_KM / 2) for _ in range(2))
    return [
        round(CENTRE[0] + east / KM_PER_DEGREE / DEGREE_SHRINKS_TO, 5),
        round(CENTRE[1] + north / KM_PER_DEGREE, 5),
    ]


def _technician(chance: random.Random, ident: int, *, lunch: bool) -> Json:
    home = _point(chance)
    skills = sorted(chance.sample(SKILLS, chance.randint(2, 4)))
    vehicle: Json = {"id": ident, "start": home, "end": home, "skills": skills, "time_window": list(DAY)}
    if lunch:
        vehicle["breaks"] = [{"id": 1, "service": 1_800, "time_windows": [[12 * 3600, 14 * 3600]]}]
    return vehicle


def _visit(chance: random.Random, ident: int) -> Json:
    priority = chance.choice((1, 1, 1, 2, 2, 4))
    return {
        "id": ident,
        "location": _point(chance),
        "service": 60 * chance.randrange(30, 91, 5),
        "skills": [chance.choice(SKILLS)],
        "priority": priority,
        "unserved_cost": priority * PRICE_S,
        "time_windows": [_window(chance)],
    }


def _window(chance: random.Random) -> list[int]:
    """All day, half of it, or two hours."""
    kind = chance.choice(("day", "half", "hours"))
    if kind == "day":
        return list(DAY)
    if kind == "half":
        return [DAY[0], NOON] if chance.random() < 0.5 else [NOON, DAY[1]]
    start = chance.randrange(DAY[0], DAY[1] - 7_200 + 1, 1_800)
    return [start, start + 7_200]
