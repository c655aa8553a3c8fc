"""Every address of the project, asked by those who must not see it and by those who may, with rows behind it."""

import re
from collections.abc import Callable, Iterator
from inspect import unwrap
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path
from pytest_django import Settings

from dispatch.access import ADMINISTRATOR, AGENT, DISPATCHER, TECHNICIAN
from dispatch.config import urls
from dispatch.views import board, board_api, cases, outbox, pairing, visits
from scheduling.models import User
from tests.doors import Doors
from tests.outsiders import DOORS, PAIR, SIGN_IN

ADMIN = "admin/"
CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
SHUT = {401, 403, 404, 410}
NO_ROLE, COLLEAGUE = "no role", "another technician"
USERS = (AGENT, DISPATCHER, TECHNICIAN, ADMINISTRATOR, NO_ROLE, COLLEAGUE)
OWN_THINGS = ("stop_id", "client_id")


def walk_routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLResolver):
            yield from walk_routes(pattern.url_patterns, route)
        else:
            yield route


ROUTES = sorted(set(walk_routes(get_resolver().url_patterns)))
OWN_ROUTES = [route for route in ROUTES if not route.startswith(ADMIN)]
ADMIN_LISTS = [route for route in ROUTES if re.fullmatch(r"admin/(\w+/\w+/)?", route)]
GUARDED = [route for route in OWN_ROUTES if route in DOORS and not DOORS[route].public]


@pytest.fixture
def doors(db: None, settings: Settings, tmp_path: Path) -> Doors:
    settings.MEDIA_ROOT = tmp_path / "media"
    return Doors()


def sign_in(doors: Doors, who: str) -> Client:
    world, client = doors.world, Client()
    users: dict[str, User | None] = {
        AGENT: world.agent,
        DISPATCHER: world.dispatcher,
        ADMINISTRATOR: world.administrator,
        TECHNICIAN: world.tess.user,
        COLLEAGUE: world.omar.user,
    }
    client.force_login(users.get(who) or User.objects.create_user(username="outsider"))
    return client


def ask(doors: Doors, client: Client, route: str) -> tuple[int, str]:
    """Status and where it leads. What the answer has written is undone."""
    door = DOORS[route]
    address = "/" + (door.example or CONVERTER.sub(lambda found: doors.name(route, found[1]), route))
    body = {"content_type": "application/json", "data": {}} if is_json(route) and door.method != "get" else {}
    with transaction.atomic():
        answer = getattr(client, door.method)(address, **body)
        transaction.set_rollback(True)
    return answer.status_code, answer.headers.get("Location", "").partition("?")[0]


def is_json(route: str) -> bool:
    return route.startswith(("api/", "board/"))


def keeps_strangers_out(doors: Doors, client: Client, route: str) -> bool:
    stranger = DOORS[route].stranger
    return ask(doors, client, route) == ((302, stranger) if isinstance(stranger, str) else (stranger, ""))


def keeps_others_out(doors: Doors, client: Client, route: str, who: str) -> bool:
    """A colleague is told that there is no such thing, everybody else that it is not for them."""
    is_own = TECHNICIAN in DOORS[route].roles and any(f":{name}>" in route for name in OWN_THINGS)
    return ask(doors, client, route)[0] == (404 if who == COLLEAGUE and is_own else DOORS[route].refused)


def lets_in(doors: Doors, client: Client, route: str) -> bool:
    status, leads_to = ask(doors, client, route)
    if leads_to in (SIGN_IN, PAIR):
        return False
    if DOORS[route].method == "get":
        return status in {DOORS[route].opened, 200}
    return status not in SHUT and status < 500


def is_for(route: str, who: str) -> bool:
    role = TECHNICIAN if who == COLLEAGUE and not any(f":{name}>" in route for name in OWN_THINGS) else who
    return role in DOORS[route].roles or (who == NO_ROLE and route == "")


def test_every_address_has_a_row() -> None:
    assert [route for route in OWN_ROUTES if route not in DOORS] == []


def test_every_row_has_an_address() -> None:
    assert [route for route in DOORS if route not in OWN_ROUTES] == []


def test_anonymous_visitors_stay_outside(doors: Doors) -> None:
    doors.names["token"] = "A" * 43
    assert [route for route in GUARDED if not keeps_strangers_out(doors, Client(), route)] == []


@pytest.mark.parametrize("who", USERS)
def test_a_role_opens_its_own_doors_and_no_other(doors: Doors, who: str) -> None:
    doors.names["token"] = "A" * 43
    client = sign_in(doors, who)
    mine = [route for route in GUARDED if is_for(route, who)]
    others = [route for route in GUARDED if route not in mine]
    assert [route for route in mine if not lets_in(doors, client, route)] == []
    assert [route for route in others if not keeps_others_out(doors, client, route, who)] == []


def test_a_key_opens_its_doors(doors: Doors) -> None:
    routes = [route for route in GUARDED if DOORS[route].token]
    assert [route for route in routes if not lets_in(doors, doors.holder(route), route)] == []


def test_the_admin_is_for_staff(client: Client, doors: Doors) -> None:
    led = {client.get(f"/{route}").headers.get("Location", "").partition("?")[0] for route in ADMIN_LISTS}
    assert led == {"/admin/login/"}
    client.force_login(doors.world.dispatcher)
    led = {client.get(f"/{route}").headers.get("Location", "").partition("?")[0] for route in ADMIN_LISTS}
    assert led == {"/admin/login/"}
    client.force_login(User.objects.create_superuser(username="root"))
    assert [route for route in ADMIN_LISTS if client.get(f"/{route}").status_code != 200] == []


def test_public_doors_are_open(doors: Doors) -> None:
    public = [route for route in OWN_ROUTES if route in DOORS and DOORS[route].public]
    shut = {route: ask(doors, Client(), route)[0] for route in public}
    assert {route: status for route, status in shut.items() if status in SHUT} == {}


View = Callable[..., Any]
UNGUARDED: dict[str, View] = {
    "cases/": cases.list_cases,
    "outbox/": outbox.list_notices,
    "technicians/<int:technician_id>/pair/": pairing.pair_technician,
    "board/appointment/<int:appointment_id>/": board.show_panel,
    "board/day/<date:date>/": board_api.read_board_day,
    "visits/<int:visit_id>/cancel/": visits.cancel,
}


def without_guard(view: View) -> View:
    bare = unwrap(view)

    def show(*args: object, **kwargs: object) -> HttpResponse:
        answer = bare(*args, **kwargs)
        return answer if isinstance(answer, HttpResponse) else JsonResponse(answer)

    return show


@pytest.mark.parametrize("route", UNGUARDED)
def test_a_door_without_its_guard_is_noticed(doors: Doors, settings: Settings, route: str) -> None:
    """The canary: the same questions as above, to the same view with its guard taken off."""

    class Urls:
        urlpatterns = [path(route, without_guard(UNGUARDED[route])), *urls.urlpatterns]

    client = Client()
    assert keeps_strangers_out(doors, client, route)
    settings.ROOT_URLCONF = Urls
    assert not keeps_strangers_out(doors, client, route)
    outsider = sign_in(doors, NO_ROLE)
    assert not keeps_others_out(doors, outsider, route, NO_ROLE)
