from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dispatch.models import Visit
from scheduling.enums import PlanStatus, RunStatus
from scheduling.models import Appointment, Route, RoutePlan, Run, Stop
from scheduling.services.moves import set_pin
from scheduling.services.runs import perform_run
from tests.dispatch.board_day import in_three_days, make_day, make_lane, make_waiting, place_visit, promise_visit
from tests.dispatch.cast import make_user
from tests.make import at, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(client: Client) -> Client:
    client.force_login(make_user("dispatcher"))
    return client


def post(client, path, body=None):
    answer = client.post(f"/board/{path}", body or {}, content_type="application/json")
    return answer.status_code, answer.json()


def move(client, visit, route, starts_at=None, **more):
    body = {"appointment": visit.appointment_id, "route": route.pk}
    if starts_at:
        body["starts_at"] = starts_at.isoformat()
    return post(client, "move", body | more)


def test_signed_out_and_wrong_roles_get_words_not_pages(client):
    day = in_three_days()
    assert client.get(f"/board/day/{day}/version").status_code == 401
    client.force_login(make_user("agent"))
    answer = client.get(f"/board/day/{day}/version")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_writing_takes_the_csrf_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("dispatcher"))
    assert client.post("/board/move", {}, content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    ("body", "member"),
    [
        ({"route": 1}, "appointment"),
        ({"appointment": True, "route": 1}, "appointment"),
        ({"appointment": 1, "route": "one"}, "route"),
        ({"appointment": 1, "route": 1, "starts_at": "tomorrow"}, "starts_at"),
        ({"appointment": 1, "route": 1, "starts_at": "2026-11-26T09:00:00"}, "starts_at"),
        ({"appointment": 1, "route": 1, "starts_at": "2026-13-45T09:00:00Z"}, "starts_at"),
        ({"appointment": 1, "route": 1, "force_reason": 7}, "force_reason"),
    ],
)
def test_a_bad_member_is_named(dispatcher, body, member):
    status, answer = post(dispatcher, "move", body)

    assert (status, answer["code"]) == (400, "input")
    assert member in answer["detail"]


def test_what_is_not_json_is_refused(dispatcher):
    answer = dispatcher.post("/board/move", "{", content_type="application/json")
    assert answer.status_code == 400


def test_what_is_gone_is_said_to_be_gone(dispatcher):
    assert post(dispatcher, "move", {"appointment": 999_999, "route": 1})[0] == 404


