from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from dispatch.models import Case, Customer, Device
from dispatch.services.sources import issue_source_token
from tests.dispatch.cast import make_catalogues, make_source, make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/cases/"


def body(**changes: Any) -> dict[str, Any]:
    make_catalogues()
    return {
        "external_id": "HD-1",
        "customer": {"kind": "company", "name": "Panadería Ruiz"},
        "site": {
            "line1": "Calle Alta 3",
            "postal_code": "16001",
            "city": "Prueba",
            "opening_hours": [{"weekday": 1, "opens": "09:00", "closes": "14:00"}],
        },
        "contact": {"name": "Rosa Ruiz", "phone": "969 22 22 22", "email": "rosa@example.com"},
        "device": {"maker": "Acme", "model": "R7", "serial": "SN9"},
        "channel": "phone",
        "line": 1,
        "symptom": "drops",
        "description": "It drops the line.",
        "priority": "high",
        "attempts": [
            {
                "line": 1,
                "channel": "phone",
                "tried": "Restarted it",
                "outcome": "not_solved",
                "by": "Nuria",
                "at": "2026-01-05T10:00:00+01:00",
            }
        ],
    } | changes


def post(client: Client, token: str, data: dict[str, Any]) -> Any:
    return client.post(
        URL,
        data,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
    )


def test_a_case_comes_in_whole(client: Client) -> None:
    source, token = make_source()
    answer = post(client, token, body())
    case = Case.objects.get()
    assert case.contact
    assert answer.status_code == 201
    assert answer.json() == {
        "id": case.pk,
        "number": f"C-{case.pk}",
        "source": "helpdesk",
        "external_id": "HD-1",
        "status": "open",
        "created_at": answer.json()["created_at"],
        "url": f"{settings.SITE_URL}/cases/{case.pk}/",
    }
    assert (case.source, case.priority, case.customer.name, case.contact.phone) == (
        source,
        4,
        "Panadería Ruiz",
        "+34 969 22 22 22",
    )
    assert [str(hours) for hours in case.site.hours.all()] == [
        f"{case.site.hours.get().get_weekday_display()} 09:00-14:00"
    ]
    assert [attempt.tried for attempt in case.attempts.all()] == ["Restarted it"]


def test_repeating_answers_with_the_same_case(client: Client) -> None:
    _source, token = make_source()
    first = post(client, token, body())
    moved = body()
    moved["attempts"][0]["at"] = "2026-01-05T09:00:00Z"
    second = post(client, token, moved)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Case.objects.count() == 1


def test_other_contents_under_the_same_number_are_refused(client: Client) -> None:
    _source, token = make_source()
    post(client, token, body())
    answer = post(client, token, body(description="Something else."))
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.json()["type"], answer.json()["case_id"]) == ("case-differs", Case.objects.get().pk)
    assert Case.objects.get().description == "It drops the line."


def test_two_sources_may_use_the_same_number(client: Client) -> None:
    _one, token = make_source("one")
    _two, other = make_source("two")
    assert [post(client, key, body()).status_code for key in (token, other)] == [201, 201]
    assert (Case.objects.count(), Customer.objects.count(), Device.objects.count()) == (2, 1, 1)


def test_misspelt_fields_are_named(client: Client) -> None:
    _source, token = make_source()
    wrong = body(prioritty="high")
    wrong["site"]["adress"] = "x"
    answer = post(client, token, wrong)
    assert answer.status_code == 400
    assert [row["field"] for row in answer.json()["errors"]] == ["prioritty"]
    del wrong["prioritty"]
    assert [row["field"] for row in post(client, token, wrong).json()["errors"]] == ["site.adress"]
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": "fax"}, "channel"),
        ({"line": 9}, "line"),
        ({"priority": "asap"}, "priority"),
        ({"contact": {"name": "Rosa"}}, "contact"),
        ({"contact": {"name": "Rosa", "phone": "12"}}, "contact.phone"),
        ({"site": {"line1": "A", "latitude": 40}}, "site.latitude"),
        ({"site": {"line1": "A", "zone": "Madrid"}}, "site.zone"),
        ({"external_id": ""}, "external_id"),
        ({"due_at": "tomorrow"}, "due_at"),
    ],
)
def test_each_wrong_value_names_its_field(client: Client, changes: dict[str, Any], field: str) -> None:
    _source, token = make_source()
    answer = post(client, token, body(**changes))
    assert answer.status_code == 400
    assert [row["field"] for row in answer.json()["errors"]] == [field]


def test_overlapping_hours_and_future_attempts_are_refused(client: Client) -> None:
    _source, token = make_source()
    wrong = body()
    wrong["site"]["opening_hours"] = [
        {"weekday": 1, "opens": "09:00", "closes": "14:00"},
        {"weekday": 1, "opens": "13:00", "closes": "15:00"},
    ]
    wrong["attempts"][0]["at"] = (timezone.now() + timedelta(hours=1)).isoformat()
    fields = [row["field"] for row in post(client, token, wrong).json()["errors"]]
    assert fields == ["site.opening_hours", "attempts[0].at"]


def test_an_unknown_channel_is_answered_with_the_known(client: Client) -> None:
    _source, token = make_source()
    answer = post(client, token, body(channel="fax"))
    assert answer.json()["errors"] == [{"field": "channel", "detail": "Unknown: fax. Known are: phone."}]


def test_outsiders_stay_outside(client: Client) -> None:
    source, token = make_source()
    assert client.post(URL, body(), content_type="application/json").status_code == 401
    assert post(client, "wrong", body()).status_code == 401
    client.force_login(make_user("administrator"))
    assert client.post(URL, body(), content_type="application/json").status_code == 401
    renewed = issue_source_token(source=source)
    assert post(client, token, body()).status_code == 401
    source.active = False
    source.save()
    answer = post(client, renewed, body())
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="cases"')
    assert Case.objects.count() == 0


def test_the_token_is_stored_hashed() -> None:
    source, token = make_source()
    assert token not in str(source.token_hash)
    assert len(str(source.token_hash)) == 64


def test_the_schema_tells_of_it(client: Client) -> None:
    schema = client.get("/api/v1/schema/?format=json").json()
    act = schema["paths"]["/api/v1/cases/"]["post"]
    assert act["security"] == [{"caseSource": []}]
    assert schema["components"]["securitySchemes"]["caseSource"]["scheme"] == "bearer"
    assert sorted(act["responses"]) == ["200", "201", "400", "401", "409"]


@pytest.mark.django_db(transaction=True)
def test_rivals_with_one_number_make_one_case() -> None:
    _source, token = make_source()
    data = body()
    with ThreadPoolExecutor(6) as pool:
        codes = sorted(answer.status_code for answer in pool.map(lambda _: post_and_close(token, data), range(12)))
    assert codes == [200] * 11 + [201]
    assert (Case.objects.count(), Customer.objects.count()) == (1, 1)


def post_and_close(token: str, data: dict[str, Any]) -> Any:
    try:
        return post(Client(), token, data)
    finally:
        connection.close()
