from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dispatch.models import Case, Channel, Contact, Customer, SupportLine, Visit
from dispatch.selectors.cases import find_cases
from dispatch.services.cases import close_case
from dispatch.services.visits import cancel_visit
from tests.dispatch.cast import make_case, make_catalogues, make_user, make_visit, make_visit_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> Client:
    client.force_login(make_user("agent", first_name="Nuria", last_name="Alonso"))
    return client


def list_names(client: Client, query: str = "") -> list[str]:
    return [str(case.customer) for case in client.get(f"/cases/{query}").context["page"]]


def form_of(customer: Customer | None = None, /, **changes: Any) -> dict[str, Any]:
    """What a browser sends: everything new, one attempt."""
    make_catalogues()
    channel, line = Channel.objects.get(code="phone").pk, SupportLine.objects.get(level=1).pk
    new = {"customer-kind": "company", "customer-name": "Panadería Ruiz", "customer-language": "es"}
    return (
        (new if customer is None else {})
        | {
            "site-pick": "new",
            "site-line1": "Calle Alta 3",
            "site-city": "Prueba",
            "site-latitude": "40.01",
            "site-longitude": "-3.01",
            "site-quality": "picked",
            "site-zone": "Europe/Madrid",
            "site-day_0": "09:00-14:00, 16:00-19:00",
            "contact-pick": "new",
            "contact-name": "Rosa Ruiz",
            "contact-email": "rosa@example.com",
            "contact-role": "asks",
            "contact-language": "es",
            "device-pick": "none",
            "case-description": "It drops the line.",
            "case-channel": channel,
            "case-line": line,
            "case-priority": "4",
            "attempts-TOTAL_FORMS": "1",
            "attempts-INITIAL_FORMS": "0",
            "attempts-0-tried": "Restarted it",
            "attempts-0-outcome": "not_solved",
            "attempts-0-line": line,
            "attempts-0-channel": channel,
            "attempts-0-by": "Nuria",
            "attempts-0-at": "2026-01-05T10:00",
        }
        | changes
    )


def test_the_inbox_is_sorted_by_trouble(agent: Client) -> None:
    now = timezone.now()
    make_case("Calm", due_at=now + timedelta(days=3))
    make_case("Never due")
    make_case("Overdue", due_at=now - timedelta(hours=1))
    make_case("Long overdue", due_at=now - timedelta(days=1))
    make_case("Soon", due_at=now + timedelta(hours=2))
    make_case("Urgent", priority=8, due_at=now + timedelta(days=5))
    assert list_names(agent) == ["Long overdue", "Overdue", "Soon", "Urgent", "Calm", "Never due"]


