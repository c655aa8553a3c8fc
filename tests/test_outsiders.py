"""Every address of the project, asked by those who must not see it."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from dispatch.access import ADMINISTRATOR
from scheduling.models import User
from tests.outsiders import DOORS, EVERY_ROLE, Door

ADMIN = "admin/"
EXAMPLES = {
    "int": "1",
    "slug": "none",
    "str": "none",
    "path": "none",
    "date": "2026-11-26",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
CONVERTER = re.compile(r"<(?:(\w+):)?\w+>")
SIGN_IN = ("/login/", "/admin/login/", "/tech/pair/")
SHUT = {401, 403, 404, 410}


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


def example_of(route: str, door: Door) -> str:
    return "/" + (door.example or CONVERTER.sub(lambda found: EXAMPLES[found[1] or "str"], route))


def make_user(role: str) -> User:
    staff = role == ADMINISTRATOR
    user = User.objects.create_user(username=f"the-{role or 'outsider'}", is_staff=staff)
    if role:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def is_shut(client: Client, route: str, door: Door) -> bool:
    answer = getattr(client, door.method)(example_of(route, door))
    led_to_sign_in = answer.status_code == 302 and answer["Location"].startswith(SIGN_IN)
    return led_to_sign_in or answer.status_code in SHUT


def test_every_address_has_a_row() -> None:
    assert [route for route in OWN_ROUTES if route not in DOORS] == []


def test_every_row_has_an_address() -> None:
    assert [route for route in DOORS if route not in OWN_ROUTES] == []


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in OWN_ROUTES if route in DOORS and not DOORS[route].public])
def test_anonymous_visitors_stay_outside(client: Client, route: str) -> None:
    assert is_shut(client, route, DOORS[route])


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in OWN_ROUTES if route in DOORS and not DOORS[route].public])
@pytest.mark.parametrize("role", ["", *sorted(EVERY_ROLE)])
def test_a_role_opens_its_own_doors_and_no_other(client: Client, route: str, role: str) -> None:
    """Somebody who may come in may still be told that there is no such row (404), never that they may not."""
    door = DOORS[route]
    client.force_login(make_user(role))
    if role in door.roles:
        answer = getattr(client, door.method)(example_of(route, door))
        assert answer.status_code not in {401, 403}
    elif role or route:
        assert is_shut(client, route, door)


@pytest.mark.django_db
@pytest.mark.parametrize("route", ADMIN_LISTS)
def test_the_admin_is_for_staff(client: Client, route: str) -> None:
    assert is_shut(client, route, Door())
    client.force_login(User.objects.create_user(username="no-staff"))
    assert is_shut(client, route, Door())


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in OWN_ROUTES if route in DOORS and DOORS[route].public])
def test_public_doors_are_open(client: Client, route: str) -> None:
    answer = getattr(client, DOORS[route].method)(example_of(route, DOORS[route]))
    assert answer.status_code not in SHUT
