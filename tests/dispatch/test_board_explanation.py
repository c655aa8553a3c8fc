"""Why a visit has no place and what would give it one; why a stop is where it is: on the routes as they are now."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from maps.models import Territory
from scheduling.enums import StopAct
from scheduling.models import PlanningSettings, Route, Stop, Technician
from scheduling.services.moves import set_pin
from scheduling.services.runs import perform_run, request_run
from scheduling.services.shifts import make_shifts
from scheduling.services.stops import record_act
from tests.dispatch.board_day import in_three_days, make_lane, make_waiting, place_visit, promise_visit
from tests.dispatch.cast import make_user
from tests.make import at, make_skill, make_technician

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(client: Client) -> Client:
    client.force_login(make_user("dispatcher"))
    return client


@pytest.fixture
def day():
    return in_three_days()


def ask(client, visit, day):
    answer = client.get(f"/board/day/{day}/explanation/{visit.appointment_id}")
    assert answer.status_code == 200
    return answer.json()


def waiting(name, minutes=75):
    """At the technicians' home, so that nobody drives."""
    visit = make_waiting(name, latitude=40.0)
    visit.appointment.duration_s, visit.appointment.setup_s = minutes * 60, 0
    visit.appointment.save()
    return visit


def full_lane(day):
    """Ana from 8 to 10, busy until 9:15."""
    route = make_lane("Ana Sanz", day, hours=(8, 10))
    first = waiting("First")
    place_visit(first, route, at(8, day=day))
    return route, first


def way(answer, kind):
    return next(fix for fix in answer["fixes"] if fix["kind"] == kind)


def instant(moment):
    return moment.isoformat().replace("+00:00", "Z")


def wish_later(visit, route, day):
    visit.appointment.wishes.create(starts_at=at(8, day=day), ends_at=at(8, 30, day=day))


def wish_earlier(visit, route, day):
    place_visit(Stop.objects.get(route=route).appointment.visit, route, at(8, 45, day=day))
    visit.appointment.wishes.create(starts_at=at(9, day=day), ends_at=at(9, 30, day=day))


def due_at_nine(visit, route, day):
    visit.appointment.due_at = at(9, day=day)
    visit.appointment.save()


def forbid(visit, route, day):
    square = [[-3.1, 39.9], [-2.9, 39.9], [-2.9, 40.1], [-3.1, 40.1], [-3.1, 39.9]]
    here = Territory.objects.create(name="Here", polygon={"type": "Polygon", "coordinates": [square]})
    route.shift.technician.areas.create(territory=here, kind="forbidden")


def pin_technician(visit, route, day):
    visit.appointment.pinned_technician = make_technician("Pia Rey")
    visit.appointment.save()


def pin_time(visit, route, day):
    visit.appointment.pinned_start_at = at(8, 30, day=day)
    visit.appointment.save()


def pin_the_first_late(visit, route, day):
    """First keeps Ana, but at 8:45 there is no room for 40 minutes before or after it."""
    first = Stop.objects.get(route=route)
    visit.appointment.duration_s = 40 * 60
    visit.appointment.save()
    place_visit(first.appointment.visit, route, at(8, 30, day=day))


ASKED = {
    "overtime": ("overtime", 75, lambda *day: None, "Only today"),
    "later window": ("window_later", 30, wish_later, "The customer called"),
    "earlier window": ("window_earlier", 30, wish_earlier, "The customer called"),
    "overdue": ("due", 30, due_at_nine, "The customer called"),
    "territory": ("territory", 30, forbid, "Nobody else can"),
    "own pin on the technician": ("release_pin", 30, pin_technician, ""),
    "own pin on the time": ("release_pin", 30, pin_time, ""),
    "pin of another": ("release_pin", 30, pin_the_first_late, ""),
}


@pytest.mark.parametrize(("kind", "minutes", "given", "reason"), ASKED.values(), ids=ASKED)
def test_what_a_button_promises_the_board_accepts(dispatcher, day, kind, minutes, given, reason):
    route, _first = full_lane(day)
    visit = waiting("Second", minutes=minutes)
    given(visit, route, day)

    [act] = [act for act in way(ask(dispatcher, visit, day), kind)["acts"] if act["kind"] != "go"]
    if act["kind"] == "release":
        assert send(dispatcher, "pin", {"appointment": act["appointment"], **act["pins"]})[0] == 200
    asked = {
        "appointment": visit.appointment_id,
        "route": Route.objects.get(shift=act["lane"]).pk,
        "starts_at": act["starts"],
    }
    shown = send(dispatcher, "preview", asked)[1]
    status, placed = send(dispatcher, "move", asked | {"force_reason": reason})

    assert (shown["allowed"], shown["forceable"]) == (not reason, bool(reason))
    assert (status, placed["starts"]) == (200, act["starts"])


