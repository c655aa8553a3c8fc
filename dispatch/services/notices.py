"""The outbox is written here, in the transaction of what it tells. ``services/delivery.py`` sends it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from dispatch.enums import NOTICE_TRANSITIONS, NoticeChannel, NoticeStatus
from dispatch.models import Case, Contact, Notice, Visit
from dispatch.selectors.recipients import find_recipient, is_paid, name_device
from dispatch.wording import write_day, write_span, write_sum, write_zone

LINK = "[[link]]"
"""Stands in a text for the address that is made when the message leaves: no token lies in the outbox."""

ABOUT_THE_TIME = (
    "visit_opened",
    "appointment_confirmed",
    "appointment_moved",
    "appointment_cancelled",
    "promise_withdrawn",
    "technician_named",
)


def queue_notice(
    *,
    event: str,
    channel: NoticeChannel,
    recipient: str,
    language: str,
    template: str,
    context: Mapping[str, Any],
    case: Case | None,
    visit: Visit | None,
    now: datetime,
    due_at: datetime | None = None,
) -> Notice:
    """Writes the message once for (event, recipient, channel), however often it is asked for.

    A machine gets ``context`` as JSON. A person gets ``template``, in ``language``: the first paragraph is the subject.
    """
    subject, text = "", json.dumps(context, cls=DjangoJSONEncoder)
    if channel == NoticeChannel.EMAIL:
        with translation.override(language):
            subject, text = render_message(template, context)
    notice, _ = Notice.objects.get_or_create(
        event=event,
        recipient=recipient,
        channel=channel,
        defaults={
            "language": language,
            "subject": subject[:200],
            "text": text,
            "status": NoticeStatus.DUE,
            "case": case,
            "visit": visit,
            "created_at": now,
            "due_at": due_at or now,
        },
    )
    return notice


def render_message(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text; paragraphs stand apart by one empty line."""
    rendered = render_to_string(f"dispatch/notices/{template}.txt", {"link": LINK, **context})
    paragraphs = [part.strip() for part in rendered.split("\n\n") if part.strip()]
    return " ".join(paragraphs[0].split()), "\n\n".join(paragraphs[1:]) + "\n"


def tell_customer(
    *,
    template: str,
    visit: Visit,
    occasion: str,
    now: datetime,
    window: tuple[datetime, datetime] | None = None,
    **extra: Any,
) -> Notice | None:
    """Queues an e-mail about ``visit``, once an ``occasion``. ``None``: nobody of the customer has an address.

    News about the time of the visit replaces older news that has not left yet.
    """
    recipient = find_recipient(visit)
    if recipient is None:
        return None
    event = f"{template}:{visit.pk}:{occasion}"
    if template in ABOUT_THE_TIME:
        drop_older_news(visit=visit, event=event)
    with translation.override(recipient.language):
        context = describe_visit(visit, recipient, window) | extra
    return queue_notice(
        event=event,
        channel=NoticeChannel.EMAIL,
        recipient=recipient.email,
        language=recipient.language,
        template=template,
        context=context,
        case=visit.case,
        visit=visit,
        now=now,
    )


def describe_visit(visit: Visit, recipient: Contact, window: tuple[datetime, datetime] | None) -> dict[str, str]:
    """What the templates may say, in the active language. ``day`` is empty while no time is promised."""
    appointment = visit.appointment
    if window is None and appointment.window_starts_at and appointment.window_ends_at:
        window = (appointment.window_starts_at, appointment.window_ends_at)
    zone = appointment.zone
    return {
        "name": recipient.name,
        "company": settings.COMPANY_NAME,
        "phone": settings.COMPANY_PHONE,
        "thing": name_device(visit),
        "address": appointment.place.label,
        "zone": write_zone(zone),
        "price": write_sum(visit.price, visit.currency) if is_paid(visit) else "",
        "day": write_day(window[0], zone) if window else "",
        "span": write_span(*window, zone) if window else "",
    }


def tell_source(*, visit: Visit, event: str, occasion: str, now: datetime, **facts: Any) -> Notice | None:
    """Writes back to the help desk that the case came from, if it wants to hear of it."""
    source = visit.case.source
    if source is None or not source.notify_url or not source.active:
        return None
    return queue_notice(
        event=f"{event}:{visit.pk}:{occasion}",
        channel=NoticeChannel.WEBHOOK,
        recipient=source.notify_url,
        language="en",
        template="",
        context={
            "id": f"{event}:{visit.pk}:{occasion}",
            "event": event,
            "at": now,
            "case": {"id": visit.case_id, "external_id": visit.case.external_id},
            "visit": {"id": visit.pk, "status": visit.status},
            **facts,
        },
        case=visit.case,
        visit=visit,
        now=now,
    )


def drop_older_news(*, visit: Visit, event: str) -> int:
    """A new time replaces everything said about the time; who comes replaces only who was to come before."""
    template = event.split(":", 1)[0]
    replaced = (template,) if template == "technician_named" else ABOUT_THE_TIME
    older = Notice.objects.filter(visit=visit, channel=NoticeChannel.EMAIL, status=NoticeStatus.DUE)
    stale = [pk for pk, said in older.exclude(event=event).values_list("pk", "event") if said.split(":")[0] in replaced]
    if not stale:
        return 0
    return change_notice_status(
        notices=Notice.objects.filter(pk__in=stale), before=NoticeStatus.DUE, to=NoticeStatus.DROPPED
    )


def change_notice_status(*, notices: QuerySet[Notice], before: NoticeStatus, to: NoticeStatus, **values: object) -> int:
    """Compare-and-swap: of ``notices``, those that are still as they were ``before`` change. Returns how many."""
    if to not in NOTICE_TRANSITIONS[before]:
        raise ValueError(f"A notice does not go from {before} to {to}.")
    return notices.filter(status=before).update(status=to, **values)
