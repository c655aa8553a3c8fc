"""Values of findings as the phone shows them."""

import datetime

from django.template import Library
from django.utils.formats import date_format
from django.utils.translation import pgettext

from dispatch.models import Finding, Observation
from dispatch.models.names import pick_name
from dispatch.services.reports import write_normal, write_value

register = Library()


@register.filter
def long_day(date: datetime.date) -> str:
    """``Thursday 26 November``, ``jueves 26 de noviembre``."""
    return date_format(date, pgettext("format of a date", "l j F"))


@register.filter
def finding_value(finding: Finding) -> str:
    return write_value(finding)


@register.filter
def normal_range(observation: Observation) -> str:
    return write_normal(observation)


@register.filter
def plain_number(number: float) -> str:
    """As typed: without grouping, and whole numbers without a point."""
    return f"{number:g}" if abs(number) < 1e6 else f"{number:.0f}"


@register.filter
def choices(observation: Observation) -> list[dict[str, object]]:
    return [
        {"code": entry["code"], "name": pick_name(entry["en"], entry["es"]), "normal": entry["normal"]}
        for entry in observation.choices
    ]
