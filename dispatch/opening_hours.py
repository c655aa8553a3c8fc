"""Opening hours as people write them: ``09:00-14:00, 16:00-19:00``; a week as ``1-5 09:00-18:00; 6 10:00-13:00``."""

import re
from collections.abc import Iterable
from datetime import time
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

RANGE = re.compile(r"^(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})$")
DAYS = re.compile(r"^([1-7])(?:\s*[-–]\s*([1-7]))?\s+(.+)$")


class Opening(NamedTuple):
    """``weekday`` counts from Monday, 0."""

    weekday: int
    opens: time
    closes: time


class HoursError(ValueError):
    """The message is for the person who wrote the hours."""


def read_ranges(text: str) -> list[tuple[time, time]]:
    """The spans of one day, in order; nothing when the text is empty."""
    spans = sorted(_read_range(part.strip()) for part in text.split(",") if part.strip())
    for (_opens, closes), (opens, _closes) in pairwise(spans):
        if opens < closes:
            raise HoursError(_("Two spans overlap: %(text)s.") % {"text": text})
    return spans


def _read_range(text: str) -> tuple[time, time]:
    match = RANGE.match(text)
    try:
        opens, closes = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))  # type: ignore[index]
    except (TypeError, ValueError) as error:
        raise HoursError(_("Write times such as 09:00-14:00, 16:00-19:00; not “%(text)s”.") % {"text": text}) from error
    if closes <= opens:
        raise HoursError(_("It must close after it opens: %(text)s.") % {"text": text})
    return opens, closes


def read_week(text: str) -> list[Opening]:
    """``1-5 09:00-18:00; 6 10:00-13:00``. Days that are not named are closed; an empty text means always open."""
    openings: list[Opening] = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        match = DAYS.match(part)
        if not match or int(match[2] or match[1]) < int(match[1]):
            raise HoursError(
                _("Write weekday numbers before the times, such as 1-5 09:00-18:00; not “%(text)s”.") % {"text": part}
            )
        days = range(int(match[1]) - 1, int(match[2] or match[1]))
        openings += [Opening(day, *span) for span in read_ranges(match[3]) for day in days]
    check_openings(openings)
    return sorted(openings)


def check_openings(openings: Iterable[Opening]) -> None:
    ordered = sorted(openings)
    for before, after in pairwise(ordered):
        if before.weekday == after.weekday and after.opens < before.closes:
            raise HoursError(_("Two spans of the same day overlap."))