def send(client, path, body):
    answer = client.post(f"/board/{path}", body, content_type="application/json")
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("most_s", "absent_from", "offered"), [(1_800, 30, True), (1_740, 30, False), (3_600, 29, False)]
)
def test_overtime_is_offered_up_to_the_technicians_limit_and_the_next_absence(
    dispatcher, day, most_s, absent_from, offered
):
    route, _first = full_lane(day)
    Technician.objects.update(max_overtime_s=most_s)
    route.shift.technician.absences.create(
        starts_at=at(10, absent_from, day=day), ends_at=at(18, day=day), kind="training"
    )

    kinds = {fix["kind"] for fix in ask(dispatcher, waiting("Second"), day)["fixes"]}

    assert ("overtime" in kinds) == offered


def test_a_pin_whose_visit_would_go_to_someone_else_says_to_whom_and_has_no_button(dispatcher, day):
    """First would have to be moved to Luis before Second, which needs Ana, fits in."""
    route, _first = full_lane(day)
    make_lane("Luis Gil", day, hours=(8, 10))
    second = waiting("Second")
    second.appointment.technicians.create(technician=route.shift.technician, kind="required")

    fixes = [fix for fix in ask(dispatcher, second, day)["fixes"] if fix["kind"] == "release_pin"]

    assert [(fix["text"], fix["acts"]) for fix in fixes] == [
        ("Release the pin of First and give it to Luis Gil: 08:00 with Ana Sanz", [])
    ]


def test_where_there_is_room_after_all_it_says_so_and_offers_it(dispatcher, day):
    route = make_lane("Ana Sanz", day)
    answer = ask(dispatcher, waiting("Second"), day)

    assert answer["room"]["text"] == "There is room: 08:00 with Ana Sanz"
    assert answer["room"]["price"] == "no more driving"
    [act] = answer["room"]["acts"]
    assert (act["kind"], act["lane"], act["starts"]) == ("place", route.shift_id, instant(at(8, day=day)))
    assert answer["fixes"] == []


def test_overtime_is_told_in_minutes_and_money(dispatcher, day):
    route, _first = full_lane(day)
    route.shift.technician.overtime_rate = "37.50"
    route.shift.technician.save()
    PlanningSettings(currency="EUR").save()

    answer = ask(dispatcher, waiting("Second"), day)

    assert answer["reason"] == "Everyone who could do it is full."
    assert answer["blockers"] == [{"label": "full", "names": ["everyone"]}]
    fix = way(answer, "overtime")
    assert fix["text"] == "30 min overtime of Ana Sanz: 09:15"
    assert fix["price"] == "18.75 EUR, no more driving"
    assert [act["kind"] for act in fix["acts"]] == ["place"]


def test_without_a_rate_overtime_has_no_price_in_money(dispatcher, day):
    full_lane(day)

    assert way(ask(dispatcher, waiting("Second"), day), "overtime")["price"] == "no more driving"


def test_another_day_leads_to_that_days_board_with_the_visit(dispatcher, day):
    route, _first = full_lane(day)
    following = day + timedelta(days=1)
    make_shifts(first=following, last=following, technicians=[route.shift.technician])
    second = waiting("Second")

    fix = way(ask(dispatcher, second, day), "other_day")

    assert fix["text"].endswith(", 08:00 with Ana Sanz")
    assert fix["acts"] == [
        {
            "kind": "go",
            "label": "Show that day",
            "address": f"/board/?date={following}&appointment={second.appointment_id}",
        }
    ]


def test_a_pin_in_the_way_can_be_released(dispatcher, day):
    make_lane("Ana Sanz", day, hours=(8, 12))
    second = waiting("Second")
    second.appointment.pinned_technician = make_technician("Pia Rey")
    second.appointment.save()

    answer = ask(dispatcher, second, day)
    fix = way(answer, "release_pin")

    assert answer["reason"] == "It is pinned to someone who can't take it."
    assert fix["text"].startswith("Release its own pin: 08:00 with ")
    [act] = fix["acts"]
    assert (act["kind"], act["appointment"]) == ("release", second.appointment_id)
    assert act["pins"] == {"technician": False, "time": False}


def test_of_somebody_elses_two_pins_only_the_one_in_the_way_is_released(dispatcher, day):
    """First is pinned to Ana at 8:45; at 8:00 or later there would be room for both."""
    route = make_lane("Ana Sanz", day, hours=(8, 10))
    first = waiting("First", minutes=30)
    place_visit(first, route, at(8, 45, day=day))

    fix = way(ask(dispatcher, waiting("Second", minutes=80), day), "release_pin")

    assert fix["text"].startswith("Release the pin of First: ")
    assert fix["acts"][0]["pins"] == {"technician": True, "time": False}


def test_a_skill_that_is_missing_is_named_with_the_way_to_the_rules_of_who_lacks_it(dispatcher, day):
    lane = make_lane("Ana Sanz", day)
    second = waiting("Second")
    second.appointment.skills.create(skill=make_skill("fibre"), level=2)

    answer = ask(dispatcher, second, day)
    fix = way(answer, "skill")

    assert answer["reason"] == "Nobody who works on this day has what it needs: fibre, level 2."
    assert fix["text"] == "fibre level 2 for Ana Sanz: 08:00"
    address = f"/technicians/{lane.shift.technician_id}/rules/"
    assert fix["acts"] == [{"kind": "go", "label": "Rules of Ana Sanz", "address": address}]


