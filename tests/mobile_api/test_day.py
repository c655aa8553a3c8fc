from datetime import timedelta

from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dispatch.enums import VisitStatus
from dispatch.models import Visit
from dispatch.services.findings import Measured, record_finding
from scheduling.models import Stop
from tests.mobile_api.world import Phone, World

DAY = "/api/v1/day/"


def test_todays_stops_in_order_with_all_that_is_needed(today: World) -> None:
    day = today.phone(today.tess).client.get(DAY).json()
    stops = day["today"]["stops"]
    assert [stop["id"] for stop in stops] == [stop.pk for stop in today.stops]
    first = stops[0]
    assert first["zone"] == "Europe/Madrid"
    assert first["window"]["starts_at"] == today.stops[0].appointment.window_starts_at.astimezone(
        today.eight.tzinfo
    ).isoformat(timespec="seconds")
    assert first["place"] == {
        "address": "Calle Mayor 4, 2.º B, Valdeluna",
        "latitude": 40.07,
        "longitude": -2.13,
    }
    assert first["visit"]["device"] == {"product": "Norda R200", "serial": "NR2-00817", "firmware": "4.1.2"}
    assert [attempt["outcome"] for attempt in first["visit"]["attempts"]] == ["not_solved"]
    assert len(first["visit"]["checklist"]) == 2
    assert (first["travel_s"], first["distance_m"], first["travel_quality"]) == (1200, 6400, "estimated")


def test_the_catalogue_comes_along(today: World) -> None:
    catalogue = today.phone(today.tess).client.get(DAY).json()["catalogue"]
    assert [len(catalogue[part]) for part in ("observations", "factors", "reasons")] == [12, 25, 8]


def test_the_next_working_day_is_told_too(today: World) -> None:
    far = today.make_route(today.tess, days=5)
    near = today.make_route(today.tess, days=3)
    today.add_stop(far, 0)
    stop = today.add_stop(near, 1)
    day = today.phone(today.tess).client.get(DAY).json()
    assert [one["id"] for one in day["next"]["stops"]] == [stop.pk]


def test_a_free_day_is_empty(today: World) -> None:
    today.route.shift.delete()
    day = today.phone(today.tess).client.get(DAY).json()
    assert (day["today"], day["next"]) == (None, None)


def test_earlier_visits_at_the_site_with_what_was_found(today: World) -> None:
    earlier = today.make_visit(0)
    Visit.objects.filter(pk=earlier.pk).update(
        status=VisitStatus.DONE, summary="Cambio de fuente.", created_at=timezone.now() - timedelta(days=30)
    )
    record_finding(
        visit=earlier,
        client_id="0b8f1c52-9a2c-4e5e-8b5e-6d9d2a1b3c4d",  # type: ignore[arg-type]
        observation_code="TH-TEMP",
        value=Measured(number=35.0),
        contributing=True,
        note="",
        at=timezone.now(),
        actor=None,
    )
    history = today.phone(today.tess).client.get(DAY).json()["today"]["stops"][0]["visit"]["history"]
    assert [(one["summary"], one["findings"][0]["number"]) for one in history] == [("Cambio de fuente.", 35.0)]


def test_others_see_their_own(today: World) -> None:
    day = today.phone(today.omar).client.get(DAY).json()
    assert [stop["id"] for stop in day["today"]["stops"]] == [today.foreign.pk]


def test_the_number_of_queries_does_not_grow_with_the_stops(
    today: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    phone: Phone = today.phone(today.tess)
    with django_assert_max_num_queries(32):
        phone.client.get(DAY)


def test_pages_are_only_for_their_technician(today: World, client: Client) -> None:
    addresses = ["/tech/", f"/tech/stops/{today.stops[0].pk}/"]
    assert [client.get(address).status_code for address in addresses] == [302, 302]
    client.force_login(today.agent)
    assert [client.get(address).status_code for address in addresses] == [403, 403]
    client.force_login(today.omar.user)
    assert [client.get(address).status_code for address in addresses] == [200, 404]
    foreign = client.post(f"/tech/stops/{today.stops[0].pk}/acts/", {"kind": "arrived"})
    assert foreign.status_code == 404


def test_pages_work_without_a_script(today: World, client: Client) -> None:
    client.force_login(today.tess.user)
    stop, visit = today.stops[0], today.visits[0]
    address = f"/tech/stops/{stop.pk}/acts/"
    one = {"kind": "started", "id": "6f7d5f4e-0000-4000-8000-000000000001"}
    answers = [client.post(address, one), client.post(address, one)]
    assert [answer["Location"] for answer in answers] == [f"/tech/stops/{stop.pk}/"] * 2
    client.post(address, {"kind": "finding_recorded", "observation": "TH-TEMP", "number": "21,5", "note": ""})
    client.post(address, {"kind": "finding_recorded", "observation": "TH-SUN", "yes_no": "true"})
    client.post(address, {"kind": "checklist_item", "position": "0", "done": "true"})
    stop.refresh_from_db()
    assert (stop.status, visit.findings.count(), visit.checklist.filter(done_at__isnull=False).count()) == (
        "working",
        2,
        1,
    )
    finished = {"kind": "finished"}
    assert client.post(address, finished | {"anyway": "true"})["Location"].endswith("?missing=1#missing")
    client.post(address, {"kind": "note", "text": "Cambio de fuente."})
    asked = client.post(address, finished, follow=True)
    assert (asked.context["asked"], asked.context["gaps"].no_text, asked.context["gaps"].open_checks) == (
        True,
        False,
        1,
    )
    refused = client.post(
        address, {"kind": "finding_recorded", "observation": "TH-TEMP", "number": "warm"}, follow=True
    )
    assert refused.context["messages"]
    client.post(address, finished | {"anyway": "true"})
    stop.refresh_from_db()
    assert stop.status == "finished"


def test_who_to_call_stands_in_the_label_and_no_travel_is_not_told(today: World, client: Client) -> None:
    client.force_login(today.tess.user)
    told = client.get("/tech/").content.decode()
    Stop.objects.filter(pk=today.stops[0].pk).update(travel_s=0, distance_m=0)
    untold = client.get("/tech/").content.decode()
    assert 'aria-label="Call Ana Beltrán">Call</a>' in told
    assert ["6.4" in page for page in (told, untold)] == [True, False]