def test_groups_and_search(agent: Client) -> None:
    first, second = make_case("Laura Gómez"), make_case("Juan Pérez", external_id="HD-77")
    close_case(case=second, reason="Duplicate", actor=make_user("dispatcher"), now=timezone.now())
    assert list_names(agent) == ["Laura Gómez"]
    assert list_names(agent, "?state=finished") == ["Juan Pérez"]
    assert list_names(agent, "?state=nonsense") == ["Laura Gómez", "Juan Pérez"]
    assert list_names(agent, "?q=juan+mayor") == ["Juan Pérez"]
    assert list_names(agent, "?q=hd-77") == ["Juan Pérez"]
    assert list_names(agent, f"?q=C-{first.pk}") == ["Laura Gómez"]
    assert list_names(agent, "?q=nobody") == []
    assert [count for _name, _label, count in agent.get("/cases/").context["tabs"]] == [1, 0, 1, 2]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_inbox_asks_as_often_for_one_row_as_for_thirty(
    agent: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        make_case(f"Customer {number}")
    agent.get("/cases/")
    with django_assert_num_queries(7):
        assert len(list_names(agent)) == rows


def test_further_pages(agent: Client) -> None:
    for number in range(31):
        make_case(f"Customer {number}")
    assert len(list_names(agent, "?page=2")) == 1
    assert len(list_names(agent, "?page=99")) == 1


def test_outsiders_see_no_case(client: Client) -> None:
    case = make_case()
    paths = ["/cases/", "/cases/new/", f"/cases/{case.pk}/", f"/cases/{case.pk}/place/"]
    assert [client.get(path).status_code for path in paths] == [302] * 4
    client.force_login(make_user("technician"))
    assert [client.get(path).status_code for path in paths] == [403] * 4
    acts = [f"/cases/{case.pk}/{act}/" for act in ("attempts", "visits", "settle")]
    assert [client.post(path, {"reason": "x", "act": "close"}).status_code for path in acts] == [403] * 3
    assert list(find_cases(Case.objects.all(), now=timezone.now())) == [case]


def test_a_customer_is_looked_up_first(agent: Client) -> None:
    make_case("Laura Gómez")
    make_case("Juan Pérez")
    found = agent.get("/cases/new/?q=gómez").context["customers"]
    assert [str(customer) for customer in found] == ["Laura Gómez"]
    for number in ("969222222", "969 22 22 22", "+34969222222"):
        assert len(agent.get("/cases/new/", {"q": number}).context["customers"]) == 2


def test_a_case_with_everything_new(agent: Client) -> None:
    answer = agent.post("/cases/new/?customer=new", form_of())
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.pk}/")
    assert (case.customer.name, case.customer.kind, case.priority) == ("Panadería Ruiz", "company", 4)
    assert (case.site.place.point, case.site.place.quality) == ((40.01, -3.01), "picked")
    assert [(row.weekday, row.opens.hour, row.closes.hour) for row in case.site.hours.all()] == [
        (0, 9, 14),
        (0, 16, 19),
    ]
    assert [(attempt.tried, attempt.by) for attempt in case.attempts.all()] == [("Restarted it", "Nuria")]
    assert case.contact
    assert case.created_by
    assert (case.contact.email, case.device, case.created_by.first_name) == ("rosa@example.com", None, "Nuria")


def test_a_case_of_a_known_customer_makes_nothing_twice(agent: Client) -> None:
    known = make_case()
    picks = {"site-pick": known.site_id, "contact-pick": known.contact_id, "device-pick": known.device_id}
    answer = agent.post(f"/cases/new/?customer={known.customer_id}", form_of(known.customer, **picks))
    assert answer.status_code == 302
    second = Case.objects.exclude(pk=known.pk).get()
    assert (second.customer, second.site, second.contact, second.device) == (
        known.customer,
        known.site,
        known.contact,
        known.device,
    )
    assert (Customer.objects.count(), Contact.objects.count()) == (1, 1)


def test_open_cases_of_the_same_site_are_shown(agent: Client) -> None:
    known = make_case()
    assert agent.get(f"/cases/new/?customer={known.customer_id}").context["alike"] == [known]
    other = make_case()
    assert agent.get(f"/cases/{known.pk}/").context["alike"] == [other]


def test_a_device_of_another_address_is_refused(agent: Client) -> None:
    known = make_case()
    answer = agent.post(
        f"/cases/new/?customer={known.customer_id}", form_of(known.customer, **{"device-pick": known.device_id})
    )
    assert answer.status_code == 422
    assert list(answer.context["forms"].device.errors) == ["pick"]