def test_a_later_window_is_offered_to_the_customer_or_forced(dispatcher, day):
    full_lane(day)
    second = waiting("Second", minutes=30)
    second.appointment.wishes.create(starts_at=at(8, day=day), ends_at=at(8, 30, day=day))

    fix = way(ask(dispatcher, second, day), "window_later")

    assert fix["text"] == "A window 45 min later: 09:15 with Ana Sanz"
    assert [(act["kind"], act.get("address")) for act in fix["acts"]] == [
        ("go", f"/visits/{second.pk}/"),
        ("place", None),
    ]


def test_without_coordinates_there_is_nothing_to_compute(dispatcher, day):
    make_lane("Ana Sanz", day)
    second = waiting("Second")
    place = second.appointment.place
    place.latitude = place.longitude = None
    place.save()

    answer = ask(dispatcher, second, day)

    assert (answer["reason"], answer["room"], answer["fixes"]) == ("Its address has no coordinates.", None, [])


def test_a_day_without_shifts_says_so(dispatcher, day):
    answer = ask(dispatcher, waiting("Second"), day)

    assert (answer["reason"], answer["room"]) == ("Nobody works on this day.", None)


def test_a_stop_tells_its_price_the_next_best_and_its_route(dispatcher, day):
    ana, _luis = make_lane("Ana Sanz", day), make_lane("Luis Gil", day)
    visit = make_waiting("First", latitude=40.05)
    place_visit(visit, ana, at(9, day=day))
    set_pin(appointment_id=visit.appointment_id, technician=False, time=False, actor=None, now=timezone.now())

    answer = ask(dispatcher, visit, day)

    assert answer["placed"] is True
    assert answer["cost_s"] == sum(row["cost_s"] for row in answer["parts"])
    assert answer["parts"][0]["label"] == "Driving"
    assert [row["technician"] for row in answer["alternatives"]] == ["Luis Gil"]
    assert answer["route"]["technician"] == "Ana Sanz"
    assert answer["route"]["cost_s"] == sum(row["cost_s"] for row in answer["route"]["parts"])


def test_what_has_begun_is_a_fact_and_takes_no_reason(dispatcher, day):
    _route, visit = full_lane(day)
    stop = Stop.objects.get(appointment=visit.appointment_id)
    record_act(stop_id=stop.pk, act=StopAct.ARRIVED, at=stop.starts_at, now=stop.starts_at, actor=None)

    assert ask(dispatcher, visit, day) == {"placed": True, "parts": [], "alternatives": [], "route": None}


def test_a_promise_is_no_window_to_be_moved(dispatcher, day):
    route = make_lane("Ana Sanz", day, hours=(8, 10))
    second = waiting("Second")
    promise_visit(second, at(8, day=day), hours=0.5)
    Stop.objects.filter(appointment=second.appointment_id).update(is_current=False)
    place_visit(waiting("First"), route, at(8, day=day))

    kinds = {fix["kind"] for fix in ask(dispatcher, second, day)["fixes"]}

    assert not kinds & {"window_later", "window_earlier", "due"}


def test_an_appointment_that_is_gone_is_said_to_be_gone(dispatcher, day):
    assert dispatcher.get(f"/board/day/{day}/explanation/999999").status_code == 404


def test_what_a_proposal_leaves_out_is_explained_on_its_routes(dispatcher, day):
    """On the current routes there is room for either; on the proposal's for one alone."""
    make_lane("Ana Sanz", day, hours=(8, 10))
    visits = [waiting("First"), waiting("Second")]
    run = request_run(date=day, actor=None, now=timezone.now(), time_limit_s=1)
    plan = perform_run(run_id=run.pk).plan
    left = next(one for one in visits if one.appointment_id == plan.unplanned.get().appointment_id)

    now = ask(dispatcher, left, day)
    then = dispatcher.get(f"/board/day/{day}/explanation/{left.appointment_id}?plan={plan.pk}").json()

    assert now["room"]["text"] == "There is room: 08:00 with Ana Sanz"
    assert then["room"] is None
    overtime = way(then, "overtime")
    assert overtime["text"].startswith("30 min overtime of Ana Sanz: ")
    assert (overtime["price"], overtime["acts"]) == ("no more driving", [])


@pytest.mark.parametrize(("plan", "status"), [("one", 400), ("9" * 30, 400), ("999999", 404)])
def test_a_proposal_that_is_none_is_refused(dispatcher, day, plan, status):
    visit = waiting("First")
    address = f"/board/day/{day}/explanation/{visit.appointment_id}?plan={plan}"

    assert dispatcher.get(address).status_code == status
