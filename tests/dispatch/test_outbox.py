import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from dispatch.models import Notice
from tests.dispatch.cast import make_user

pytestmark = pytest.mark.django_db
LINK = "http://localhost:8000/v/a-token/"


def make_notices(count: int = 1, **fields: str) -> None:
    now = timezone.now()
    values = {"subject": "Choose a time", "text": f"Here:\n{LINK}", "status": "sent", "channel": "email"} | fields
    for number in range(count):
        Notice.objects.create(
            event=f"e{number}", recipient=f"c{number}@example.com", created_at=now, due_at=now, **values
        )


@pytest.fixture
def dispatcher(client: Client) -> Client:
    client.force_login(make_user("dispatcher"))
    return client


def test_links_are_followed_in_the_demo_alone(dispatcher: Client, settings: Settings) -> None:
    make_notices()
    assert f'href="{LINK}"' not in dispatcher.get("/outbox/").content.decode()
    settings.DEMO = True
    assert f'href="{LINK}"' in dispatcher.get("/outbox/").content.decode()


def test_states_and_search(dispatcher: Client) -> None:
    make_notices(3)
    Notice.objects.filter(event="e1").update(status="failed", error="Refused")
    page = dispatcher.get("/outbox/")
    assert [(code, count) for code, _label, count in page.context["tabs"]] == [("sent", 2), ("failed", 1)]
    assert [notice.event for notice in dispatcher.get("/outbox/?status=failed").context["page"]] == ["e1"]
    assert [notice.event for notice in dispatcher.get("/outbox/?q=C2@").context["page"]] == ["e2"]


@pytest.mark.parametrize("rows", [1, 25])
def test_as_many_queries_for_one_as_for_many(
    dispatcher: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_notices(rows)
    dispatcher.get("/outbox/")
    with django_assert_num_queries(6):
        dispatcher.get("/outbox/")


def test_bodies_are_text_never_markup(dispatcher: Client, settings: Settings) -> None:
    settings.DEMO = True
    make_notices(text="<script>alert(1)</script>")
    assert "<script>alert" not in dispatcher.get("/outbox/").content.decode()


def test_outsiders_read_no_message(client: Client) -> None:
    make_notices()
    assert client.get("/outbox/").status_code == 302
    for role in ("agent", "technician"):
        client.force_login(make_user(role))
        assert client.get("/outbox/").status_code == 403
