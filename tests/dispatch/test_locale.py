import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from dispatch.middleware import UserLocaleMiddleware
from scheduling.models import User


@pytest.fixture(autouse=True)
def _put_back() -> object:
    with translation.override("es"), timezone.override("Europe/Madrid"):
        yield


def pass_through(user: object) -> None:
    request: HttpRequest = RequestFactory().get("/")
    request.user = user
    UserLocaleMiddleware(lambda _: HttpResponse()).process_request(request)


def test_a_user_reads_in_their_language_and_zone() -> None:
    pass_through(User(username="x", language="en", time_zone="Atlantic/Canary"))
    assert (translation.get_language(), timezone.get_current_timezone_name()) == ("en", "Atlantic/Canary")


def test_without_a_zone_the_installation_has_one() -> None:
    pass_through(User(username="x", language="es", time_zone=""))
    assert (translation.get_language(), timezone.get_current_timezone_name()) == ("es", "Europe/Madrid")


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "given"), [("en-GB", "en"), ("es-MX", "es"), ("fr", "es"), ("", "es")])
def test_strangers_get_the_language_their_browser_asks_for(client: Client, asked: str, given: str) -> None:
    assert client.get("/login/", headers={"accept-language": asked})["Content-Language"] == given


@pytest.mark.django_db
def test_the_choice_stays_with_the_visitor(client: Client) -> None:
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert client.get("/login/", headers={"accept-language": "es"})["Content-Language"] == "en"


@pytest.mark.django_db
def test_the_choice_stays_with_the_user(client: Client) -> None:
    user = User.objects.create_user(username="ana", language="es")
    client.force_login(user)
    assert client.post("/language/", {"language": "en", "next": "/"}).status_code == 302
    user.refresh_from_db()
    assert user.language == "en"


@pytest.mark.django_db
def test_a_language_that_is_none_changes_nothing(client: Client) -> None:
    user = User.objects.create_user(username="ana", language="es")
    client.force_login(user)
    client.post("/language/", {"language": "xx"})
    user.refresh_from_db()
    assert user.language == "es"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["es", "en"])
def test_scripts_get_their_catalogue(client: Client, language: str) -> None:
    answer = client.get("/jsi18n/", headers={"accept-language": language})
    assert (answer.status_code, answer["Content-Type"]) == (200, 'text/javascript; charset="utf-8"')
    assert b"django.gettext" in answer.content
