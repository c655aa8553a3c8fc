"""How a notice leaves: once, when it is due, and ever later past a dead server."""

import smtplib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from dispatch.enums import NoticeChannel, NoticeStatus
from dispatch.models import CustomerLink, Notice, Visit
from dispatch.services.delivery import LEASE, MOST_ATTEMPTS, PAUSES, send_due
from dispatch.services.notices import change_notice_status, queue_notice
from dispatch.tasks import send_due_notices
from tests.dispatch.customers import (
    make_team,
    make_visit,
)

pytestmark = pytest.mark.django_db


class DeadServer(EmailBackend):
    """A mail server that hangs up. Django's own backend is replaced by a setting, as an installation would."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def visit(now: datetime) -> Visit:
    make_team(now)
    return make_visit(now)


def queue(now: datetime, **options: Any) -> Notice:
    values: dict[str, Any] = {
        "event": "test:1",
        "channel": NoticeChannel.EMAIL,
        "recipient": "eva@example.org",
        "language": "en",
        "template": "report_ready",
        "context": {"name": "Eva", "thing": "Norda R200"},
        "case": None,
        "visit": None,
        "now": now,
    }
    return queue_notice(**(values | options))


def test_a_notice_is_written_once_for_event_recipient_and_channel(now: datetime) -> None:
    first = queue(now)

    assert queue(now).pk == first.pk
    assert queue(now, recipient="other@example.org").pk != first.pk
    assert queue(now, event="test:2").pk != first.pk


def test_what_is_not_due_waits(now: datetime) -> None:
    queue(now, due_at=now + timedelta(minutes=5))

    assert send_due(now=now) == 0
    assert send_due(now=now + timedelta(minutes=5)) == 1


def test_a_notice_goes_no_way_that_the_table_does_not_know(now: datetime) -> None:
    notice = queue(now)
    send_due(now=now)

    with pytest.raises(ValueError, match="does not go from sent to due"):
        change_notice_status(notices=Notice.objects.all(), before=NoticeStatus.SENT, to=NoticeStatus.DUE)
    assert change_notice_status(notices=Notice.objects.all(), before=NoticeStatus.DUE, to=NoticeStatus.SENDING) == 0
    notice.refresh_from_db()
    assert notice.status == NoticeStatus.SENT


def test_sending_twice_sends_once(now: datetime) -> None:
    queue(now)

    assert [send_due(now=now), send_due(now=now)] == [1, 0]
    send_due_notices()
    assert len(mail.outbox) == 1


def test_one_that_is_being_sent_is_left_to_its_worker(now: datetime) -> None:
    notice = queue(now)
    Notice.objects.filter(pk=notice.pk).update(status=NoticeStatus.SENDING, attempts=1, lease_until=now + LEASE)

    assert send_due(now=now) == 0

    assert send_due(now=now + LEASE + timedelta(seconds=1)) == 1
    notice.refresh_from_db()
    assert (notice.status, notice.attempts) == (NoticeStatus.SENT, 2)


def test_a_worker_that_dies_each_time_ends_in_failed(now: datetime) -> None:
    notice = queue(now)
    Notice.objects.filter(pk=notice.pk).update(status=NoticeStatus.SENDING, attempts=MOST_ATTEMPTS, lease_until=now)

    assert send_due(now=now + timedelta(seconds=1)) == 0

    notice.refresh_from_db()
    assert notice.status == NoticeStatus.FAILED


@pytest.fixture
def dead_server(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"


@pytest.mark.usefixtures("dead_server")
def test_a_dead_server_is_tried_again_ever_later_and_then_given_up(visit: Visit, now: datetime) -> None:
    moment, waits = now, []
    for _ in range(MOST_ATTEMPTS):
        assert send_due(now=moment) == 0
        notice = Notice.objects.get()
        waits.append(notice.due_at - moment)
        moment = max(moment, notice.due_at)

    assert tuple(waits[:-1]) == PAUSES
    assert (notice.status, notice.attempts) == (NoticeStatus.FAILED, MOST_ATTEMPTS)
    assert notice.error == "SMTPServerDisconnected: Connection unexpectedly closed"
    assert CustomerLink.objects.count() == 0


@pytest.mark.parametrize(
    ("channel", "recipient", "error"),
    [
        (NoticeChannel.WEBHOOK, "http://desk.example.org:99999/", "ValueError: Port out of range 0-65535"),
        (NoticeChannel.WEBHOOK, f"http://{'x' * 64}.example.org/", "UnicodeEncodeError: 'idna' codec can't encode"),
        (NoticeChannel.WEBHOOK, "http://[desk/", "ValueError: Invalid IPv6 URL"),
        (NoticeChannel.EMAIL, "eva@example.org\nBcc: all@example.org", "BadHeaderError: Header values can't contain"),
    ],
)
def test_an_address_nobody_understands_fails_alone_and_for_good(
    now: datetime, channel: NoticeChannel, recipient: str, error: str
) -> None:
    bad = queue(now, channel=channel, recipient=recipient)
    good = queue(now, event="test:2")

    assert send_due(now=now) == 1

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.status, bad.attempts, good.status) == (NoticeStatus.FAILED, 1, NoticeStatus.SENT)
    assert bad.error.startswith(error)


def test_mail_files_of_the_demo_hold_the_link(visit: Visit, now: datetime, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path

    assert send_due(now=now) == 1
    assert "/v/" in next(tmp_path.iterdir()).read_text()
