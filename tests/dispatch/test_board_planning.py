"""What a dispatcher chooses before the planner begins, and what the review says of its result."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dispatch.models import Notice, Visit
from scheduling.models import Absence, Appointment, PlanningSettings, Run, WeightSet
from scheduling.services.runs import perform_run
from scheduling.services.shifts import make_shifts
from tests.dispatch.board_day import in_three_days, make_day, make_lane, make_waiting, place_visit, promise_visit
from tests.dispatch.cast import make_user
from tests.make import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(client: Client) -> Client:
    client.force_login(make_user("dispatcher"))
    return client


@pytest.fixture
def day():
    return in_three_days()


def post(client, path, body=None):
    answer = client.post(f"/board/{path}", body or {}, content_type="application/json")
    return answer.status_code, answer.json()


def plan(client, day, **body):
    status, answer = post(client, f"day/{day}/run", {"time_limit_s": 1} | body)
    assert status == 200, answer
    perform_run(run_id=answer["run"]["id"])
    return client.get(f"/board/day/{day}/").json()["proposal"]


def promised_visit(day):
    """Customer 1, from 9 to 11, on Ana's route."""
    make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 1")
    promise_visit(visit, at(9, day=day))
    return visit


def test_the_choices_are_the_sets_of_weights_and_the_promises_by_name(dispatcher, day):
    visit = promised_visit(day)
    PlanningSettings(weight_set=WeightSet.objects.get(code="least_driving")).save()

    choices = dispatcher.get(f"/board/day/{day - timedelta(days=2)}/choices").json()

    labels = {row["id"]: row["label"] for row in choices["weight_sets"]}
    assert {"Balanced", "Customer first", "Least driving", "Emergency"} <= set(labels.values())
    assert labels[choices["weight_set"]] == "Least driving"
    assert choices["days"] == [1, 3, 7]
    [row] = choices["promised"]
    assert (row["appointment"], row["customer"], row["days"]) == (visit.appointment_id, "Customer 1", 3)
    assert row["window"]["starts"] == at(9, day=day).isoformat().replace("+00:00", "Z")


def test_what_was_chosen_is_what_is_asked_for(dispatcher, day):
    visit = promised_visit(day)
    weights = WeightSet.objects.get(code="customer_first")
    wanted = {
        "days": 3,
        "time_limit_s": 7,
        "weight_set": weights.pk,
        "freeze_min": 45,
        "may_break": [visit.appointment_id],
        "reason": "Storm",
    }

    status, answer = post(dispatcher, f"day/{day}/run", wanted)

    run = Run.objects.get()
    assert status == 200
    assert answer["run"]["request"] == wanted
    assert (run.days, run.time_limit_s, run.weight_set, run.freeze_s) == (3, 7, weights, 45 * 60)
    assert (run.may_break, run.break_reason) == ([visit.appointment_id], "Storm")


@pytest.mark.parametrize(
    "body",
    [
        {"days": 0},
        {"days": 8},
        {"days": "3"},
        {"freeze_min": -1},
        {"freeze_min": 1441},
        {"freeze_min": "30"},
        {"weight_set": 10**6},
        {"weight_set": 10**30},
        {"weight_set": "balanced"},
        {"may_break": 7},
        {"may_break": ["7"]},
        {"may_break": [True]},
        {"may_break": [1] * 501},
    ],
)
def test_what_can_not_be_read_is_refused(dispatcher, day, body):
    assert post(dispatcher, f"day/{day}/run", body)[0] == 400


@pytest.mark.parametrize(("body", "freeze_s"), [({}, None), ({"freeze_min": None}, None), ({"freeze_min": 0}, 0)])
def test_without_a_freeze_that_of_the_settings_holds(dispatcher, day, body, freeze_s):
    PlanningSettings(freeze_s=900).save()

    choices = dispatcher.get(f"/board/day/{day}/choices").json()

    assert (choices["freeze_min"], choices["most_freeze_min"]) == (15, 1440)
    assert post(dispatcher, f"day/{day}/run", body)[0] == 200
    assert Run.objects.get().freeze_s == freeze_s


def test_a_promise_is_named_with_a_reason_or_not_at_all(dispatcher, day):
    visit = promised_visit(day)

    status, answer = post(dispatcher, f"day/{day}/run", {"may_break": [visit.appointment_id]})

    assert (status, answer["detail"]) == (409, "Write why these promises may be broken.")
    assert not Run.objects.exists()


def test_the_review_adds_up_by_part_and_by_technician(dispatcher, day):
    make_day(day)

    proposal = plan(dispatcher, day)

    cost = proposal["cost"]
    for side in ("before", "after"):
        assert sum(row[f"{side}_s"] for row in cost["parts"]) == cost[f"{side}_s"] == proposal[side]["cost"]
    left_out = next(row for row in cost["parts"] if row["part"] == "unserved")
    assert (left_out["label"], left_out["after_s"]) == ("Left out", 0)
    assert left_out["before_s"] > 0
    for row in cost["technicians"]:
        change = sum(part["after_s"] - part["before_s"] for part in row["parts"])
        assert change == row["after_s"] - row["before_s"]