@pytest.mark.parametrize(
    ("changes", "part", "field"),
    [
        ({"customer-name": ""}, "customer", "name"),
        ({"site-line1": ""}, "site", "line1"),
        ({"site-day_0": "mornings"}, "site", "day_0"),
        ({"site-day_0": "09:00-14:00, 13:00-15:00"}, "site", "day_0"),
        ({"site-zone": "Madrid"}, "site", "zone"),
        ({"site-longitude": ""}, "site", "latitude"),
        ({"contact-email": ""}, "contact", "phone"),
        ({"contact-phone": "12"}, "contact", "phone"),
        ({"device-pick": "new"}, "device", "product"),
        ({"case-description": ""}, "case", "description"),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_kept(
    agent: Client, changes: dict[str, str], part: str, field: str
) -> None:
    answer = agent.post("/cases/new/?customer=new", form_of(**changes))
    assert answer.status_code == 422
    assert list(getattr(answer.context["forms"], part).errors) == [field]
    assert (Case.objects.count(), Customer.objects.count()) == (0, 0)


def test_the_faults_are_listed_at_the_top(agent: Client) -> None:
    answer = agent.post("/cases/new/?customer=new", form_of(**{"site-line1": "", "case-due_at": "2020-01-01T10:00"}))
    faults = answer.context["forms"].faults
    assert [(fault.anchor, fault.label) for fault in faults] == [
        ("id_site-line1", "Street and number"),
        ("id_case-due_at", "Due"),
    ]
    page = answer.content.decode()
    assert [page.count(text) for fault in faults for text in (f'href="#{fault.anchor}"', f'id="{fault.anchor}"')] == [
        1
    ] * 4


def test_no_device_is_chosen_for_the_agent(agent: Client) -> None:
    customer = make_case().customer
    for who in (customer.pk, "new"):
        forms = agent.get(f"/cases/new/?customer={who}").context["forms"]
        assert (forms.device["pick"].value(), forms.device["product"].value()) == ("none", None)


def test_one_more_attempt_without_javascript(agent: Client) -> None:
    answer = agent.post("/cases/new/?customer=new", form_of(add_attempt="1", **{"case-description": ""}))
    forms = answer.context["forms"]
    assert (answer.status_code, len(forms.attempts.forms), forms.errors) == (200, 2, False)
    assert forms.attempts.forms[0]["tried"].value() == "Restarted it"
    assert forms.attempts.forms[1]["by"].value() == "Nuria Alonso"
    assert Case.objects.count() == 0


def test_an_attempt_left_empty_is_none(agent: Client) -> None:
    empty = {"attempts-0-tried": "", "attempts-0-outcome": "", "case-no_attempt_reason": "The line is dead"}
    assert agent.post("/cases/new/?customer=new", form_of(**empty)).status_code == 302
    case = Case.objects.get()
    assert (case.attempts.count(), case.no_attempt_reason) == (0, "The line is dead")


def test_an_attempt_is_added_later(agent: Client) -> None:
    case = make_case(tried=False)
    values = {name.replace("attempts-0", "attempt"): value for name, value in form_of().items() if "attempts-0" in name}
    assert agent.post(f"/cases/{case.pk}/attempts/", values).status_code == 302
    assert [attempt.tried for attempt in case.attempts.all()] == ["Restarted it"]
    wrong = agent.post(f"/cases/{case.pk}/attempts/", values | {"attempt-at": "2999-01-01T10:00"})
    assert (wrong.status_code, list(wrong.context["attempt_form"].errors)) == (422, ["at"])


def test_a_visit_wants_an_attempt_or_a_reason(agent: Client) -> None:
    case, kind = make_case(tried=False), make_visit_type()
    refused = agent.post(f"/cases/{case.pk}/visits/", {"visit-visit_type": kind.pk, "visit-reason": ""})
    assert (refused.status_code, Visit.objects.count()) == (422, 0)
    assert list(refused.context["visit_form"].errors) == ["reason"]
    opened = agent.post(f"/cases/{case.pk}/visits/", {"visit-visit_type": kind.pk, "visit-reason": "No line at all"})
    visit = Visit.objects.get()
    assert (opened.status_code, opened["Location"]) == (302, f"/visits/{visit.pk}/")
    assert Case.objects.get().no_attempt_reason == "No line at all"


def test_a_visit_without_a_kind_is_told_at_the_top_and_leads_to_the_kinds(agent: Client) -> None:
    case, _kind, _other = make_case(), make_visit_type(), make_visit_type("measure")
    refused = agent.post(f"/cases/{case.pk}/visits/", {})
    [fault] = refused.context["faults"]
    page = refused.content.decode()
    assert (refused.status_code, fault.anchor, fault.message) == (
        422,
        "id_visit-visit_type_0",
        "Choose a kind of visit.",
    )
    assert f'id="{fault.anchor}"' in page
    assert page.count("autofocus") == 1


def test_the_address_of_an_act_leads_back_to_its_page(agent: Client) -> None:
    visit = make_visit()
    case, page = f"/cases/{visit.case_id}/", f"/visits/{visit.pk}/"
    acts = {f"{case}visits/": case, f"{case}attempts/": case, f"{case}settle/": case, f"{page}link/": page}
    assert {path: agent.get(path).get("Location") for path in acts} == acts
    assert agent.put(f"{case}visits/").status_code == 405
    chosen = agent.post("/language/", {"language": "es", "next": f"{case}visits/"}, follow=True)
    assert chosen.redirect_chain == [(f"{case}visits/", 302), (case, 302)]


def test_a_visit_is_opened_once(agent: Client) -> None:
    case, kind = make_case(), make_visit_type()
    answers = [agent.post(f"/cases/{case.pk}/visits/", {"visit-visit_type": kind.pk}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert Visit.objects.count() == 1


def test_giving_back_and_closing_want_a_reason(agent: Client) -> None:
    case = make_case()
    agent.post(f"/cases/{case.pk}/settle/", {"act": "close", "reason": ""})
    assert Case.objects.get().status == "open"
    agent.post(f"/cases/{case.pk}/settle/", {"act": "return", "reason": "Try the new firmware"})
    assert Case.objects.get().status == "returned"
    agent.post(f"/cases/{case.pk}/settle/", {"act": "close", "reason": "Solved itself"})
    assert Case.objects.get().status == "closed"
    page = agent.get(f"/cases/{case.pk}/")
    told = [(moment.title, moment.detail, moment.by) for moment in page.context["history"]][1::-1]
    assert told == [
        ("Given back to a support line", "Try the new firmware", "Nuria Alonso"),
        ("Case closed", "Solved itself", "Nuria Alonso"),
    ]


@pytest.mark.parametrize("act", ["close", "return"])
@pytest.mark.parametrize("status", ["open", "scheduled", "under_way"])
def test_a_case_does_not_end_under_its_visit(agent: Client, act: str, status: str) -> None:
    visit = make_visit()
    Visit.objects.update(status=status)
    page = agent.post(f"/cases/{visit.case_id}/settle/", {"act": act, "reason": "Solved itself"}, follow=True)
    assert Case.objects.get().status == "visit_opened"
    assert ("cancel the visit first" in page.content.decode()) == (status != "under_way")
    assert ("wait until the technician has finished" in page.content.decode()) == (status == "under_way")


def test_a_case_ends_once_its_visit_is_cancelled(agent: Client) -> None:
    visit = make_visit()
    cancel_visit(visit_id=visit.pk, reason="Solved itself", actor=None, now=timezone.now())
    agent.post(f"/cases/{visit.case_id}/settle/", {"act": "close", "reason": "Solved itself"})
    assert Case.objects.get().status == "closed"


def test_the_place_is_set_on_the_map(agent: Client) -> None:
    case = make_case(located=False)
    position = {"latitude": "40.5", "longitude": "-3.5", "quality": "picked"}
    assert agent.post(f"/cases/{case.pk}/place/", position).status_code == 302
    place = Case.objects.get().site.place
    assert (place.point, place.quality) == ((40.5, -3.5), "picked")
    assert agent.post(f"/cases/{case.pk}/place/", position | {"latitude": "95"}).status_code == 422


def test_a_person_is_their_own_contact(agent: Client) -> None:
    changes = {"customer-kind": "person", "customer-name": "Laura Gómez", "contact-name": ""}
    assert agent.post("/cases/new/?customer=new", form_of(**changes)).status_code == 302
    case = Case.objects.get()
    assert case.contact
    assert case.contact.name == "Laura Gómez"
