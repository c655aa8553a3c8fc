from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dispatch.models import PairedDevice, PairingCode
from dispatch.services.pairing import PairingRefused, find_device, make_pairing_code, pair_device, revoke_device
from tests.make import make_technician
from tests.mobile_api.world import World


@pytest.fixture
def world(db: None) -> World:
    return World(now=timezone.now())


def address(world: World) -> str:
    return f"/technicians/{world.tess.pk}/pair/"


def test_a_code_lives_ten_minutes(world: World) -> None:
    now = timezone.now()
    _row, code = make_pairing_code(technician=world.tess, actor=world.dispatcher, now=now)
    with pytest.raises(PairingRefused):
        pair_device(code=code, name="x", now=now + timedelta(minutes=10))
    device, token = pair_device(code=code, name="x", now=now + timedelta(minutes=9, seconds=59))
    assert find_device(token=token) == device


def test_a_new_code_ends_the_old_one(world: World) -> None:
    now = timezone.now()
    _row, first = make_pairing_code(technician=world.tess, actor=world.dispatcher, now=now)
    make_pairing_code(technician=world.tess, actor=world.dispatcher, now=now)
    with pytest.raises(PairingRefused):
        pair_device(code=first, name="x", now=now)


def test_neither_code_nor_token_is_stored(world: World) -> None:
    now = timezone.now()
    row, code = make_pairing_code(technician=world.tess, actor=world.dispatcher, now=now)
    device, token = pair_device(code=code, name="x", now=now)
    assert code.replace("-", "") not in row.code_hash
    assert token not in device.token_hash


def test_a_technician_who_left_gets_no_phone(world: World) -> None:
    _row, code = make_pairing_code(technician=world.tess, actor=world.dispatcher, now=timezone.now())
    world.tess.active = False
    world.tess.save()
    with pytest.raises(PairingRefused):
        pair_device(code=code, name="x", now=timezone.now())


def test_the_page_shows_a_code_only_when_asked(world: World, client: Client) -> None:
    client.force_login(world.dispatcher)
    assert client.get(address(world)).context.get("code") is None
    assert not PairingCode.objects.exists()
    answer = client.post(address(world))
    code = answer.context["code"]
    assert "<svg" in answer.context["qr"]
    assert "style=" not in answer.context["qr"]
    assert pair_device(code=code, name="Pixel", now=timezone.now())[0].technician == world.tess


def test_paired_phones_are_listed_and_revoked(world: World, client: Client) -> None:
    device, token = world.pair(world.tess)
    client.force_login(world.dispatcher)
    assert client.get(address(world)).context["phones"] == [device]
    client.post(f"/technicians/{world.tess.pk}/phones/{device.pk}/revoke/")
    assert client.get(address(world)).context["phones"] == []
    found = find_device(token=token)
    assert found is not None
    assert found.revoked_at is not None


def test_technicians_are_listed_with_their_phones(world: World, client: Client) -> None:
    world.pair(world.tess)
    client.force_login(world.dispatcher)
    listed = client.get("/technicians/").context["technicians"]
    assert [(one.name, one.phones) for one in listed] == [("Omar Vidal", 0), ("Tess Ibarra", 1)]


def test_a_phone_is_revoked_under_its_own_technician_alone(world: World, client: Client) -> None:
    device, _token = world.pair(world.tess)
    client.force_login(world.dispatcher)
    assert client.post(f"/technicians/{world.omar.pk}/phones/{device.pk}/revoke/").status_code == 404
    assert PairedDevice.objects.get(pk=device.pk).revoked_at is None


def test_revoking_twice_keeps_the_first_time(world: World) -> None:
    device, _token = world.pair(world.tess)
    first = timezone.now()
    revoke_device(device=device, now=first)
    revoke_device(device=device, now=first + timedelta(hours=1))
    assert PairedDevice.objects.get(pk=device.pk).revoked_at == first


@pytest.mark.parametrize("who", ["agent", "technician"])
def test_only_planners_pair(world: World, client: Client, who: str) -> None:
    client.force_login(world.agent if who == "agent" else world.tess.user)
    answers = [client.get(address(world)), client.post(address(world))]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert not PairingCode.objects.exists()


def test_technicians_stand_as_people_sort_names(world: World, client: Client) -> None:
    for name in ("Zoe Ruiz", "Óscar Gil", "Nuria Sol"):
        make_technician(name)
    client.force_login(world.dispatcher)
    names = [technician.name for technician in client.get("/technicians/").context["technicians"]]
    assert [name for name in names if name in ("Zoe Ruiz", "Óscar Gil", "Nuria Sol")] == [
        "Nuria Sol",
        "Óscar Gil",
        "Zoe Ruiz",
    ]
