"""What the parts of a problem are made of: whole seconds, windows, and the error that names a field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Seconds = int

FOREVER: Seconds = 10**9


class ProblemError(ValueError):
    """A value of the problem is not possible. ``field`` is its path, such as ``jobs[3].windows``."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def require_whole(name: str, value: object, least: int | None = 0, most: int = FOREVER) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProblemError(name, f"must be a whole number, not {value!r}")
    if least is not None and value < least:
        raise ProblemError(name, f"must be at least {least}, not {value}")
    if abs(value) > most:
        raise ProblemError(name, f"must be within {most}, not {value}")


def require_wholes(names: Iterable[str], holder: object, least: int | None = 0) -> None:
    """For attributes of ``holder`` that may be None."""
    for name in names:
        value = getattr(holder, name)
        if value is not None:
            require_whole(name, value, least)


def require_amounts(name: str, values: Iterable[int]) -> None:
    for index, value in enumerate(values):
        require_whole(f"{name}[{index}]", value)


def require_levels(name: str, levels: Mapping[str, int], least: int | None = 0) -> None:
    for key, level in levels.items():
        require_whole(f"{name}[{key}]", level, least)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A closed span of seconds: ``start <= t <= end``."""

    start: Seconds
    end: Seconds

    def __post_init__(self) -> None:
        require_whole("window.start", self.start, None)
        require_whole("window.end", self.end, None)
        if self.start > self.end:
            raise ProblemError("window", f"starts at {self.start}, after its end {self.end}")

    def __contains__(self, moment: Seconds) -> bool:
        return self.start <= moment <= self.end


ALWAYS = (Window(-FOREVER, FOREVER),)
NEVER = (Window(-FOREVER, -FOREVER),)


def merged(windows: tuple[Window, ...], name: str = "windows") -> tuple[Window, ...]:
    """In order of time, overlapping ones made one, so that searches may rely on it."""
    if not windows:
        raise ProblemError(name, "must hold at least one window")
    found: list[Window] = []
    for window in sorted(windows):
        if found and window.start <= found[-1].end:
            found[-1] = Window(found[-1].start, max(found[-1].end, window.end))
        else:
            found.append(window)
    return tuple(found)


def common(first: tuple[Window, ...], second: tuple[Window, ...]) -> tuple[Window, ...]:
    """What lies in both; ``NEVER`` when nothing does. Both are merged."""
    found = [
        Window(max(a.start, b.start), min(a.end, b.end))
        for a in first
        for b in second
        if max(a.start, b.start) <= min(a.end, b.end)
    ]
    return tuple(found) or NEVER
