"""The settings of planning and the sets of weights, on a dispatcher's pages."""

from datetime import UTC, date, datetime, time

import pytest
from django.test import Client

from scheduling.models import PlanningSettings, Run, User, WeightSet
from scheduling.services.planning_settings import PlanningValues, Step, read_planning_settings, set_planning_settings
from tests.dispatch.cast import make_user
from tests.dispatch.test_visit_rules import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(client: Client) -> Client:
    client.force_login(make_user("dispatcher"))
    return client


def fill(client: Client, **changes: object) -> dict[str, object]:
    return shown(client.get("/planning/").context["forms"]) | changes


def weights(client: Client, address: str, **changes: object) -> dict[str, object]:
    form = client.get(address).context["form"]
    return {field.html_name: field.value() for field in form} | changes


def test_settings_sent_as_they_were_shown_stay(dispatcher: Client) -> None:
    steps = frozenset({Step(None, time(7, 30), 80), Step(None, time(9, 30), 100), Step(6, time(0), 105)})
    chosen = WeightSet.objects.get(code="least_driving").pk
    values = PlanningValues(weight_set=chosen, freeze_s=1234, continuity_months=6, currency="USD", steps=steps)
    set_planning_settings(values=values)
    assert dispatcher.post("/planning/", fill(dispatcher)).status_code == 302
    assert read_planning_settings() == values


def test_every_setting_is_set(dispatcher: Client) -> None:
    chosen = WeightSet.objects.get(code="emergency")
    sent = fill(
        dispatcher,
        weight_set=chosen.pk,
        freeze=30,
        continuity_months=3,
        currency="CHF",
        **{
            "steps-TOTAL_FORMS": 2,
            "steps-0-weekday": "",
            "steps-0-starts": "07:30",
            "steps-0-percent": 80,
            "steps-1-weekday": 4,
            "steps-1-starts": "16:00",
            "steps-1-percent": 70,
        },
    )
    assert dispatcher.post("/planning/", sent).status_code == 302
    assert read_planning_settings() == PlanningValues(
        chosen.pk, 1800, 3, "CHF", frozenset({Step(None, time(7, 30), 80), Step(4, time(16), 70)})
    )
    assert PlanningSettings.current().weights() == chosen.weights()


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"freeze": "1441"}, "id_freeze"),
        ({"currency": "euro"}, "id_currency"),
        ({"steps-0-starts": "07:30", "steps-0-percent": "4"}, "id_steps-0-percent"),
        ({"steps-0-starts": "07:30", "steps-0-percent": "301"}, "id_steps-0-percent"),
        ({"steps-0-percent": "80"}, "id_steps-0-starts"),
        (
            {
                "steps-TOTAL_FORMS": 2,
                "steps-0-starts": "07:30",
                "steps-0-percent": "80",
                "steps-1-starts": "07:30",
                "steps-1-percent": "90",
            },
            "id_steps-1-starts",
        ),
    ],
)
def test_bad_settings_are_told_at_their_field(dispatcher: Client, changes: dict[str, object], anchor: str) -> None:
    before = read_planning_settings()
    page = dispatcher.post("/planning/", fill(dispatcher, continuity_months=77) | changes)
    assert page.status_code == 422
    assert [fault.anchor for fault in page.context["forms"].faults] == [anchor]
    assert 'value="77"' in page.content.decode()
    assert read_planning_settings() == before


def test_another_hour_comes_without_script(dispatcher: Client) -> None:
    page = dispatcher.post("/planning/", fill(dispatcher, add_steps="1"))
    assert (page.status_code, len(page.context["forms"].steps.forms)) == (200, 2)


def test_a_set_of_weights_is_changed(dispatcher: Client) -> None:
    chosen = WeightSet.objects.get(code="customer_first")
    address = f"/planning/weights/{chosen.pk}/"
    before = chosen.weights()
    assert dispatcher.post(address, weights(dispatcher, address, late_minute=99)).status_code == 302
    chosen.refresh_from_db()
    assert chosen.weights().late_minute == 99
    assert chosen.weights().travel == before.travel


def test_settings_changed_meanwhile_are_not_overwritten_unseen(dispatcher: Client) -> None:
    sent = fill(dispatcher, continuity_months=77)
    steps = frozenset({Step(None, time(7, 30), 80)})
    values = PlanningValues(weight_set=None, freeze_s=60, continuity_months=6, currency="USD", steps=steps)
    set_planning_settings(values=values)
    page = dispatcher.post("/planning/", sent)
    assert page.status_code == 422
    assert page.context["refusal"] == "Somebody else has changed these rules meanwhile. Look at them again."
    assert 'value="77"' in page.content.decode()
    assert read_planning_settings() == values


