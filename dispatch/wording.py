"""Days, times and sums in the words of the active language, in a visit's own time zone."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from babel.numbers import format_currency
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _


def active_locale() -> str:
    return (get_language() or "en").split("-")[0]


def write_day(instant: datetime, zone: str, *, with_year: bool = False) -> str:
    """``Thursday 26 November``, ``jueves 26 de noviembre``; with the year where it is kept for long."""
    form = pgettext("format of a date", "l j F Y") if with_year else pgettext("format of a date", "l j F")
    text = date_format(instant.astimezone(ZoneInfo(zone)), form)
    # Django's Spanish names of days are capitals, which Spanish writes only where a sentence begins.
    return text[0].lower() + text[1:] if active_locale() == "es" else text


def write_clock(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%H:%M}"


def write_span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """``between 10:00 and 12:00``; a promise that runs past midnight names the second day."""
    start, end = write_clock(starts_at, zone), write_clock(ends_at, zone)
    if starts_at.astimezone(ZoneInfo(zone)).date() != ends_at.astimezone(ZoneInfo(zone)).date():
        end = f"{end} ({write_day(ends_at, zone)})"
    return _("between %(start)s and %(end)s") % {"start": start, "end": end}


def write_zone(zone: str) -> str:
    """``Madrid time``."""
    return _("%(city)s time") % {"city": get_timezone_location(zone, locale=active_locale(), return_city=True)}


def write_sum(amount: Decimal, currency: str) -> str:
    return format_currency(amount, currency, locale=active_locale())


def first_name(name: str) -> str:
    return name.split(" ", 1)[0]
