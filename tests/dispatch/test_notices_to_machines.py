"""Posting to an address that someone typed in: only to public machines, only once, and never further."""

import json
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.utils import timezone

from dispatch.enums import NoticeChannel, NoticeStatus
from dispatch.models import Notice
from dispatch.services.delivery import send_due
from dispatch.services.notices import queue_notice
from dispatch.services.webhooks import WebhookError, is_public, post_json


class Desk(HTTPServer):
    """A help desk on this machine that answers as it is told and remembers what it heard."""

    status = 204

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.heard: list[tuple[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?k=1"


class Answer(BaseHTTPRequestHandler):
    server: Desk

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def desk() -> Iterator[Desk]:
    server = Desk()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def _allowed(settings: Any) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = True


def queue(desk: Desk, now: datetime) -> Notice:
    return queue_notice(
        event="visit_opened:1:x",
        channel=NoticeChannel.WEBHOOK,
        recipient=desk.url,
        language="en",
        template="",
        context={"event": "visit_opened", "at": now},
        case=None,
        visit=None,
        now=now,
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("_allowed")
def test_a_machine_gets_json_once(desk: Desk) -> None:
    now = timezone.now()
    queue(desk, now)

    assert [send_due(now=now), send_due(now=now)] == [1, 0]
    assert [(path, body["event"]) for path, body in desk.heard] == [("/hook?k=1", "visit_opened")]


@pytest.mark.django_db
@pytest.mark.usefixtures("_allowed")
@pytest.mark.parametrize(("status", "ends"), [(302, "due"), (500, "due"), (410, "failed")])
def test_every_other_answer_is_a_failure(desk: Desk, status: int, ends: str) -> None:
    now = timezone.now()
    desk.status = status
    notice = queue(desk, now)

    assert send_due(now=now) == 0

    notice.refresh_from_db()
    assert (notice.status, notice.error) == (ends, f"WebhookError: 127.0.0.1 answered {status}")
    assert len(desk.heard) == 1


@pytest.mark.django_db
def test_a_machine_inside_is_not_asked(desk: Desk) -> None:
    now = timezone.now()
    notice = queue(desk, now)

    assert send_due(now=now) == 0

    notice.refresh_from_db()
    assert notice.status == NoticeStatus.FAILED
    assert desk.heard == []


@pytest.mark.parametrize("url", ["ftp://example.org/x", "http://user:secret@example.org/", "file:///etc/passwd", "x"])
def test_other_kinds_of_address_are_refused(url: str) -> None:
    with pytest.raises(WebhookError) as refusal:
        post_json(url, {})
    assert refusal.value.final


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
    ],
)
def test_which_machines_are_public(address: str, public: bool) -> None:
    assert is_public(address) == public
