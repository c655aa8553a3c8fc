"""Several workers at one outbox: each message leaves once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from dispatch.enums import NoticeChannel, NoticeStatus
from dispatch.models import Notice
from dispatch.services.delivery import send_due

WORKERS = 4
NOTICES = 24


def send_and_hang_up(now: datetime, _worker: int) -> int:
    try:
        return send_due(now=now, limit=NOTICES)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_rival_workers_send_each_message_once() -> None:
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(
            event=f"test:{number}",
            channel=NoticeChannel.EMAIL,
            recipient=f"c{number}@example.org",
            subject=f"No. {number}",
            text="Hello",
            created_at=now,
            due_at=now,
        )
        for number in range(NOTICES)
    )

    with ThreadPoolExecutor(WORKERS) as workers:
        sent = list(workers.map(partial(send_and_hang_up, now), range(WORKERS)))

    assert sum(sent) == NOTICES
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        f"c{number}@example.org" for number in range(NOTICES)
    )
    assert set(Notice.objects.values_list("status", "attempts")) == {(NoticeStatus.SENT, 1)}
