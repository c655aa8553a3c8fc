"""The planning rules of a visit: seen on its page, changed on their own."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dispatch.models import Visit
from dispatch.services.visits import cancel_visit
from scheduling.models import Appointment, AppointmentEvent, AppointmentWindow, LoadUnit
from scheduling.services.appointments import load_appointment
from scheduling.services.rules import Choice, Load, Need, Opening, PlanningRules, Wish, read_rules
from tests.dispatch.cast import make_user, make_visit
from tests.make import DAY, at, make_skill, make_technician

pytestmark = pytest.mark.django_db
NOON = "2026-11-26T12:00"


@pytest.fixture
def dispatcher(client: Client) -> Client:
    client.force_login(make_user("dispatcher"))
    return client


def address_of(visit: Visit) -> str:
    return f"/visits/{visit.pk}/rules/"


def rules_of(visit: Visit) -> PlanningRules:
    return read_rules(load_appointment(visit.appointment_id))


def shown(forms: Any) -> dict[str, Any]:
    """What a browser would send of a page's forms, as they are shown."""
    sent: dict[str, Any] = {}
    for rows in forms.rows.values():
        sent |= {field.html_name: field.value() for field in rows.management_form}
    for field in (field for form in forms.parts for field in form):
        value = field.field.widget.format_value(field.value())
        sent[field.html_name] = (value[0] if value else "") if isinstance(value, list) else value or ""
    return sent


def fill(client: Client, visit: Visit, **changes: Any) -> dict[str, Any]:
    return shown(client.get(address_of(visit)).context["forms"]) | changes


def test_a_form_sent_as_it_was_shown_changes_nothing(dispatcher: Client) -> None:
    visit = make_visit()
    odd = at(10).replace(second=27, microsecond=5)
    AppointmentWindow.objects.create(appointment=visit.appointment, starts_at=odd, ends_at=at(12))
    Appointment.objects.filter(pk=visit.appointment_id).update(pinned_start_at=odd, due_at=odd, risk=7)
    before = rules_of(visit)
    answer = dispatcher.post(address_of(visit), fill(dispatcher, visit))
    assert (answer.status_code, answer["Location"]) == (302, f"/visits/{visit.pk}/")
    assert rules_of(visit) == before
    assert AppointmentEvent.objects.filter(kind="rules_changed").count() == 0


def test_every_rule_is_set_by_the_form_and_seen_on_the_page(dispatcher: Client) -> None:
    visit, ana, omar = make_visit(), make_technician("Ana Sanz"), make_technician("Omar Ruiz")
    fibre, wifi, alarm = (make_skill(code) for code in ("fibre", "wifi", "alarm"))
    boxes = LoadUnit.objects.create(code="box", name="Boxes")
    # A new due time has to be one to come, at whatever date this runs.
    Appointment.objects.filter(pk=visit.appointment_id).update(due_at=at(18, day=DAY + timedelta(days=1)))
    sent = fill(
        dispatcher,
        visit,
        **{
            "priority": 8,
            "risk": 35,
            "earliest_at": "2026-11-26T08:00",
            "due_at": "2026-11-27T18:00",
            "sla_at": NOON,
            "day_3": "09:00-14:00, 16:00-19:00",
            f"delivery_{boxes.pk}": 2,
            f"pickup_{boxes.pk}": 1,
            "pinned_technician": ana.pk,
            "pinned_start_at": "2026-11-26T10:30",
            "skills-TOTAL_FORMS": 3,
            "skills-0-skill": fibre.pk,
            "skills-0-level": 2,
            "skills-0-group": 0,
            "skills-1-skill": wifi.pk,
            "skills-1-level": 1,
            "skills-1-group": 1,
            "skills-2-skill": alarm.pk,
            "skills-2-level": 3,
            "skills-2-group": 1,
            "technicians-TOTAL_FORMS": 2,
            "technicians-0-technician": ana.pk,
            "technicians-0-kind": "required",
            "technicians-1-technician": omar.pk,
            "technicians-1-kind": "excluded",
            "wishes-TOTAL_FORMS": 2,
            "wishes-0-starts_at": "2026-11-26T09:00",
            "wishes-0-ends_at": "2026-11-26T11:00",
            "wishes-1-starts_at": "2026-11-27T15:00",
            "wishes-1-ends_at": "2026-11-27T17:00",
        },
    )
    assert dispatcher.post(address_of(visit), sent).status_code == 302
    tomorrow = at(1).date().replace(day=27)
    assert rules_of(visit) == PlanningRules(
        priority=8,
        risk=35,
        earliest_at=at(8),
        due_at=at(18, day=tomorrow),
        sla_at=at(12),
        wishes=(Wish(at(9), at(11)), Wish(at(15, day=tomorrow), at(17, day=tomorrow))),
        hours=(Opening(3, time(9), time(14)), Opening(3, time(16), time(19))),
        skills=(Need(0, fibre.pk, 2), Need(1, wifi.pk, 1), Need(1, alarm.pk, 3)),
        technicians=(Choice(ana.pk, "required"), Choice(omar.pk, "excluded")),
        loads=(Load(boxes.pk, 2, 1),),
        pinned_technician=ana.pk,
        pinned_start_at=at(10, 30),
    )
    page = dispatcher.get(f"/visits/{visit.pk}/")
    assert {rule.name: rule.lines for rule in page.context["rules"]} == {
        "priority": ("Urgent",),
        "risk": ("35 %",),
        "skills": ("fibre 2", "one of: wifi 1, alarm 3"),
        "technicians": ("Required: Ana Sanz", "Excluded: Omar Ruiz"),
        "pinned_technician": ("Ana Sanz",),
        "pinned_start_at": ("Thu 26 Nov 10:30",),
        "wishes": ("Thu 26 Nov, 09:00–11:00", "Fri 27 Nov, 15:00–17:00"),
        "hours": ("Thu 09:00–14:00, 16:00–19:00",),
        "earliest_at": ("Thu 26 Nov 08:00",),
        "due_at": ("Fri 27 Nov 18:00",),
        "sla_at": ("Thu 26 Nov 12:00",),
        "loads": ("Boxes: 2 brought, 1 taken along",),
    }
    assert page.context["unset"] == []
    assert page.context["history"][0].title == "Planning rules changed"


