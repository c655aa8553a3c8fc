"""The clock of the demo's made-up town: wherever it is first started, the working day there has just begun."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

HOME = "Europe/Madrid"
ZONES = (
    "Pacific/Pago_Pago",
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Tijuana",
    "America/Hermosillo",
    "America/Costa_Rica",
    "America/Bogota",
    "America/Santo_Domingo",
    "America/Montevideo",
    "Atlantic/Cape_Verde",
    HOME,
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Manila",
    "Asia/Tokyo",
)
ALIVE = range(7, 14)
BEST_HOUR = 10


def pick_demo_zone(now: datetime) -> str:
    """Madrid while it is morning there, else where it is nearest to ten in the morning of the same date as in UTC."""
    local = {name: now.astimezone(ZoneInfo(name)) for name in ZONES}
    if local[HOME].hour in ALIVE:
        return HOME
    same_day = [name for name in ZONES if local[name].date() == now.date()]
    return min(same_day, key=lambda name: abs(local[name].hour + local[name].minute / 60 - BEST_HOUR))


def read_demo_zone(data_dir: Path) -> str:
    """The zone kept in ``data_dir``, chosen at the first call; it stays for as long as the data."""
    path = data_dir / "demo-zone"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x") as file:
            file.write(pick_demo_zone(datetime.now(UTC)))
    except FileExistsError:
        pass
    return path.read_text()
