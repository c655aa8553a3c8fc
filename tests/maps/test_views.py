from __future__ import annotations

import gzip
import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import Settings

from maps.models import Place, Region

SEARCH = "/maps/places/"
pytestmark = pytest.mark.django_db


def sign_in(client: Client, group: str = "") -> None:
    user = get_user_model().objects.create_user(username="someone")
    if group:
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    client.force_login(user)


def test_the_office_finds_places(client: Client) -> None:
    Place.objects.create(line1="Calle Mayor, 5", city="Valdeluna", latitude=39.6, longitude=-2.9, quality="picked")
    sign_in(client, "agent")
    answer = client.get(SEARCH, {"q": "mayor"}).json()
    assert [(found["line1"], found["lat"], found["quality"]) for found in answer["results"]] == [
        ("Calle Mayor, 5", 39.6, "picked")
    ]
    assert answer["error"] == ""


def test_a_visitor_is_led_to_the_sign_in_page(client: Client) -> None:
    answer = client.get(SEARCH, {"q": "mayor"})
    assert (answer.status_code, answer["Location"].startswith("/login/")) == (302, True)


@pytest.mark.parametrize("group", ["", "technician"])
def test_outsiders_find_nothing(client: Client, group: str) -> None:
    sign_in(client, group)
    assert client.get(SEARCH, {"q": "mayor"}).status_code == 403


def test_searching_changes_nothing_and_takes_no_post(client: Client) -> None:
    sign_in(client, "agent")
    assert client.post(SEARCH, {"q": "mayor"}).status_code == 405


def test_a_dead_geocoder_is_said_in_words(client: Client, settings: Settings) -> None:
    settings.GEOCODER, settings.GEOCODER_URL, settings.GEOCODER_USER_AGENT = "photon", "http://127.0.0.1:9", "visita"
    sign_in(client, "dispatcher")
    answer = client.get(SEARCH, {"q": "mayor"})
    assert (answer.status_code, answer.json()["results"]) == (502, [])
    assert answer.json()["error"] != ""


def test_the_base_map_is_for_everybody(client: Client, region: Region) -> None:
    address = f"/maps/regions/{region.name}/basemap.json"
    plain = client.get(address)
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert plain.json() == json.loads(gzip.decompress(packed.content))
    assert plain["Cache-Control"] == "public, max-age=3600"
    assert client.get(address, headers={"if-none-match": plain["ETag"]}).status_code == 304


def test_the_base_map_names_nobody(client: Client, region: Region) -> None:
    data = client.get(f"/maps/regions/{region.name}/basemap.json").json()
    assert sorted(data) == [
        "attribution", "blocks", "bounds", "labels", "parts", "quarters", "roads", "town", "water", "woods",
    ]  # fmt: skip


def test_an_unknown_region_is_not_found(client: Client) -> None:
    assert client.get("/maps/regions/atlantis/basemap.json").status_code == 404
