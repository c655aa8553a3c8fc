"""Reads values out of JSON, loud and exact: every error names the path of the value, such as ``jobs[3].skills[0]``."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from scheduling.core.problem import FOREVER, Window

# Beyond it whole seconds and metres make no sense, and sums of them would overflow.
LARGEST = 10**12


class FormatError(ValueError):
    """A value of the file is not possible or not supported. ``path`` is where it stands."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


class Fields:
    """One JSON object. What nobody may name is refused, never passed over."""

    def __init__(self, value: object, path: str, known: Iterable[str], hints: Mapping[str, str] | None = None) -> None:
        if not isinstance(value, dict):
            raise FormatError(path, f"must be an object, not {_named(value)}")
        self.values: dict[str, Any] = value
        self.path = path
        supported = sorted(known)
        for name, given in value.items():
            if name in supported or given == []:
                continue
            hint = (hints or {}).get(name, f"is not supported; leave it out (supported: {', '.join(supported)})")
            raise FormatError(self.at(name), hint)

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def whole(self, name: str, default: int | None = None, most: int = LARGEST) -> int:
        if name not in self:
            if default is None:
                raise FormatError(self.at(name), "is missing")
            return default
        return whole(self.values[name], self.at(name), most)

    def optional_whole(self, name: str, most: int = LARGEST) -> int | None:
        return whole(self.values[name], self.at(name), most) if name in self else None

    def text(self, name: str, default: str) -> str:
        value = self.values[name] if name in self else default
        if not isinstance(value, str):
            raise FormatError(self.at(name), f"must be text, not {_named(value)}")
        return value

    def factor(self, name: str) -> float:
        value = self.values[name] if name in self else 1.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise FormatError(self.at(name), f"must be a number, not {_named(value)}")
        if not 0.01 <= value <= 100:
            raise FormatError(self.at(name), f"must be between 0.01 and 100, not {value}")
        return float(value)

    def wholes(self, name: str, most: int = LARGEST) -> tuple[int, ...]:
        return tuple(whole(value, f"{self.at(name)}[{index}]", most) for index, value in enumerate(self.items(name)))

    def items(self, name: str) -> list[Any]:
        return a_list(self.values[name], self.at(name)) if name in self else []

    def span(self, name: str) -> tuple[int, int] | None:
        return span(self.values[name], self.at(name)) if name in self else None

    def spans(self, name: str) -> list[tuple[int, int]]:
        """Empty when the field is absent; an empty list is refused: it would leave no moment at all."""
        if name not in self:
            return []
        given = self.items(name)
        if not given:
            raise FormatError(self.at(name), "must hold at least one window, or be left out")
        return [span(value, f"{self.at(name)}[{index}]") for index, value in enumerate(given)]

    def coordinates(self, name: str) -> tuple[float, float] | None:
        """[longitude, latitude], as in GeoJSON."""
        if name not in self:
            return None
        path, given = self.at(name), a_list(self.values[name], self.at(name))
        if len(given) != 2:
            raise FormatError(path, f"must be [longitude, latitude], not {len(given)} values")
        for value, most in zip(given, (180, 90), strict=True):
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise FormatError(path, f"must be [longitude, latitude] in degrees, not {given}")
            if abs(value) > most:
                raise FormatError(path, f"must be [longitude, latitude] within 180 and 90 degrees, not {given}")
        return float(given[0]), float(given[1])


def whole(value: object, path: str, most: int = LARGEST) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FormatError(path, f"must be a whole number, not {_named(value)}")
    if not 0 <= value <= most:
        raise FormatError(path, f"must be between 0 and {most}, not {value}")
    return value


def a_list(value: object, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise FormatError(path, f"must be a list, not {_named(value)}")
    return value


def span(value: object, path: str) -> tuple[int, int]:
    given = a_list(value, path)
    if len(given) != 2:
        raise FormatError(path, f"must be [start, end], not {len(given)} values")
    start, end = (whole(each, f"{path}[{index}]") for index, each in enumerate(given))
    if start > end:
        raise FormatError(path, f"starts at {start}, after its end {end}")
    return start, end


def window(span: tuple[int, int], zero: int) -> Window:
    """In seconds from ``zero``; what lies further away than the core counts is as good as for ever."""
    start, end = (min(max(moment - zero, -FOREVER), FOREVER) for moment in span)
    return Window(start, end)


def _named(value: object) -> str:
    kinds = {bool: "a truth value", type(None): "null", str: "text", list: "a list", dict: "an object"}
    return kinds.get(type(value), repr(value))
