"""Days and times as customers read them, in the zone of their visit (the active one)."""

from datetime import datetime

from django import template
from django.utils import timezone

from dispatch.wording import write_clock, write_day, write_span, write_zone

register = template.Library()


@register.filter
def long_day(instant: datetime) -> str:
    return write_day(instant, timezone.get_current_timezone_name())


@register.filter
def time_of_day(instant: datetime) -> str:
    return write_clock(instant, timezone.get_current_timezone_name())


@register.simple_tag
def span(starts_at: datetime, ends_at: datetime) -> str:
    return write_span(starts_at, ends_at, timezone.get_current_timezone_name())


@register.filter
def unbroken(text: str) -> str:
    """A telephone number stays on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def zone_name(zone: str) -> str:
    return write_zone(zone)