def test_rules_are_taken_away_by_emptying_their_fields(dispatcher: Client) -> None:
    visit = make_visit()
    make_technician(skills=[("fibre", 2)])
    visit.appointment.skills.create(skill=make_skill("fibre"), level=2)
    visit.appointment.wishes.create(starts_at=at(9), ends_at=at(11))
    visit.appointment.hours.create(weekday=0, opens=time(9), closes=time(18))
    empty = {"skills-0-skill": "", "wishes-0-starts_at": "", "wishes-0-ends_at": "", "day_0": ""}
    assert dispatcher.post(address_of(visit), fill(dispatcher, visit, **empty)).status_code == 302
    rules = rules_of(visit)
    assert (rules.skills, rules.wishes, rules.hours) == ((), (), ())
    assert "Opening hours" in dispatcher.get(f"/visits/{visit.pk}/").context["unset"]


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"risk": "101"}, "id_risk"),
        ({"risk": ""}, "id_risk"),
        ({"priority": "3"}, "id_priority"),
        ({"due_at": "yesterday"}, "id_due_at"),
        ({"earliest_at": NOON, "due_at": "2026-11-26T11:00"}, "id_due_at"),
        ({"day_1": "9 to 5"}, "id_day_1"),
        ({"wishes-0-starts_at": NOON, "wishes-0-ends_at": "2026-11-26T11:00"}, "id_wishes-0-ends_at"),
        ({"wishes-0-starts_at": NOON}, "id_wishes-0-ends_at"),
        ({"skills-0-skill": "99999"}, "id_skills-0-skill"),
        ({"pinned_technician": "99999"}, "id_pinned_technician"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_lost(
    dispatcher: Client, changes: dict[str, str], anchor: str
) -> None:
    visit = make_visit()
    before = rules_of(visit)
    sent = fill(dispatcher, visit, sla_at="2026-11-30T12:00") | changes
    page = dispatcher.post(address_of(visit), sent)
    assert page.status_code == 422
    assert [fault.anchor for fault in page.context["forms"].faults] == [anchor]
    text = page.content.decode()
    assert f'id="{anchor}"' in text
    assert 'value="2026-11-30T12:00"' in text
    assert rules_of(visit) == before


def test_the_same_technician_twice_is_told_at_the_second(dispatcher: Client) -> None:
    visit, ana = make_visit(), make_technician()
    twice = {
        "technicians-TOTAL_FORMS": 2,
        "technicians-0-technician": ana.pk,
        "technicians-0-kind": "required",
        "technicians-1-technician": ana.pk,
        "technicians-1-kind": "excluded",
    }
    page = dispatcher.post(address_of(visit), fill(dispatcher, visit, **twice))
    assert [fault.anchor for fault in page.context["forms"].faults] == ["id_technicians-1-technician"]


def test_another_row_comes_without_script(dispatcher: Client) -> None:
    visit = make_visit()
    skill = make_skill("fibre")
    page = dispatcher.post(
        address_of(visit), fill(dispatcher, visit, add_skills="1", risk="nonsense", **{"skills-0-skill": skill.pk})
    )
    forms = page.context["forms"]
    assert (page.status_code, forms.faults, len(forms.rows["skills"].forms)) == (200, [], 2)
    assert 'value="nonsense"' in page.content.decode()
    assert rules_of(visit).skills == ()


def test_a_due_time_that_has_passed_is_told_at_its_field_and_an_old_one_stays(dispatcher: Client) -> None:
    visit = make_visit()
    sent = fill(dispatcher, visit)
    page = dispatcher.post(address_of(visit), sent | {"due_at": "2020-01-01T10:00", "risk": 30})
    assert page.status_code == 422
    assert [fault.anchor for fault in page.context["forms"].faults] == ["id_due_at"]
    assert 'value="2020-01-01T10:00"' in page.content.decode()
    overdue = at(10).replace(year=2020)
    Appointment.objects.filter(pk=visit.appointment_id).update(due_at=overdue)
    assert dispatcher.post(address_of(visit), fill(dispatcher, visit, risk=30)).status_code == 302
    assert (rules_of(visit).risk, rules_of(visit).due_at) == (30, overdue)


def test_a_due_time_before_the_promise_is_told_at_its_field(dispatcher: Client) -> None:
    visit = make_visit()
    day = date(2090, 11, 27)
    Appointment.objects.filter(pk=visit.appointment_id).update(
        status="confirmed", window_starts_at=at(9, day=day), window_ends_at=at(11, day=day)
    )
    page = dispatcher.post(address_of(visit), fill(dispatcher, visit, due_at="2090-11-27T08:00"))
    assert [fault.anchor for fault in page.context["forms"].faults] == ["id_due_at"]
    assert rules_of(visit).due_at is None


def test_of_two_dispatchers_the_second_is_told(dispatcher: Client) -> None:
    visit = make_visit()
    mine, theirs = fill(dispatcher, visit, risk=10), fill(dispatcher, visit, risk=20)
    assert dispatcher.post(address_of(visit), theirs).status_code == 302
    page = dispatcher.post(address_of(visit), mine)
    assert page.status_code == 422
    assert "Somebody else has changed these rules" in page.context["refusal"]
    assert rules_of(visit).risk == 20


def test_a_visit_that_is_over_keeps_its_rules(dispatcher: Client) -> None:
    visit = make_visit()
    sent = fill(dispatcher, visit, risk=10)
    cancel_visit(visit_id=visit.pk, reason="Solved itself", actor=None, now=timezone.now())
    assert dispatcher.get(address_of(visit)).status_code == 302
    assert dispatcher.post(address_of(visit), sent).status_code == 302
    assert rules_of(visit).risk == 0
    assert dispatcher.get(f"/visits/{visit.pk}/").context["rules_address"] == ""


def test_agents_neither_see_nor_set_planning_rules(client: Client) -> None:
    visit = make_visit()
    client.force_login(make_user("agent"))
    page = client.get(f"/visits/{visit.pk}/")
    assert (page.status_code, "rules" in page.context) == (200, False)
    assert [client.get(address_of(visit)).status_code, client.post(address_of(visit)).status_code] == [403, 403]


def test_the_page_writes_times_of_the_site(dispatcher: Client) -> None:
    visit = make_visit()
    Appointment.objects.filter(pk=visit.appointment_id).update(zone="Atlantic/Canary", sla_at=at(12))
    assert 'value="2026-11-26T11:00"' in dispatcher.get(address_of(visit)).content.decode()
    dispatcher.post(address_of(visit), fill(dispatcher, visit, sla_at=NOON))
    assert rules_of(visit).sla_at == at(13)
