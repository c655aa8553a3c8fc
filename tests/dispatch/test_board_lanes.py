"""What the lanes of a day hold, and which of it is in trouble."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from dispatch.selectors.board_lanes import find_drawn_times
from scheduling.models import Absence, Appointment, Stop, Technician
from scheduling.services.words import minutes_in_words
from tests.dispatch.board_day import (
    as_json,
    in_three_days,
    make_day,
    make_lane,
    make_waiting,
    place_visit,
    promise_visit,
    read_day,
)
from tests.dispatch.cast import make_user
from tests.make import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(client: Client) -> Client:
    client.force_login(make_user("dispatcher"))
    return client


def test_lanes_hold_their_stops_in_order(dispatcher):
    day = in_three_days()
    ana, luis = make_day(day)

    lanes = read_day(dispatcher, day)["lanes"]

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

    [row] = read_day(dispatcher, day)["lanes"][0]["stops"]

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


def test_the_promised_window_and_the_state_of_a_confirmed_stop(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    place_visit(visit, route, at(10, day=day))
    promise_visit(visit, at(9, day=day))

    [row] = read_day(dispatcher, day)["lanes"][0]["stops"]

    assert row["window"] == {"starts": as_json(at(9, day=day)), "ends": as_json(at(11, day=day))}
    assert (row["state"], row["state_label"]) == ("confirmed", "confirmed")


def test_what_is_expected_after_the_promise_is_late_and_listed(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    place_visit(visit, route, at(10, day=day))
    promise_visit(visit, at(9, day=day))
    Stop.objects.filter(is_current=True).update(eta_at=at(11, 20, day=day))

    alerts = read_day(dispatcher, day)["alerts"]

    assert [(alert["customer"], alert["technician"], alert["trouble"]) for alert in alerts] == [
        ("Laura Gómez", "Ana Sanz", "late")
    ]


def test_a_visit_planned_into_an_absence_is_listed(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day)
    for name, hour in (("Laura Gómez", 9), ("Pedro Gil", 13)):
        place_visit(make_waiting(name), route, at(hour, day=day))
    route.shift.technician.absences.create(starts_at=at(12, day=day), ends_at=at(18, day=day), kind="illness")

    alerts = read_day(dispatcher, day)["alerts"]

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

    assert [alert["trouble"] for alert in read_day(dispatcher, day)["alerts"]] == ["at_risk"]


def test_the_break_falls_into_the_first_gap_that_holds_it(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day, lunch=True)
    place_visit(make_waiting("Laura Gómez"), route, at(12, 30, day=day))

    [rest] = read_day(dispatcher, day)["lanes"][0]["breaks"]

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

    [absence] = read_day(dispatcher, day)["lanes"][0]["absences"]

    assert absence == {"starts": as_json(at(14, day=day)), "ends": as_json(at(20, day=day)), "label": "training"}


def test_load_counts_work_and_travel_without_breaks(dispatcher):
    day = in_three_days()
    route = make_lane("Ana Sanz", day, hours=(8, 12))
    place_visit(make_waiting("Laura Gómez"), route, at(9, day=day))
    stop = Stop.objects.get(is_current=True)

    lane = read_day(dispatcher, day)["lanes"][0]

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

    [row] = read_day(dispatcher, day)["lanes"][0]["stops"]

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

    document = read_day(dispatcher, day)

    [lane] = document["lanes"]
    way_back_s = lane["overtime_s"] - int((stop.ends_at - at(12, day=day)).total_seconds())
    assert way_back_s > 0
    assert [one["overtime"] for one in lane["stops"]] == [True]
    [alert] = document["alerts"]
    assert (alert["appointment"], alert["trouble"]) == (stop.appointment_id, "overtime")
    assert alert["trouble_label"] == f"Ana Sanz ends {minutes_in_words(lane['overtime_s'])} after the shift"
