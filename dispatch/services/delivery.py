"""Sends what is due in the outbox. The row is the queue: a worker claims it by a conditional UPDATE.

A row is never lost, and sent once: only a worker that dies between the answer of the mail server and its own next
statement leaves a row to be sent again, under the same Message-ID.
"""

import json
import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from dispatch.enums import NoticeChannel, NoticeStatus
from dispatch.log_filters import redact
from dispatch.models import CustomerLink, Notice
from dispatch.services.calendar_file import build_calendar
from dispatch.services.links import create_link
from dispatch.services.notices import LINK, change_notice_status
from dispatch.services.webhooks import WebhookError, post_json

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
MOST_ATTEMPTS = len(PAUSES) + 1
WITH_CALENDAR = {
    "appointment_confirmed": "PUBLISH",
    "appointment_moved": "PUBLISH",
    "appointment_cancelled": "CANCEL",
    "promise_withdrawn": "CANCEL",
}


def send_due(*, now: datetime, limit: int = 20) -> int:
    """Sends up to ``limit`` notices and returns how many left."""
    take_back_expired(now=now)
    due = Notice.objects.filter(status=NoticeStatus.DUE, due_at__lte=now).order_by("due_at", "pk")
    return sum(send_one(notice_id=pk, now=now) for pk in list(due.values_list("pk", flat=True)[:limit]))


def take_back_expired(*, now: datetime) -> None:
    """Their worker died. Whether they left is not known; the attempt counts."""
    expired = Notice.objects.filter(lease_until__lt=now)
    change_notice_status(
        notices=expired.filter(attempts__gte=MOST_ATTEMPTS),
        before=NoticeStatus.SENDING,
        to=NoticeStatus.FAILED,
        error="The worker stopped.",
    )
    change_notice_status(
        notices=expired.filter(attempts__lt=MOST_ATTEMPTS),
        before=NoticeStatus.SENDING,
        to=NoticeStatus.DUE,
        due_at=now,
        lease_until=None,
    )


def send_one(*, notice_id: int, now: datetime) -> bool:
    claimed = change_notice_status(
        notices=Notice.objects.filter(pk=notice_id, due_at__lte=now),
        before=NoticeStatus.DUE,
        to=NoticeStatus.SENDING,
        attempts=F("attempts") + 1,
        lease_until=now + LEASE,
    )
    if not claimed:
        return False
    notice = Notice.objects.select_related("visit__appointment__place", "visit__case__customer").get(pk=notice_id)
    link: CustomerLink | None = None
    if notice.visit and notice.channel == NoticeChannel.EMAIL and LINK in notice.text:
        link, address = create_link(visit=notice.visit, now=now)
        notice.text = notice.text.replace(LINK, address)
    try:
        hand_over(notice, now)
    except (SMTPException, WebhookError, OSError, ValueError) as error:
        if link:
            link.delete()
        settle_failure(notice, error, now)
        return False
    settle_success(notice, now)
    return True


def hand_over(notice: Notice, now: datetime) -> None:
    if notice.channel == NoticeChannel.WEBHOOK:
        post_json(notice.recipient, json.loads(notice.text))
        return
    with translation.override(notice.language):
        build_mail(notice, now).send()


def build_mail(notice: Notice, now: datetime) -> EmailMultiAlternatives:
    host = urlsplit(settings.SITE_URL).hostname
    mail = EmailMultiAlternatives(
        subject=notice.subject,
        body=notice.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[notice.recipient],
        headers={"Message-ID": f"<notice-{notice.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_letter(notice), "text/html")
    method = WITH_CALENDAR.get(notice.event.split(":", 1)[0])
    calendar = build_calendar(visit=notice.visit, method=method, now=now) if notice.visit and method else None
    if calendar is not None:
        mail.attach("visit.ics", calendar.decode(), f"text/calendar; method={method}")
    return mail


def render_letter(notice: Notice) -> str:
    """The same words as the text; a line with an address under it becomes a button."""
    paragraphs = []
    for paragraph in notice.text.strip().split("\n\n"):
        label, _, last = paragraph.rpartition("\n")
        is_act = bool(label) and last.startswith(settings.SITE_URL)
        paragraphs.append({"text": label.rstrip(":"), "address": last} if is_act else {"text": paragraph})
    context = {
        "language": notice.language,
        "subject": notice.subject,
        "company": settings.COMPANY_NAME,
        "phone": settings.COMPANY_PHONE,
        "paragraphs": paragraphs,
    }
    return render_to_string("dispatch/notices/letter.html", context)


def settle_success(notice: Notice, now: datetime) -> None:
    """In the demo the text keeps its link: there the outbox is the customer's mailbox."""
    kept = {"text": notice.text} if settings.DEMO else {}
    settle(notice, NoticeStatus.SENT, sent_at=now, error="", **kept)


def settle_failure(notice: Notice, error: Exception, now: datetime) -> None:
    text = redact(f"{type(error).__name__}: {error}")[:500]
    logger.warning("notice %d not sent (attempt %d): %s", notice.pk, notice.attempts, text)
    if notice.attempts >= MOST_ATTEMPTS or is_hopeless(error):
        settle(notice, NoticeStatus.FAILED, error=text)
    else:
        settle(notice, NoticeStatus.DUE, error=text, due_at=now + PAUSES[notice.attempts - 1])


def settle(notice: Notice, to: NoticeStatus, **values: object) -> None:
    """Unless another worker has taken it back meanwhile."""
    mine = Notice.objects.filter(pk=notice.pk, attempts=notice.attempts)
    change_notice_status(notices=mine, before=NoticeStatus.SENDING, to=to, lease_until=None, **values)


def is_hopeless(error: Exception) -> bool:
    """An address that no machine understands stays so; a certificate, though its error is a ``ValueError``, may be
    renewed."""
    if isinstance(error, WebhookError):
        return error.final
    return isinstance(error, ValueError) and not isinstance(error, OSError)
