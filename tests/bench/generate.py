"""Seeded days that look like work: technicians who live all over a town 30 km across, visits of 30 to 90 minutes."""

import random
from typing import Any

Json = dict[str, Any]

TOWN_KM = 30.0
CENTRE = (-2.13, 40.07)
KM_PER_DEGREE = 111.2
DAY = (8 * 3600, 17 * 3600)
SKILLS = range(1, 7)
VISITS_A_TECHNICIAN = 7
PRICE_S = 3_600


def generate_day(technicians: int, seed: int, *, lunch: bool = True) -> Json:
    """A problem in VROOM's JSON with coordinates and prices, and slightly more visits than fit."""
    chance = random.Random(seed)
    vehicles = [_technician(chance, ident, lunch=lunch) for ident in range(1, technicians + 1)]
    jobs = [_visit(chance, ident) for ident in range(1, technicians * VISITS_A_TECHNICIAN + 1)]
    return {"jobs": jobs, "vehicles": vehicles}


def _point(chance: random.Random) -> list[float]:
    east, north = (chance.triangular(-TOWN_KM / 2, TOWN_KM / 2) for _ in range(2))
    return [round(CENTRE[0] + east / KM_PER_DEGREE / 0.765, 5), round(CENTRE[1] + north / KM_PER_DEGREE, 5)]


def _technician(chance: random.Random, ident: int, *, lunch: bool) -> Json:
    home = _point(chance)
    vehicle: Json = {
        "id": ident,
        "start": home,
        "end": home,
        "skills": sorted(chance.sample(SKILLS, chance.randint(2, 4))),
        "time_window": list(DAY),
    }
    if lunch:
        vehicle["breaks"] = [{"id": 1, "service": 1_800, "time_windows": [[12 * 3600, 14 * 3600]]}]
    return vehicle


def _visit(chance: random.Random, ident: int) -> Json:
    priority = chance.choice((1, 1, 1, 2, 2, 4))
    return {
        "id": ident,
        "location": _point(chance),
        "service": 60 * chance.randrange(30, 91, 5),
        "setup": 300,
        "skills": [chance.choice(SKILLS)],
        "priority": priority,
        "unserved_cost": priority * PRICE_S,
        "time_windows": [_window(chance)],
    }


def _window(chance: random.Random) -> list[int]:
    """All day, half of it, or two hours."""
    noon = 13 * 3600
    kind = chance.random()
    if kind < 0.3:
        return list(DAY)
    if kind < 0.65:
        return [DAY[0], noon] if chance.random() < 0.5 else [noon, DAY[1]]
    start = chance.randrange(DAY[0], DAY[1] - 7_200, 1_800)
    return [start, start + 7_200]
