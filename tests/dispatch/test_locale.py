import re
from datetime import timedelta
from gettext import GNUTranslations
from pathlib import Path

import django
import pytest
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.translation import gettext

from dispatch.django_words import ADMIN, FIELDS
from dispatch.middleware import UserLocaleMiddleware
from dispatch.templatetags.visita import duration
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


def test_django_speaks_to_staff_as_we_do() -> None:
    """Django's sentences are found by their exact words: one that Django no longer has would translate nothing."""
    own = read_django_catalogues()
    ids = [sentence for sentence in (*FIELDS, *ADMIN) if isinstance(sentence, str)]
    assert [sentence for sentence in ids if all(one.gettext(sentence) == sentence for one in own)] == []
    with translation.override("es"):
        told = {sentence: gettext(sentence) for sentence in ids}
        with pytest.raises(ValidationError) as caught:
            MaxLengthValidator(3)("abcde")
        assert caught.value.messages == ["Escribe 3 caracteres como máximo (tiene 5)."]
    assert told["This field is required."] == "Este campo es obligatorio."
    assert [text for text in told.values() if re.search(r"\b(Introduzca|Asegúrese|Escoja|Por favor)\b", text)] == []


def read_django_catalogues() -> list[GNUTranslations]:
    root = Path(django.__file__).parent
    found = []
    for folder in (root / "conf", root / "contrib" / "admin"):
        with (folder / "locale" / "es" / "LC_MESSAGES" / "django.mo").open("rb") as file:
            found.append(GNUTranslations(file))
    return found


@pytest.mark.parametrize(
    ("span", "written"),
    [
        (timedelta(minutes=25), "25 min"),
        (timedelta(hours=1, minutes=20), "1 h 20"),
        (timedelta(hours=23, minutes=59), "23 h 59"),
        (timedelta(hours=36, minutes=40), "1 d 13 h"),
        (timedelta(days=5), "5 d"),
        (timedelta(days=5, hours=12), "5 d 12 h"),
    ],
)
def test_a_duration_is_written_one_way(span: timedelta, written: str) -> None:
    assert duration(span.total_seconds()) == written
