import pytest
from django.test import Client
from pytest_django import Settings

from dispatch.config.settings import CONTENT_SECURITY_POLICY
from dispatch.views.errors import server_error
from tests.dispatch.cast import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "target"), [("dispatcher", "/board/"), ("agent", "/cases/"), ("technician", "/tech/")]
)
def test_home_leads_by_role(client: Client, role: str, target: str) -> None:
    client.force_login(make_user(role))
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, target)


def test_the_administrator_gets_an_overview(client: Client) -> None:
    client.force_login(make_user("administrator", is_staff=True))
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.context["counts"] == {
        "to_decide": 0,
        "overdue": 0,
        "open_visits": 0,
        "failed_notices": 0,
        "technicians": 0,
    }


def test_an_account_without_a_role_is_told_so(client: Client) -> None:
    client.force_login(make_user(""))
    assert "no role yet" in client.get("/").content.decode()


def test_strangers_are_led_to_the_sign_in_page_and_back(client: Client) -> None:
    user = make_user("dispatcher")
    user.set_password("a-long-password")
    user.save()
    assert client.get("/cases/?q=a")["Location"] == "/login/?next=/cases/%3Fq%3Da"
    credentials = {"username": user.username, "password": "a-long-password", "next": "/cases/?q=a"}
    assert client.post("/login/", credentials)["Location"] == "/cases/?q=a"
    assert client.post("/logout/").status_code == 302
    assert client.get("/cases/").status_code == 302


def test_signing_in_never_leads_elsewhere(client: Client) -> None:
    user = make_user("agent")
    user.set_password("a-long-password")
    user.save()
    credentials = {"username": user.username, "password": "a-long-password", "next": "https://elsewhere.example/"}
    assert client.post("/login/", credentials)["Location"] == "/"


def test_signing_out_wants_a_post(client: Client) -> None:
    client.force_login(make_user("agent"))
    answer = client.get("/logout/")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").wsgi_request.user.is_authenticated


def test_demo_accounts_show_in_the_demo_alone(client: Client, settings: Settings) -> None:
    assert "visita-demo" not in client.get("/login/").content.decode()
    settings.DEMO = True
    assert "visita-demo" in client.get("/login/").content.decode()


def test_the_theme_is_kept_in_this_browser(client: Client) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": "/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    assert 'data-theme="dark"' in client.get("/login/").content.decode()
    client.post("/theme/", {"theme": "system", "next": "/login/"})
    assert "data-theme" not in client.get("/login/").content.decode()
    assert client.post("/theme/", {"theme": "dark", "next": "//elsewhere.example"})["Location"] == "/"


def test_errors_say_what_to_do(client: Client) -> None:
    client.force_login(make_user("technician"))
    answers = [client.get(path) for path in ("/cases/", "/nowhere/")]
    assert [(answer.status_code, answer.context["status"]) for answer in answers] == [(403, 403), (404, 404)]
    assert all(answer.context["remedy"] for answer in answers)


def test_errors_of_the_api_are_problem_documents(client: Client) -> None:
    answer = client.get("/api/v1/nowhere/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_fault_of_ours_has_a_page_of_its_own(client: Client) -> None:
    request = client.get("/login/").wsgi_request
    answer = server_error(request)
    assert answer.status_code == 500
    assert b"<h1>" in answer.content


@pytest.mark.parametrize("path", ["/login/", "/cases/", "/outbox/", "/"])
def test_pages_hold_nothing_inline(client: Client, path: str) -> None:
    client.force_login(make_user("administrator", is_staff=True))
    if path == "/login/":
        client.logout()
    page = client.get(path).content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert "<script>" not in page
    assert CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"] == ["'self'"]
