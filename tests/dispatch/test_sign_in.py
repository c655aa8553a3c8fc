"""Guessing a password is slow, and whose account it is can't be told from the answers."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from pytest_django import Settings

from dispatch.models import SignInFailure
from dispatch.services.sign_in import COUNTED_FOR, FAILURES_HERE, FAILURES_PER_ACCOUNT, FAILURES_PER_ADDRESS
from scheduling.models import User
from tests.dispatch.cast import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def owner() -> User:
    user = make_user("agent", is_staff=True)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, password: str, *, name: str = "the-agent", **meta: Any) -> int:
    return client.post("/login/", {"username": name, "password": password}, **meta).status_code


def let_pass(span: timedelta) -> None:
    SignInFailure.objects.update(at=F("at") - span)


def test_after_too_many_guesses_even_the_right_password_waits(client: Client, owner: User) -> None:
    assert [sign_in(client, "wrong") for _ in range(FAILURES_HERE)] == [200] * (FAILURES_HERE - 1) + [429]
    answer = client.post("/login/", {"username": owner.username, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.context["form"].has_error("__all__", "locked")


def test_the_owner_waits_a_quarter_of_an_hour_at_most(client: Client, owner: User) -> None:
    for _ in range(FAILURES_HERE * 2):
        sign_in(client, "wrong")
    let_pass(COUNTED_FOR)
    assert sign_in(client, PASSWORD) == 302


def test_others_elsewhere_do_not_lock_the_owner_out_at_once(client: Client, owner: User) -> None:
    for _ in range(FAILURES_HERE):
        sign_in(client, "wrong", REMOTE_ADDR="203.0.113.9")
    assert sign_in(client, PASSWORD) == 302


def test_many_addresses_do_not_make_many_guesses(client: Client, owner: User) -> None:
    answers = [sign_in(client, "wrong", REMOTE_ADDR=f"203.0.113.{number}") for number in range(FAILURES_PER_ACCOUNT)]
    assert answers.count(429) == 1
    assert sign_in(client, PASSWORD) == 429


def test_many_accounts_do_not_make_many_guesses(client: Client, owner: User) -> None:
    for number in range(FAILURES_PER_ADDRESS):
        sign_in(client, "wrong", name=f"somebody-{number}")
    assert sign_in(client, PASSWORD) == 429


def test_an_account_that_does_not_exist_answers_alike(client: Client, owner: User) -> None:
    for name in (owner.username, "nobody-at-all"):
        for _ in range(FAILURES_HERE):
            sign_in(client, "wrong", name=name)
    pages = [client.post("/login/", {"username": name, "password": "x"}) for name in (owner.username, "nobody-at-all")]
    assert [page.status_code for page in pages] == [429, 429]
    assert len({str(page.context["form"].non_field_errors()) for page in pages}) == 1


def test_signing_in_forgets_the_failures(client: Client, owner: User) -> None:
    for _ in range(FAILURES_HERE - 1):
        sign_in(client, "wrong")
    assert sign_in(client, PASSWORD) == 302
    assert not SignInFailure.objects.exists()


def test_the_door_of_the_master_data_is_locked_with_it(client: Client, owner: User) -> None:
    for _ in range(FAILURES_HERE):
        client.post("/admin/login/", {"username": owner.username, "password": "wrong"})
    assert client.post("/admin/login/", {"username": owner.username, "password": PASSWORD}).status_code == 200
    assert sign_in(client, PASSWORD) == 429


def test_what_was_typed_as_a_name_is_not_kept(client: Client) -> None:
    sign_in(client, "x", name="my-secret-password")
    assert "my-secret" not in str(SignInFailure.objects.values())