def test_a_preview_says_what_a_drop_would_do_and_writes_nothing(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")

    status, answer = post(
        dispatcher,
        "preview",
        {"appointment": visit.appointment_id, "route": route.pk, "starts_at": at(10, day=day).isoformat()},
    )

    assert status == 200
    assert (answer["allowed"], answer["rules"]) == (True, [])
    assert [stop["starts"] for stop in answer["stops"]] == [at(10, day=day).isoformat().replace("+00:00", "Z")]
    assert answer["added_travel_s"] > 0
    assert not Stop.objects.exists()


def test_a_drop_moves_the_stop_and_says_where_it_went(dispatcher):
    day = in_three_days()
    _ana, luis = make_day(day)
    visit = make_waiting("Laura Gómez")

    status, answer = move(dispatcher, visit, luis, at(14, day=day), seen_version=Route.objects.get(pk=luis.pk).version)

    stop = Stop.objects.get(appointment=visit.appointment_id, is_current=True)
    assert status == 200
    assert (stop.route_id, stop.starts_at) == (luis.pk, at(14, day=day))
    assert answer["starts"] == at(14, day=day).isoformat().replace("+00:00", "Z")


def test_a_missing_skill_is_refused_in_words_and_cannot_be_forced(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    visit.appointment.skills.create(skill=make_skill("fibre"), level=2)

    status, answer = move(dispatcher, visit, route, at(10, day=day), force_reason="I want it")

    assert (status, answer["code"], answer["forceable"]) == (409, "move_refused", False)
    assert [rule["rule"] for rule in answer["rules"]] == ["skill"]
    assert "Ana Sanz" in answer["rules"][0]["text"]
    assert not Stop.objects.exists()


def test_a_wish_can_be_forced_with_a_reason(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    visit.appointment.wishes.create(starts_at=at(9, day=day), ends_at=at(10, day=day))

    status, answer = move(dispatcher, visit, route, at(14, day=day))
    assert (status, answer["code"], answer["forceable"]) == (409, "move_refused", True)

    status, _answer = move(dispatcher, visit, route, at(14, day=day), force_reason="The customer called")
    stop = Stop.objects.get(is_current=True)
    assert (status, stop.starts_at, stop.forced_reason) == (200, at(14, day=day), "The customer called")


def test_a_route_that_someone_changed_since_is_refused(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    seen = route.version
    place_visit(make_waiting("Someone else's"), route, at(9, day=day))

    status, answer = move(dispatcher, make_waiting("Mine"), route, at(12, day=day), seen_version=seen)

    assert (status, answer["code"]) == (409, "transition")
    assert "changed" in answer["detail"]


def test_taking_off_what_is_promised_takes_a_reason(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    place_visit(visit, route, at(10, day=day))
    promise_visit(visit, at(9, day=day))

    status, answer = post(dispatcher, "take-off", {"appointment": visit.appointment_id})
    assert (status, Stop.objects.filter(is_current=True).count()) == (409, 1)
    assert "Write why" in answer["detail"]

    status, _answer = post(dispatcher, "take-off", {"appointment": visit.appointment_id, "reason": "Ana is ill"})
    assert (status, Stop.objects.filter(is_current=True).count()) == (200, 0)


def test_pins_are_set_and_removed(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    place_visit(visit, route, at(10, day=day))

    for technician, hour in ((False, False), (True, False), (True, True)):
        body = {"appointment": visit.appointment_id, "technician": technician, "time": hour}
        assert post(dispatcher, "pin", body)[0] == 200
        appointment = Appointment.objects.get(pk=visit.appointment_id)
        pinned = (appointment.pinned_technician_id is not None, appointment.pinned_start_at is not None)
        assert pinned == (technician, hour)


def test_only_a_placed_visit_can_be_pinned(dispatcher):
    visit = make_waiting("Laura Gómez")
    body = {"appointment": visit.appointment_id, "technician": True, "time": False}
    assert post(dispatcher, "pin", body)[0] == 409


def plan(client, day):
    status, answer = post(client, f"day/{day}/run", {"time_limit_s": 1})
    assert (status, answer["run"]["status"]) == (200, "queued")
    perform_run(run_id=answer["run"]["id"])
    return RoutePlan.objects.get(status=PlanStatus.PROPOSED)


def test_a_day_is_planned_reviewed_and_published(dispatcher):
    day = in_three_days()
    make_day(day)

    proposed = plan(dispatcher, day)

    proposal = dispatcher.get(f"/board/day/{day}/").json()["proposal"]
    assert proposal["id"] == proposed.pk
    assert [(row["customer"], row["change"]) for row in proposal["changes"] if row["change"] == "new"] == [
        ("Customer 4", "new")
    ]
    assert (proposal["before"]["stops"], proposal["after"]["stops"]) == (3, 4)
    assert proposal["unplanned"] == []
    assert sum(row["after_stops"] for row in proposal["drivers"]) >= 2
    assert post(dispatcher, f"plan/{proposed.pk}/publish") == (200, {"id": proposed.pk})
    document = dispatcher.get(f"/board/day/{day}/").json()
    assert (document["proposal"], document["tray"]) == (None, [])
    assert sum(len(lane["stops"]) for lane in document["lanes"]) == 4


def test_a_proposal_says_why_something_stays_out(dispatcher):
    day = in_three_days()
    make_day(day)
    visit = make_waiting("Needs fibre")
    visit.appointment.skills.create(skill=make_skill("fibre"), level=2)

    plan(dispatcher, day)

    [row] = dispatcher.get(f"/board/day/{day}/").json()["proposal"]["unplanned"]
    assert row["customer"] == "Needs fibre"
    assert row["reason"] == "Nobody on shift has the skills it takes."
    assert row["blockers"] == [{"label": "lacks the skill", "names": ["everyone"]}]


def test_publishing_says_what_changed_since(dispatcher):
    day = in_three_days()
    make_day(day)
    proposed = plan(dispatcher, day)
    dispatcher.post(
        "/board/move",
        {
            "appointment": Appointment.objects.get(stops=None).pk,
            "route": proposed.routes.first().route_id,
            "starts_at": at(16, day=day).isoformat(),
        },
        content_type="application/json",
    )

    status, answer = post(dispatcher, f"plan/{proposed.pk}/publish")

    assert (status, answer["code"], len(answer["changes"])) == (409, "plan_changed", 1)


def test_a_proposal_says_what_changed_since_and_how_many_are_told(dispatcher):
    day = in_three_days()
    _ana, luis = make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 2")
    promise_visit(visit, at(9, day=day))
    proposed = plan(dispatcher, day)

    before = dispatcher.get(f"/board/day/{day}/").json()["proposal"]
    named = before["told"]
    assert (before["outdated"], before["since"]) == (False, [])
    set_pin(appointment_id=visit.appointment_id, technician=True, time=False, actor=None, now=timezone.now())
    after = dispatcher.get(f"/board/day/{day}/").json()["proposal"]

    assert after["outdated"] is (luis.pk in [route.route_id for route in proposed.routes.all()])
    assert [(row["customer"], row["words"]) for row in after["since"]] == [("Customer 2", ["Pins changed"])]
    assert named == sum(1 for row in before["stops"] if row["window"])


def test_a_change_that_leaves_the_promise_is_marked(dispatcher):
    day = in_three_days()
    make_day(day)
    proposed = plan(dispatcher, day)
    stop = proposed.routes.first().stops.first()
    window = {
        "window_starts_at": stop.starts_at + timedelta(hours=1),
        "window_ends_at": stop.starts_at + timedelta(hours=3),
    }
    Appointment.objects.filter(pk=stop.appointment_id).update(**window)

    rows = dispatcher.get(f"/board/day/{day}/").json()["proposal"]["stops"]

    assert [row["appointment"] for row in rows if row["outside_promise"]] == [stop.appointment_id]


def test_a_proposal_can_be_dropped_once(dispatcher):
    day = in_three_days()
    make_day(day)
    proposed = plan(dispatcher, day)

    assert post(dispatcher, f"plan/{proposed.pk}/drop")[0] == 200
    assert post(dispatcher, f"plan/{proposed.pk}/drop")[0] == 409
    assert dispatcher.get(f"/board/day/{day}/").json()["proposal"] is None


def test_one_run_at_a_time_and_it_can_be_cancelled(dispatcher):
    day = in_three_days()
    make_day(day)
    _status, answer = post(dispatcher, f"day/{day}/run")

    assert post(dispatcher, f"day/{day}/run")[1]["code"] == "run_under_way"
    assert post(dispatcher, f"run/{answer['run']['id']}/cancel")[0] == 200
    assert Run.objects.get().status == RunStatus.CANCELLED
    assert dispatcher.get(f"/board/day/{day}/run").json()["run"]["under_way"] is False


def test_a_time_limit_out_of_reason_is_refused(dispatcher):
    assert post(dispatcher, f"day/{in_three_days()}/run", {"time_limit_s": 0})[0] == 400


def test_a_failed_run_says_why(dispatcher):
    day = in_three_days()
    Run.objects.create(
        date=day,
        requested_at=timezone.now() - timedelta(minutes=1),
        time_limit_s=1,
        status=RunStatus.FAILED,
        error="why",
    )

    run = dispatcher.get(f"/board/day/{day}/run").json()["run"]

    assert (run["failed"], run["error"]) == (True, "why")
