from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from dispatch.models import Notice
from dispatch.selectors.board_lanes import find_drawn_times
from dispatch.templatetags.visita import duration
from scheduling.enums import RunStatus
from scheduling.models import Absence, Appointment, Run, Stop, Technician
from scheduling.services.runs import perform_run
from scheduling.services.words import minutes_in_words
from tests.dispatch.board_day import in_three_days, make_day, make_lane, make_waiting, place_visit, promise_visit
from tests.dispatch.cast import make_case, make_user
from tests.make import at, make_skill

pytestmark = pytest.mark.django_db
QUERIES = 35


@pytest.fixture
def dispatcher(client: Client) -> Client:
    client.force_login(make_user("dispatcher"))
    return client


def read(client: Client, day):
    answer = client.get(f"/board/day/{day}/")
    assert answer.status_code == 200
    return answer.json()


def test_a_day_without_shifts_says_what_to_do(dispatcher):
    answer = dispatcher.get("/board/", {"date": "2026-11-26"})

    assert answer.status_code == 200
    assert "Nobody has a shift on this day." in answer.content.decode()
    assert read(dispatcher, "2026-11-26")["lanes"] == []


def test_a_date_that_is_none_shows_today(dispatcher):
    assert dispatcher.get("/board/", {"date": "soon"}).context["date"] == timezone.localdate()


def test_lanes_hold_their_stops_in_order(dispatcher):
    day = in_three_days()
    ana, luis = make_day(day)

    lanes = read(dispatcher, day)["lanes"]

    assert [(lane["name"], lane["route"], [stop["customer"] for stop in lane["stops"]]) for lane in lanes] == [
        ("Ana Sanz", ana.pk, ["Customer 1", "Customer 3"]),
        ("Luis Gil", luis.pk, ["Customer 2"]),
    ]
    assert [stop["number"] for stop in lanes[0]["stops"]] == [1, 2]