def make_rivals(day):
    """Ana, 8 to 12: Promised (2 h) begins between 9:00 and 9:30; Urgent can only then."""
    route = make_lane("Ana Sanz", day, hours=(8, 12))
    promised, urgent = make_waiting("Promised", latitude=40.0), make_waiting("Urgent", latitude=40.0)
    for visit, minutes, priority in ((promised, 120, 2), (urgent, 60, 8)):
        visit.appointment.duration_s, visit.appointment.setup_s = minutes * 60, 0
        visit.appointment.priority = priority
        visit.appointment.save()
    place_visit(promised, route, at(9, day=day))
    promise_visit(promised, at(9, day=day), hours=0.5)
    urgent.appointment.wishes.create(starts_at=at(9, day=day), ends_at=at(9, 30, day=day))
    promised.appointment.refresh_from_db()
    promised.appointment.pinned_technician = promised.appointment.pinned_start_at = None
    promised.appointment.save()
    return promised


def test_the_review_lists_the_promises_it_breaks_and_publishing_takes_the_reason(dispatcher, day):
    promised = make_rivals(day)

    proposal = plan(dispatcher, day, may_break=[promised.appointment_id], reason="Hospital")

    [row] = proposal["broken_promises"]
    assert (row["customer"], row["starts"]) == ("Promised", at(10, day=day).isoformat().replace("+00:00", "Z"))
    assert proposal["break_reason"] == "Hospital"
    assert post(dispatcher, f"plan/{proposal['id']}/publish")[0] == 409
    assert post(dispatcher, f"plan/{proposal['id']}/publish", {"reason": "Hospital"})[0] == 200
    assert promised.appointment.promises.get().reason == "Hospital"
    assert Notice.objects.filter(visit=promised, event__startswith="promise_withdrawn").count() == 1


def test_a_plan_for_several_days_is_seen_and_decided_on_each_of_them(dispatcher, day):
    make_lane("Ana Sanz", day)
    following = day + timedelta(days=1)
    make_waiting("Customer 1")
    first = plan(dispatcher, day, days=3)

    second = dispatcher.get(f"/board/day/{following}/").json()["proposal"]
    after = dispatcher.get(f"/board/day/{day + timedelta(days=3)}/").json()["proposal"]

    assert (first["id"], first["days"], after) == (second["id"], 3, None)
    assert post(dispatcher, f"plan/{second['id']}/publish")[0] == 200


def test_the_run_of_several_days_is_told_on_each_of_them(dispatcher, day):
    make_day(day)
    now = timezone.now()
    Run.objects.create(
        date=day - timedelta(days=1), days=3, requested_at=now, time_limit_s=5, weight_set=WeightSet.objects.first()
    )

    run = dispatcher.get(f"/board/day/{day}/run").json()["run"]

    assert (run["under_way"], run["days"], run["weights"]) == (True, 3, WeightSet.objects.first().label)


def test_publishing_several_days_tells_the_promised_customers_of_each_who_comes(dispatcher, day):
    route = make_lane("Ana Sanz", day)
    following = day + timedelta(days=1)
    make_shifts(first=following, last=following, technicians=[route.shift.technician])
    first, second = make_waiting("First"), make_waiting("Second")
    promise_visit(first, at(9, day=day))
    promise_visit(second, at(9, day=following))
    make_waiting("Third")
    proposal = plan(dispatcher, day, days=3)

    assert post(dispatcher, f"plan/{proposal['id']}/publish")[0] == 200

    named = Notice.objects.filter(event__startswith="technician_named").values_list("visit", flat=True)
    assert set(named) == {first.pk, second.pk}


def test_a_plan_of_several_days_says_on_which_of_them_anything_changes(dispatcher, day):
    route = make_lane("Ana Sanz", day)
    following = day + timedelta(days=1)
    make_shifts(first=following, last=following, technicians=[route.shift.technician])
    promise_visit(make_waiting("First"), at(9, day=following))
    late = make_waiting("Late")
    late.appointment.earliest_at = at(7, day=following)
    late.appointment.save()
    make_waiting("Early").appointment.wishes.create(starts_at=at(8, day=day), ends_at=at(12, day=day))

    proposal = plan(dispatcher, day, days=3)

    assert [(row["date"], row["changes"]) for row in proposal["dates"]] == [
        (str(day), 1),
        (str(following), sum(row["date"] == str(following) for row in proposal["changes"])),
    ]


def test_the_answer_to_an_illness_says_that_it_weighs_as_an_emergency(dispatcher, day):
    routes = make_day(day)

    post(dispatcher, "repair/ill", {"route": routes[0].pk, "from_at": at(8, day=day).isoformat()})

    proposal = dispatcher.get(f"/board/day/{day}/").json()["proposal"]
    assert proposal["weights"] == "Emergency"
    assert proposal["before"]["unplanned"] == 1
    assert proposal["before"]["unplanned"] == len(dispatcher.get(f"/board/day/{day}/").json()["tray"])


def test_the_review_lists_the_promises_that_stay_late(dispatcher, day):
    routes = make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 1")
    promise_visit(visit, at(9, day=day), hours=1)
    Absence.objects.create(
        technician=routes[0].shift.technician, starts_at=at(8, day=day), ends_at=at(11, day=day), kind="other"
    )
    visit.appointment.refresh_from_db()
    for route in (routes[0], routes[1]):
        visit.appointment.technicians.create(
            technician=route.shift.technician, kind="required" if route == routes[0] else "excluded"
        )
    Appointment.objects.update(pinned_start_at=None, pinned_technician=None)

    proposal = plan(dispatcher, day)

    assert proposal["broken_promises"] == []
    [row] = proposal["late_promises"]
    until = at(10, day=day)
    assert row["customer"] == "Customer 1"
    assert datetime.fromisoformat(row["starts"]) - until == timedelta(seconds=row["late_s"])
    assert row["late_s"] >= 3600
