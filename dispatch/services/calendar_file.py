"""The promised arrival window as an iCalendar file (RFC 5545, methods of RFC 5546)."""

from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from dispatch.models import Visit
from dispatch.selectors.recipients import name_device


def build_calendar(*, visit: Visit, method: str, now: datetime) -> bytes | None:
    """``PUBLISH`` or ``CANCEL``, in the active language. ``None``: nothing has been promised.

    The event keeps its UID for the visit's life and its SEQUENCE rises, so a calendar moves it instead of adding one.
    """
    window = find_window(visit)
    if window is None:
        return None
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.COMPANY_NAME}//Visita//")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(build_event(visit, window, method, now))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def build_event(visit: Visit, window: tuple[datetime, datetime], method: str, now: datetime) -> Event:
    zone = ZoneInfo(visit.appointment.zone)
    host = urlsplit(settings.SITE_URL).hostname
    event = Event()
    event.add("uid", f"visit-{visit.pk}@{host}")
    event.add("sequence", visit.appointment.version)
    event.add("dtstamp", now)
    event.add("dtstart", window[0].astimezone(zone))
    event.add("dtend", window[1].astimezone(zone))
    event.add("summary", _("Visit of %(company)s: the technician arrives") % {"company": settings.COMPANY_NAME})
    event.add("location", visit.appointment.place.label)
    event.add("description", describe_event(visit))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}")
    organizer.params["CN"] = settings.COMPANY_NAME
    event["organizer"] = organizer
    return event


def describe_event(visit: Visit) -> str:
    lines = [
        _("The technician arrives within this time; the work itself may take longer."),
        _("About: %(thing)s") % {"thing": name_device(visit)},
    ]
    if settings.COMPANY_PHONE:
        lines.append(_("Questions: %(phone)s") % {"phone": settings.COMPANY_PHONE})
    return "\n".join(lines)


def find_window(visit: Visit) -> tuple[datetime, datetime] | None:
    """The promise that holds, else the last one that was told: a cancellation names what it cancels."""
    appointment = visit.appointment
    if appointment.window_starts_at and appointment.window_ends_at:
        return appointment.window_starts_at, appointment.window_ends_at
    last = appointment.promises.order_by("told_at", "pk").last()
    return (last.starts_at, last.ends_at) if last else None