def test_a_stop_says_everything_that_the_board_draws(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    stop = place_visit(visit, route, at(9, 30, day=day))
    Appointment.objects.filter(pk=visit.appointment_id).update(pinned_start_at=None)
    stop.refresh_from_db()

    [row] = read(dispatcher, day)["lanes"][0]["stops"]

    assert row == {
        "id": stop.pk,
        "appointment": visit.appointment_id,
        "visit": visit.pk,
        "code": f"V-{visit.pk}",
        "customer": "Laura Gómez",
        "visit_type": "Repair",
        "address": "Calle Mayor 1, 16001 Prueba",
        "zone": "Europe/Madrid",
        "lat": 40.01,
        "lon": -3.0,
        "priority": 2,
        "priority_label": "normal",
        "window": None,
        "pinned_technician": True,
        "pinned_time": False,
        "arrival": as_json(stop.arrival_at),
        "starts": as_json(stop.starts_at),
        "ends": as_json(stop.ends_at),
        "travel_s": stop.travel_s,
        "distance_m": stop.distance_m,
        "quality": "estimated",
        "status": "planned",
        "state": "placed",
        "state_label": "placed, not yet confirmed by the customer",
        "drawn": {
            "leaves": as_json(stop.arrival_at - timedelta(seconds=stop.travel_s)),
            "arrival": as_json(stop.arrival_at),
            "starts": as_json(stop.starts_at),
            "ends": as_json(stop.ends_at),
        },
        "overtime": False,
        "held_until": None,
        "eta": as_json(stop.eta_at) if stop.eta_at else None,
        "trouble": "",
        "trouble_label": "",
        "forced": "",
        "movable": True,
        "number": 1,
    }


def as_json(instant):
    return instant.isoformat().replace("+00:00", "Z")


def test_the_promised_window_and_the_state_of_a_confirmed_stop(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    place_visit(visit, route, at(10, day=day))
    promise_visit(visit, at(9, day=day))

    [row] = read(dispatcher, day)["lanes"][0]["stops"]

    assert row["window"] == {"starts": as_json(at(9, day=day)), "ends": as_json(at(11, day=day))}
    assert (row["state"], row["state_label"]) == ("confirmed", "confirmed")


def test_what_is_expected_after_the_promise_is_late_and_listed(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    place_visit(visit, route, at(10, day=day))
    promise_visit(visit, at(9, day=day))
    Stop.objects.filter(is_current=True).update(eta_at=at(11, 20, day=day))

    alerts = read(dispatcher, day)["alerts"]

    assert [(alert["customer"], alert["technician"], alert["trouble"]) for alert in alerts] == [
        ("Laura Gómez", "Ana Sanz", "late")
    ]


def test_a_visit_planned_into_an_absence_is_listed(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    for name, hour in (("Laura Gómez", 9), ("Pedro Gil", 13)):
        place_visit(make_waiting(name), route, at(hour, day=day))
    route.shift.technician.absences.create(starts_at=at(12, day=day), ends_at=at(18, day=day), kind="illness")

    alerts = read(dispatcher, day)["alerts"]

    assert [(alert["customer"], alert["technician"], alert["trouble"]) for alert in alerts] == [
        ("Pedro Gil", "Ana Sanz", "absence")
    ]


def test_little_room_before_the_end_of_the_promise_is_a_risk(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    place_visit(visit, route, at(9, 30, day=day))
    promise_visit(visit, at(9, day=day))
    Stop.objects.filter(is_current=True).update(eta_at=at(10, 50, day=day))

    assert [alert["trouble"] for alert in read(dispatcher, day)["alerts"]] == ["at_risk"]


def test_the_break_falls_into_the_first_gap_that_holds_it(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day, lunch=True)
    place_visit(make_waiting("Laura Gómez"), route, at(12, 30, day=day))

    [rest] = read(dispatcher, day)["lanes"][0]["breaks"]

    stop = Stop.objects.get(is_current=True)
    assert rest == {
        "starts": as_json(stop.ends_at),
        "ends": as_json(stop.ends_at + timedelta(minutes=45)),
        "fits": True,
    }


def test_absences_of_the_day_stand_in_the_lane(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    Absence.objects.create(
        technician=route.shift.technician, starts_at=at(14, day=day), ends_at=at(20, day=day), kind="training"
    )

    [absence] = read(dispatcher, day)["lanes"][0]["absences"]

    assert absence == {"starts": as_json(at(14, day=day)), "ends": as_json(at(20, day=day)), "label": "training"}


def test_load_counts_work_and_travel_without_breaks(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day, hours=(8, 12))
    place_visit(make_waiting("Laura Gómez"), route, at(9, day=day))
    stop = Stop.objects.get(is_current=True)

    lane = read(dispatcher, day)["lanes"][0]

    work_s = int((stop.ends_at - stop.starts_at).total_seconds())
    assert (lane["work_s"], lane["travel_s"]) == (work_s, stop.travel_s)
    assert lane["load"] == round(100 * (work_s + stop.travel_s) / (4 * 3600))


def test_what_is_over_stands_where_it_happened(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    place_visit(make_waiting("Laura Gómez"), route, at(12, day=day))
    Stop.objects.filter(is_current=True).update(
        status="finished",
        on_my_way_at=at(10, 20, day=day),
        arrived_at=at(10, 30, day=day),
        started_at=at(10, 35, day=day),
        finished_at=at(11, 28, day=day),
    )

    [row] = read(dispatcher, day)["lanes"][0]["stops"]

    assert row["drawn"] == {
        "leaves": as_json(at(10, 20, day=day)),
        "arrival": as_json(at(10, 30, day=day)),
        "starts": as_json(at(10, 35, day=day)),
        "ends": as_json(at(11, 28, day=day)),
    }
    assert row["starts"] == as_json(at(12, day=day))


def test_work_that_has_begun_ends_when_it_is_expected_to(dispatcher):
    now = timezone.now()
    route = make_lane("Ana Sanz", in_three_days())
    stop = place_visit(make_waiting("Laura Gómez"), route, at(12, day=in_three_days()))
    stop.status, stop.arrived_at, stop.started_at = "working", now - timedelta(minutes=20), now - timedelta(minutes=10)

    drawn = find_drawn_times(stop, now)

    assert (drawn["arrival"], drawn["starts"]) == (stop.arrived_at, stop.started_at)
    assert drawn["ends"] == stop.started_at + (stop.ends_at - stop.starts_at)


def test_a_day_forced_past_the_shift_is_an_alert(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day, hours=(8, 12))
    Technician.objects.update(max_overtime_s=7200)
    place_visit(make_waiting("Laura Gómez"), route, at(11, 30, day=day), force_reason="The customer called")
    stop = Stop.objects.get(is_current=True)
    assert stop.forced_rules == ["shift_end"]

    document = read(dispatcher, day)

    [lane] = document["lanes"]
    way_back_s = lane["overtime_s"] - int((stop.ends_at - at(12, day=day)).total_seconds())
    assert way_back_s > 0
    assert [one["overtime"] for one in lane["stops"]] == [True]
    [alert] = document["alerts"]
    assert (alert["appointment"], alert["trouble"]) == (stop.appointment_id, "overtime")
    assert alert["trouble_label"] == f"Ana Sanz ends {minutes_in_words(lane['overtime_s'])} after the shift"


def test_the_tray_says_which_skill_nobody_has(dispatcher):
    day = in_three_days()
    make_lane("Ana Sanz", day, skills=[("fibre", 1)])
    visit = make_waiting("Laura Gómez")
    visit.appointment.skills.create(skill=make_skill("fibre"), level=3)

    [entry] = read(dispatcher, day)["tray"]

    assert entry["appointment"] == visit.appointment_id
    assert entry["reason"] == "Nobody who works on this day has what it needs: fibre, level 3."


def test_the_tray_asks_for_coordinates(dispatcher):
    day = in_three_days()
    make_lane("Ana Sanz", day)
    make_visit_nowhere()

    assert [entry["reason"] for entry in read(dispatcher, day)["tray"]] == ["Its address has no coordinates."]


def make_visit_nowhere():
    visit = make_waiting("Laura Gómez")
    place = visit.appointment.place
    place.latitude = place.longitude = None
    place.save()


def test_the_tray_puts_the_most_urgent_first(dispatcher):
    day = in_three_days()
    make_lane("Ana Sanz", day)
    for name, priority in (("Low", 1), ("Urgent", 8), ("Normal", 2)):
        make_waiting(name, priority=priority)

    assert [entry["customer"] for entry in read(dispatcher, day)["tray"]] == ["Urgent", "Normal", "Low"]


def test_cases_without_a_visit_are_counted_and_listed(dispatcher):
    case = make_case("Eva Ruiz")
    make_waiting("Laura Gómez")

    document = read(dispatcher, in_three_days())

    assert document["case_count"] == 1
    assert [(row["id"], row["customer"]) for row in document["cases"]] == [(case.pk, "Eva Ruiz")]


@pytest.mark.parametrize("lanes", [1, 12])
def test_the_number_of_queries_does_not_grow(dispatcher, lanes, django_assert_num_queries):
    day = in_three_days()
    for number, route in enumerate(make_lane(f"Technician {number}", day, lunch=True) for number in range(lanes)):
        place_visit(make_waiting(f"Placed {number}"), route, at(9, day=day))
        make_waiting(f"Waiting {number}").appointment.skills.create(skill=make_skill("fibre"), level=1)
        make_case(f"Case {number}")
        Run.objects.create(date=day, requested_at=timezone.now(), time_limit_s=1, status=RunStatus.DONE)
    perform_run(run_id=Run.objects.create(date=day, requested_at=timezone.now(), time_limit_s=1).pk)

    with django_assert_num_queries(QUERIES):
        document = read(dispatcher, day)

    assert len(document["lanes"]) == len(document["tray"]) == document["case_count"] == lanes
    assert document["proposal"] is not None


def test_the_version_changes_with_a_move_and_not_without(dispatcher):
    day = in_three_days()
    ana, luis = make_day(day)
    before = version(dispatcher, day)
    stop = ana.stops.get(is_current=True, starts_at=at(11, day=day))

    assert version(dispatcher, day) == before
    place_visit(stop.appointment.visit, luis, at(15, day=day))

    assert version(dispatcher, day) != before


def version(client, day):
    return client.get(f"/board/day/{day}/version").json()["version"].rsplit("-", 1)[0]


def test_the_page_works_as_a_list(dispatcher):
    day = in_three_days()
    make_day(day)
    visit = make_waiting("Laura Gómez")

    page = dispatcher.get("/board/", {"date": str(day)}).content.decode()
    fragment = dispatcher.get(f"/board/day/{day}/list").content.decode()

    for text in (page, fragment):
        assert "Customer 3" in text
        assert f'href="/visits/{visit.pk}/"' in text
    assert "<html" not in fragment


def test_the_list_tells_of_an_absence_and_of_who_could_not(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    Absence.objects.create(
        technician=route.shift.technician, starts_at=at(8, day=day), ends_at=at(12, day=day), kind="illness"
    )
    visit = make_waiting("Laura Gómez")

    text = dispatcher.get(f"/board/day/{day}/list").content.decode()

    assert "Illness, 08:00–12:00" in text
    assert "No stops yet." not in text
    assert f"Repair, {duration(visit.appointment.planned_s)} ·" in text


def test_the_panel_says_why_something_waits(dispatcher):
    day = in_three_days()
    make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    visit.appointment.skills.create(skill=make_skill("fibre"), level=2)
    perform_run(run_id=Run.objects.create(date=day, requested_at=timezone.now(), time_limit_s=1).pk)

    panel = dispatcher.get(f"/board/appointment/{visit.appointment_id}/", {"date": str(day)}).content.decode()

    assert "Nobody who works on this day has what it needs: fibre, level 2." in panel
    assert "lacks the skill:</b> everyone" in panel


def test_the_panel_says_how_the_customer_knows_the_promise(dispatcher):
    day = in_three_days()
    visit = make_waiting("Laura Gómez")
    place_visit(visit, make_lane("Ana Sanz", day), at(10, day=day))
    promise_visit(visit, at(9, day=day))
    Notice.objects.all().delete()

    panel = dispatcher.get(f"/board/appointment/{visit.appointment_id}/").content.decode()

    assert "The customer chose the time on" in panel
    assert "Nothing has been sent" not in panel


def test_the_panel_tells_the_whole_story(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    place_visit(visit, route, at(10, day=day))

    panel = dispatcher.get(f"/board/appointment/{visit.appointment_id}/").content.decode()

    for text in ("Laura Gómez", "Ana Sanz", "+34 969 22 22 22", "A dispatcher pinned the time.", "10:00–11:"):
        assert text in panel
    assert dispatcher.get("/board/appointment/999999/").status_code == 404


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 minute"), (3540, "59 minutes"), (3600, "1 h"), (14_490, "4 h 02")]
)
def test_a_length_is_written_in_hours_and_minutes(seconds, words):
    with translation.override("en"):
        assert minutes_in_words(seconds) == words
