from datetime import timedelta

from django.test import Client
from django.utils import timezone

from dispatch.models import PairedDevice
from dispatch.services.pairing import hash_secret, make_pairing_code, revoke_device
from mobile_api.models import PairingAttempt
from tests.mobile_api.world import Phone, World

PAIR = "/api/v1/pair/"


def show_code(world: World) -> str:
    return make_pairing_code(technician=world.tess, actor=world.dispatcher, now=timezone.now())[1]


def send_code(client: Client, code: str) -> tuple[int, dict[str, str]]:
    answer = client.post(PAIR, {"code": code, "name": "Pixel"}, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_code_becomes_a_token(world: World, client: Client) -> None:
    status, paired = send_code(client, show_code(world).lower().replace("-", " "))
    device = PairedDevice.objects.get(pk=paired["device"])
    assert (status, paired["technician"], device.name) == (201, "Tess Ibarra", "Pixel")
    assert device.token_hash == hash_secret(paired["token"])
    day = client.get("/api/v1/day/", headers={"authorization": f"Bearer {paired['token']}"})
    assert day.status_code == 200


def test_a_code_works_once(world: World, client: Client) -> None:
    code = show_code(world)
    answers = [send_code(client, code), send_code(client, code)]
    assert [(status, body.get("type")) for status, body in answers] == [(201, None), (403, "pairing")]


def test_guessing_is_stopped(world: World, client: Client) -> None:
    assert [send_code(client, f"AAAA-AAAA-{index:04}")[0] for index in range(12)] == [403] * 10 + [429] * 2
    assert PairingAttempt.objects.count() == 10
    PairingAttempt.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert send_code(client, "AAAA-AAAA-0012")[0] == 403
    assert PairingAttempt.objects.count() == 1


def test_a_right_code_works_though_others_guessed_from_its_address(world: World, client: Client) -> None:
    code = show_code(world)
    assert [send_code(client, f"AAAA-AAAA-{index:04}")[0] for index in range(11)][-1] == 429
    assert [send_code(client, code)[0], send_code(client, code)[0]] == [201, 429]


def test_looking_at_the_page_uses_nothing_up(world: World, client: Client) -> None:
    code = show_code(world)
    assert client.get("/tech/pair/", {"code": code}).status_code == 200
    answer = client.post("/tech/pair/", {"code": code})
    cookie = answer.cookies["visita_device"]
    assert (answer["Location"], cookie["httponly"], cookie["samesite"]) == ("/tech/", True, "Strict")
    assert client.get("/tech/").status_code == 200


def test_a_wrong_code_is_told_on_the_page(world: World, client: Client) -> None:
    answer = client.post("/tech/pair/", {"code": "nonsense"})
    assert (answer.status_code, "visita_device" in answer.cookies) == (403, False)
    assert answer.context["error"]


def test_a_revoked_phone_is_told_to_forget(world: World, phone: Phone) -> None:
    revoke_device(device=phone.device, now=timezone.now())
    answer = phone.client.get("/api/v1/day/")
    assert (answer.status_code, answer.json()["type"]) == (401, "device-revoked")
    browser = Client()
    browser.cookies["visita_device"] = phone.token
    page = browser.get("/tech/")
    assert (page.status_code, page["Clear-Site-Data"]) == (401, '"cache"')
    browser.force_login(world.tess.user)
    assert browser.get("/tech/").status_code == 200


def test_who_left_the_firm_is_out(world: World, phone: Phone) -> None:
    world.tess.user.is_active = False
    world.tess.user.save()
    assert phone.client.get("/api/v1/day/").json()["type"] == "device-revoked"


def test_leaving_gives_the_phone_back(world: World) -> None:
    device, token = world.pair(world.tess)
    browser = Client()
    browser.cookies["visita_device"] = token
    assert browser.post("/tech/leave/").status_code == 401
    device.refresh_from_db()
    assert device.revoked_at is not None


def test_leaving_a_password_session_signs_out(world: World, client: Client) -> None:
    client.force_login(world.tess.user)
    client.post("/tech/leave/")
    assert client.get("/tech/")["Location"] == "/tech/pair/"


def test_use_is_noted(world: World, phone: Phone) -> None:
    PairedDevice.objects.update(last_seen_at=None)
    phone.client.get("/api/v1/day/")
    assert PairedDevice.objects.get(pk=phone.device.pk).last_seen_at is not None