def test_weights_changed_meanwhile_are_not_overwritten_unseen(dispatcher: Client) -> None:
    address = f"/planning/weights/{WeightSet.objects.get(code='customer_first').pk}/"
    sent = weights(dispatcher, address, late_minute=99)
    WeightSet.objects.filter(code="customer_first").update(travel=123)
    page = dispatcher.post(address, sent)
    assert page.status_code == 422
    assert page.context["refusal"] == "Somebody else has changed these rules meanwhile. Look at them again."
    assert 'value="99"' in page.content.decode()
    chosen = WeightSet.objects.get(code="customer_first")
    assert (chosen.travel, chosen.late_minute == 99) == (123, False)


def test_a_new_set_begins_like_the_balanced_one(dispatcher: Client) -> None:
    address = "/planning/weights/new/"
    for name in ("Ola de calor", "¡Ola de calor!"):
        assert dispatcher.post(address, weights(dispatcher, address, name=name)).status_code == 302
    made = WeightSet.objects.filter(name__contains="Ola")
    assert list(made.values_list("code", flat=True)) == ["ola-de-calor", "ola-de-calor-2"]
    assert made[0].weights() == WeightSet.objects.get(code="balanced").weights()


@pytest.mark.parametrize("name", ["Balanced", " emergency ", "emergencia", "Ola de calor"])
def test_two_sets_are_never_called_the_same(dispatcher: Client, name: str) -> None:
    address = "/planning/weights/new/"
    assert dispatcher.post(address, weights(dispatcher, address, name="Ola de Calor")).status_code == 302
    page = dispatcher.post(address, weights(dispatcher, address, name=name))
    assert page.status_code == 422
    assert [(fault.anchor, fault.message) for fault in page.context["faults"]] == [
        ("id_name", "Another set of weights is called so. Choose another name.")
    ]
    assert WeightSet.objects.count() == 5


def test_a_set_that_came_with_the_software_shows_its_name_in_the_readers_language(dispatcher: Client) -> None:
    chosen = WeightSet.objects.get(code="emergency")
    address = f"/planning/weights/{chosen.pk}/"
    User.objects.update(language="es")
    sent = weights(dispatcher, address)
    assert dispatcher.post(address, sent).status_code == 302
    chosen.refresh_from_db()
    assert (sent["name"], chosen.name) == ("Emergencia", "Emergency")


def test_a_set_is_deleted_and_its_plans_stay(dispatcher: Client) -> None:
    made = WeightSet.objects.create(code="heat", name="Heat")
    run = Run.objects.create(
        date=date(2026, 11, 26),
        requested_at=datetime(2026, 11, 25, tzinfo=UTC),
        time_limit_s=5,
        status="done",
        weight_set=made,
    )
    assert dispatcher.post(f"/planning/weights/{made.pk}/delete/").status_code == 302
    run.refresh_from_db()
    assert (WeightSet.objects.filter(code="heat").exists(), run.weight_set) == (False, None)


def test_sets_in_use_and_those_that_came_with_the_software_are_not_deleted(dispatcher: Client) -> None:
    usual = WeightSet.objects.create(code="usual", name="Usual")
    PlanningSettings(weight_set=usual).save()
    used = WeightSet.objects.create(code="used", name="Used")
    asked_at = datetime(2026, 11, 25, tzinfo=UTC)
    Run.objects.create(date=date(2026, 11, 26), requested_at=asked_at, time_limit_s=5, weight_set=used)
    for chosen in WeightSet.objects.all():
        answer = dispatcher.post(f"/planning/weights/{chosen.pk}/delete/")
        assert answer.headers["Location"] == f"/planning/weights/{chosen.pk}/"
    assert WeightSet.objects.count() == 6


def test_a_bad_weight_is_told_at_its_field(dispatcher: Client) -> None:
    chosen = WeightSet.objects.get(code="balanced")
    address = f"/planning/weights/{chosen.pk}/"
    page = dispatcher.post(address, weights(dispatcher, address, travel=-1, paid=10**8, waiting="much"))
    assert page.status_code == 422
    message = "A weight is a whole number between 0 and 10,000,000."
    faults = page.context["faults"]
    assert [fault.anchor for fault in faults] == ["id_travel", "id_paid", "id_waiting"]
    assert [page.context["form"].errors[name] for name in ("travel", "paid")] == [[message], [message]]


@pytest.mark.parametrize("role", ["agent", "technician", ""])
def test_outsiders_see_no_settings(client: Client, role: str) -> None:
    client.force_login(make_user(role))
    chosen = WeightSet.objects.get(code="balanced").pk
    paths = ["/planning/", "/planning/weights/new/", f"/planning/weights/{chosen}/"]
    assert [client.get(path).status_code for path in paths] == [403, 403, 403]
    assert [client.post(path).status_code for path in paths] == [403, 403, 403]
