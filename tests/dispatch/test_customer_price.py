"""The price of a visit, shown before the choice and accepted with the confirmation."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from scheduling.enums import AppointmentStatus
from scheduling.signals import appointment_confirmed
from tests.dispatch.customers import (
    appointment_of,
    make_team,
    make_visit,
    open_link,
    read_page,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_a_price_is_shown_before_the_choice_and_accepted_with_the_confirmation(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now, price="89.50")
    open_link(client, visit, now)
    offer = visit.appointment.offers.order_by("starts_at")[0]
    assert "€89.50" in read_page(client)
    client.post("/v/choose/", {"offer": offer.pk})

    refused = client.post("/v/confirm/", {"offer": offer.pk})
    assert refused.status_code == 422
    assert "Please tick that you agree to the price" in refused.content.decode()
    assert appointment_of(visit)[0] == AppointmentStatus.HELD

    client.post("/v/confirm/", {"offer": offer.pk, "accepts_price": "yes"})
    visit.refresh_from_db()
    assert appointment_of(visit)[0] == AppointmentStatus.CONFIRMED
    assert visit.price_accepted_at is not None
    assert visit.events.filter(kind="price_accepted").count() == 1


def test_a_lost_hold_takes_the_accepted_price_with_it(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now, price="89.50")
    open_link(client, visit, now)
    offer = visit.appointment.offers.order_by("starts_at")[0]

    assert client.post("/v/confirm/", {"offer": offer.pk, "accepts_price": "yes"}).status_code == 409
    visit.refresh_from_db()
    assert visit.price_accepted_at is None


def test_a_price_is_accepted_with_the_confirmation_or_not_at_all(client: Client, now: datetime) -> None:
    """What confirms breaks down at its last step; the next try succeeds."""
    make_team(now)
    visit = make_visit(now, price="89.50")
    open_link(client, visit, now)
    offer = visit.appointment.offers.order_by("starts_at")[0]
    client.post("/v/choose/", {"offer": offer.pk})

    def break_down(**_: Any) -> None:
        raise ConnectionError

    appointment_confirmed.connect(break_down)
    try:
        with pytest.raises(ConnectionError):
            client.post("/v/confirm/", {"offer": offer.pk, "accepts_price": "yes"})
    finally:
        appointment_confirmed.disconnect(break_down)
    visit.refresh_from_db()
    assert (appointment_of(visit)[0], visit.price_accepted_at) == (AppointmentStatus.HELD, None)

    client.post("/v/confirm/", {"offer": offer.pk, "accepts_price": "yes"})
    visit.refresh_from_db()
    assert visit.price_accepted_at is not None
    assert visit.events.filter(kind="price_accepted").count() == 1
