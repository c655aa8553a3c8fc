from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from dispatch.models import Finding
from mobile_api.models import Act
from scheduling.models import AppointmentEvent, Route
from tests.mobile_api.world import Phone, World

RIVALS = 8


@pytest.fixture
def world(transactional_db: None) -> World:
    return World(now=timezone.now() - timedelta(days=1))


def send_at_once(phones: list[Phone], batches: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    def send(phone: Phone, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        try:
            return phone.send(*batch)
        finally:
            connection.close()

    with ThreadPoolExecutor(RIVALS) as threads:
        return list(threads.map(send, phones, batches))


def test_a_batch_sent_many_times_at_once_takes_effect_once(world: World) -> None:
    phone = world.phone(world.tess)
    batch = [
        phone.act("started", world.eight, stop=world.stops[0].pk),
        phone.act("finding_recorded", world.eight, visit=world.visits[0].pk, observation="TH-TEMP", number=31),
        phone.act("finished", world.eight, stop=world.stops[0].pk),
    ]
    copies = [Phone(phone.device, phone.token) for _ in range(RIVALS)]
    answers = send_at_once(copies, [batch] * RIVALS)
    statuses = sorted(receipt["status"] for receipts in answers for receipt in receipts)
    assert statuses == ["applied"] * 3 + ["duplicate"] * 3 * (RIVALS - 1)
    assert (Act.objects.count(), Finding.objects.count()) == (3, 1)
    kinds = AppointmentEvent.objects.values_list("kind", flat=True).order_by("pk")
    assert list(kinds) == ["started", "finished"]


def test_two_phones_of_one_technician_do_not_double_the_facts(world: World) -> None:
    phones = [world.phone(world.tess) for _ in range(RIVALS)]
    batches = [[phone.act("arrived", world.eight, stop=world.stops[0].pk)] for phone in phones]
    answers = send_at_once(phones, batches)
    assert [receipts[0]["status"] for receipts in answers] == ["applied"] * RIVALS
    assert AppointmentEvent.objects.count() == 1
    assert Route.objects.get(pk=world.route.pk).version == 1 + RIVALS
