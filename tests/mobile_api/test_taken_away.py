"""The phone was out of reach while the dispatcher gave a visit to someone else: what was done is kept and told."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.test import Client

from dispatch.models import CaseEvent, Photo, Visit
from dispatch.selectors.history import list_history
from mobile_api.models import Act
from scheduling.models import AppointmentEvent, Stop
from tests.mobile_api.test_photos import draw, put
from tests.mobile_api.world import MINUTE, Phone, World


def give_to_omar(world: World, stop: Stop) -> Visit:
    """As a move by hand writes it: the row changes its technician in place, and the history says whose it was."""
    route = world.foreign.route
    Stop.objects.filter(pk=stop.pk).update(
        route=route, technician=world.omar, **{name: getattr(stop, name) + timedelta(hours=5) for name in TIMES}
    )
    AppointmentEvent.objects.create(
        appointment_id=stop.appointment_id,
        at=world.now,
        kind="moved",
        data={
            "before": {"technician": world.tess.pk, "starts_at": world.eight.isoformat()},
            "after": {"technician": world.omar.pk, "starts_at": world.eight.isoformat()},
        },
    )
    return Visit.objects.get(appointment=stop.appointment_id)


TIMES = ("arrival_at", "starts_at", "ends_at")
GIVEN = "This visit is with Omar Vidal now. What you did was kept for the dispatcher."


@pytest.fixture(autouse=True)
def _english(phone: Phone) -> None:
    phone.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


def test_nothing_done_on_a_visit_given_away_is_lost(world: World, phone: Phone) -> None:
    stop = world.stops[0]
    visit = give_to_omar(world, stop)
    sent = [
        phone.act("arrived", world.eight + 30 * MINUTE, stop=stop.pk),
        phone.act("note", world.eight + 40 * MINUTE, visit=visit.pk, text="Router replaced."),
        phone.act("finding_recorded", world.eight + 41 * MINUTE, visit=visit.pk, observation="TH-SUN", yes_no=True),
        phone.act("signature", world.eight + 42 * MINUTE, visit=visit.pk, name="Ana", image="data:image/png;base64,AA"),
        phone.act("finished", world.eight + 45 * MINUTE, stop=stop.pk),
    ]
    receipts = phone.send(*sent)
    assert {(one["status"], one["code"], one["reason"]) for one in receipts} == {("conflict", "taken_away", GIVEN)}
    assert [act.data for act in Act.objects.order_by("sequence")] == [act["data"] for act in sent]
    visit.refresh_from_db()
    assert (Stop.objects.get(pk=stop.pk).status, visit.status, visit.summary) == ("planned", "scheduled", "")
    told = [one for one in list_history(visit.case)[::-1] if "no longer has" in one.title]
    assert [(one.by, one.detail) for one in told] == [
        ("Tess Ibarra", "Technician arrived"),
        ("Tess Ibarra", "What was done: Router replaced."),
        ("Tess Ibarra", "Finding: TH-SUN, yes"),
        ("Tess Ibarra", "Signature: Ana"),
        ("Tess Ibarra", "Work finished"),
    ]
    assert [one.at for one in told] == [world.eight + minutes * MINUTE for minutes in (30, 40, 41, 42, 45)]


def test_it_is_told_once_however_often_it_is_sent(world: World, phone: Phone) -> None:
    give_to_omar(world, world.stops[0])
    act = phone.act("arrived", world.eight, stop=world.stops[0].pk)
    receipts = [phone.send(act)[0] for _ in range(3)]
    assert [(one["status"], one["first"]) for one in receipts] == [("conflict", ""), *[("duplicate", "conflict")] * 2]
    assert CaseEvent.objects.filter(kind="act_by_former_technician").count() == 1


def test_a_visit_taken_off_says_so(world: World, phone: Phone) -> None:
    stop = world.stops[0]
    Stop.objects.filter(pk=stop.pk).update(is_current=False, status="taken_off")
    receipt = phone.tap("note", world.eight, visit=world.visits[0].pk, text="Nobody there")
    assert (receipt["status"], receipt["reason"]) == (
        "conflict",
        "This visit was taken off your route. What you did was kept for the dispatcher.",
    )


def test_its_photos_arrive_but_not_for_the_customer(world: World, phone: Phone) -> None:
    visit, data, photo = give_to_omar(world, world.stops[0]), draw(), uuid4()
    receipt = phone.tap(
        "photo_declared", world.eight, visit=visit.pk, photo=str(photo), sha256=sha256(data).hexdigest()
    )
    assert receipt["status"] == "conflict"
    assert put(phone, photo, data) == (201, "")
    assert [(one.visit, one.for_customer) for one in Photo.objects.all()] == [(visit, False)]


def test_it_can_come_back(world: World, phone: Phone) -> None:
    stop = world.stops[0]
    give_to_omar(world, stop)
    Stop.objects.filter(pk=stop.pk).update(route=world.route, technician=world.tess)
    assert phone.tap("arrived", world.eight, stop=stop.pk)["status"] == "applied"


def test_who_never_had_it_learns_nothing(world: World, phone: Phone) -> None:
    visit = give_to_omar(world, world.stops[0])
    other = world.phone(world.omar)
    Stop.objects.filter(pk=world.stops[1].pk).update(is_current=False, status="taken_off")
    receipts = [
        *other.send(
            other.act("arrived", world.eight, stop=world.stops[1].pk),
            other.act("note", world.eight, visit=world.visits[1].pk, text="x"),
        ),
        phone.tap("arrived", world.eight, stop=world.foreign.pk),
    ]
    assert {(one["status"], one["code"]) for one in receipts} == {("rejected", "not_found")}
    assert other.tap("note", world.eight, visit=visit.pk, text="Mine now")["status"] == "applied"
    assert not CaseEvent.objects.filter(kind="act_by_former_technician").exists()


def test_without_script_the_form_is_kept_too_and_its_page_is_gone(world: World, phone: Phone, client: Client) -> None:
    client.cookies["visita_device"] = phone.token
    stop = world.stops[0]
    give_to_omar(world, stop)
    page = f"/tech/stops/{stop.pk}/"
    assert client.get(page).status_code == 404
    answer = client.post(f"{page}acts/", {"kind": "note", "text": "Router replaced."})
    assert (answer.status_code, answer["Location"]) == (302, "/tech/")
    assert Act.objects.get().data["text"] == "Router replaced."
