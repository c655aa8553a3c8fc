"""What binds a technician's shifts: seen and changed on one page."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from maps.models import Territory
from scheduling.models import LoadUnit, Route, Shift, Stop, Technician
from scheduling.services.moves import move_stop
from scheduling.services.shifts import make_coming_shifts
from scheduling.services.technician_rules import (
    Area,
    Away,
    HeldSkill,
    Limits,
    Rest,
    Room,
    TechnicianRules,
    WeeklyShift,
    read_technician_rules,
)
from tests.dispatch.board_day import make_lane, make_waiting, place_visit
from tests.dispatch.cast import make_user
from tests.dispatch.test_visit_rules import shown
from tests.make import at, make_appointment, make_skill, make_technician

pytestmark = pytest.mark.django_db
SQUARE = {"type": "Polygon", "coordinates": [[[-3.1, 39.9], [-2.9, 39.9], [-2.9, 40.1], [-3.1, 40.1], [-3.1, 39.9]]]}


@pytest.fixture
def dispatcher(client: Client) -> Client:
    client.force_login(make_user("dispatcher"))
    return client


def address_of(technician: Technician) -> str:
    return f"/technicians/{technician.pk}/rules/"


def rules_of(technician: Technician) -> TechnicianRules:
    return read_technician_rules(Technician.objects.get(pk=technician.pk))


def fill(client: Client, technician: Technician, **changes: Any) -> dict[str, Any]:
    return shown(client.get(address_of(technician)).context["forms"]) | changes


def test_a_form_sent_as_it_was_shown_changes_nothing(dispatcher: Client) -> None:
    ana = make_technician(skills=[("fibre", 2)], lunch=True)
    Technician.objects.filter(pk=ana.pk).update(max_leg_s=1234)
    ana.absences.create(starts_at=at(9).replace(second=5), ends_at=at(10), kind="illness", note="Flu")
    before = rules_of(ana)
    kept = list(ana.shift_patterns.values_list("pk", flat=True))
    assert dispatcher.post(address_of(ana), fill(dispatcher, ana)).status_code == 302
    assert rules_of(ana) == before
    assert list(ana.shift_patterns.values_list("pk", flat=True)) == kept


def test_every_rule_is_set(dispatcher: Client) -> None:
    ana = make_technician(weekdays=[3])
    fibre, boxes = make_skill("fibre"), LoadUnit.objects.create(code="box", name="Boxes")
    north = Territory.objects.create(name="North", polygon=SQUARE)
    sent = fill(
        dispatcher,
        ana,
        **{
            "week-TOTAL_FORMS": 2,
            "week-0-weekday": 3,
            "week-0-starts": "07:00",
            "week-0-ends": "15:00",
            "week-1-weekday": 4,
            "week-1-starts": "10:00",
            "week-1-ends": "18:30",
            "week-1-valid_until": "2026-12-31",
            "rests-TOTAL_FORMS": 2,
            "rests-0-weekday": "",
            "rests-0-counted": "start",
            "rests-0-earliest": "02:00",
            "rests-0-latest": "03:30",
            "rests-0-minutes": 15,
            "rests-1-weekday": 4,
            "rests-1-counted": "clock",
            "rests-1-earliest": "13:00",
            "rests-1-latest": "15:00",
            "rests-1-minutes": 45,
            "away-0-starts_at": "2026-12-24T00:00",
            "away-0-ends_at": "2026-12-27T00:00",
            "away-0-kind": "holiday",
            "away-0-note": "Christmas",
            "skills-0-skill": fibre.pk,
            "skills-0-level": 3,
            "skills-0-valid_until": "2027-06-30",
            "areas-0-territory": north.pk,
            "areas-0-kind": "allowed",
            "rooms-0-unit": boxes.pk,
            "rooms-0-amount": 12,
            "travel_profile": "bicycle",
            "speed_factor": "0.9",
            "max_visits": 6,
            "max_work_s": 360,
            "max_travel_s": 120,
            "max_leg_s": 40,
            "max_overtime_s": 60,
            "planned_overtime_s": 30,
            "overtime_rate": "24.50",
        },
    )
    assert dispatcher.post(address_of(ana), sent).status_code == 302
    christmas = date(2026, 12, 24)
    assert rules_of(ana) == TechnicianRules(
        limits=Limits("bicycle", 0.9, 6, 21_600, 7200, 2400, 3600, 1800, Decimal("24.50")),
        skills=frozenset({HeldSkill(fibre.pk, 3, date(2027, 6, 30))}),
        areas=frozenset({Area(north.pk, "allowed")}),
        rooms=frozenset({Room(boxes.pk, 12)}),
        away=frozenset({Away(at(0, day=christmas), at(0, day=christmas + timedelta(days=3)), "holiday", "Christmas")}),
        week=frozenset(
            {WeeklyShift(3, time(7), time(15)), WeeklyShift(4, time(10), time(18, 30), None, date(2026, 12, 31))}
        ),
        rests=frozenset({Rest(None, time(2), time(3, 30), True, 15), Rest(4, time(13), time(15), False, 45)}),
    )


def test_coming_shifts_follow_where_nothing_was_placed(dispatcher: Client) -> None:
    ana, today = make_technician(), timezone.localdate()
    make_coming_shifts(today=today, technicians=[ana])
    used = Shift.objects.filter(technician=ana, date__gt=today).order_by("date")[0]
    Route.objects.filter(shift=used).update(version=2)
    sent = fill(dispatcher, ana) | {
        "rests-0-earliest": "02:00",
        "rests-0-latest": "03:00",
        "rests-0-minutes": 20,
        "rests-0-counted": "start",
    }
    assert dispatcher.post(address_of(ana), sent).status_code == 302
    coming = Shift.objects.filter(technician=ana, date__gt=today)
    assert {shift.breaks.count() for shift in coming.exclude(pk=used.pk)} == {1}
    assert [shift.breaks.count() for shift in coming.filter(pk=used.pk)] == [0]


def test_what_no_longer_fits_is_told_and_stays(dispatcher: Client) -> None:
    ana, today = make_technician(skills=[("fibre", 2)]), timezone.localdate()
    make_coming_shifts(today=today, technicians=[ana])
    shift = Shift.objects.filter(technician=ana, date__gt=today).order_by("date")[0]
    appointment = make_appointment(skills=[("fibre", 2)], now=timezone.now())
    move_stop(appointment_id=appointment.pk, route_id=shift.route.pk, actor=None, now=timezone.now())
    version = Route.objects.get(shift=shift).version
    sent = fill(dispatcher, ana) | {"skills-0-level": 1}
    page = dispatcher.post(address_of(ana), sent, follow=True)
    told = [str(message) for message in page.context["messages"]]
    assert told == [
        "The rules of Ana Sanz are saved.",
        "What is planned already stays, but no longer fits: Ana Sanz lacks a skill that this visit takes.",
    ]
    assert Stop.objects.filter(appointment=appointment, is_current=True).count() == 1
    assert Route.objects.get(shift=shift).version == version + 1


def test_the_customers_of_an_absence_are_named(dispatcher: Client) -> None:
    day = timezone.localdate() + timedelta(days=3)
    route = make_lane("Ana Sanz", day)
    ana = route.shift.technician
    place_visit(make_waiting("Laura Gómez"), route, at(9, day=day))
    place_visit(make_waiting("Pedro Gil"), route, at(13, day=day))
    away = {"away-0-starts_at": f"{day}T12:00", "away-0-ends_at": f"{day}T18:00", "away-0-kind": "illness"}
    page = dispatcher.post(address_of(ana), fill(dispatcher, ana) | away, follow=True)
    told = [str(message) for message in page.context["messages"]][-1]
    assert ("Pedro Gil" in told, "Laura Gómez" in told, "13:00" in told) == (True, False, True)


def test_what_was_reported_meanwhile_is_not_overwritten_unseen(dispatcher: Client) -> None:
    ana = make_technician(skills=[("fibre", 2)])
    sent = fill(dispatcher, ana, max_visits=17)
    ana.absences.create(starts_at=at(9), ends_at=at(16), kind="illness")
    before = rules_of(ana)
    page = dispatcher.post(address_of(ana), sent)
    assert page.status_code == 422
    assert page.context["refusal"] == "Somebody else has changed these rules meanwhile. Look at them again."
    assert 'name="max_visits" value="17"' in page.content.decode()
    assert rules_of(ana) == before
    assert dispatcher.post(address_of(ana), fill(dispatcher, ana, max_visits=17)).status_code == 302
    assert rules_of(ana).away == before.away


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"week-0-ends": "07:00"}, "id_week-0-ends"),
        ({"week-0-starts": "late"}, "id_week-0-starts"),
        ({"week-1-weekday": "0", "week-1-starts": "09:00", "week-1-ends": "10:00"}, "id_week-1-starts"),
        (
            {"rests-0-earliest": "13:00", "rests-0-latest": "12:00", "rests-0-minutes": "30"},
            "id_rests-0-latest",
        ),
        (
            {"rests-0-earliest": "15:30", "rests-0-latest": "17:00", "rests-0-minutes": "45"},
            "id_rests-0-earliest",
        ),
        (
            {"rests-0-earliest": "17:00", "rests-0-latest": "18:00", "rests-0-minutes": "45"},
            "id_rests-0-earliest",
        ),
        (
            {
                "rests-0-counted": "start",
                "rests-0-earliest": "07:30",
                "rests-0-latest": "07:45",
                "rests-0-minutes": "45",
            },
            "id_rests-0-earliest",
        ),
        ({"away-0-starts_at": "2026-12-24T00:00"}, "id_away-0-ends_at"),
        ({"away-0-ends_at": "2026-12-24T00:00"}, "id_away-0-starts_at"),
        ({"rests-0-latest": "14:00", "rests-0-minutes": "30"}, "id_rests-0-earliest"),
        ({"week-1-ends": "18:00"}, "id_week-1-starts"),
        ({"rooms-0-amount": "12"}, "id_rooms-0-unit"),
        ({"skills-1-valid_until": "2027-06-30"}, "id_skills-1-skill"),
        ({"rooms-0-unit": "99999", "rooms-0-amount": "1"}, "id_rooms-0-unit"),
        ({"skills-0-valid_until": "1900-01-01"}, "id_skills-0-valid_until"),
        ({"speed_factor": "0"}, "id_speed_factor"),
        ({"planned_overtime_s": "61"}, "id_planned_overtime_s"),
        ({"overtime_rate": "-1"}, "id_overtime_rate"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_lost(
    dispatcher: Client, changes: dict[str, str], anchor: str
) -> None:
    ana = make_technician(weekdays=[0], skills=[("fibre", 2)])
    before = rules_of(ana)
    page = dispatcher.post(address_of(ana), fill(dispatcher, ana, max_visits=17) | changes)
    assert page.status_code == 422
    assert [fault.anchor for fault in page.context["forms"].faults] == [anchor]
    assert 'name="max_visits" value="17"' in page.content.decode()
    assert rules_of(ana) == before


def test_half_a_row_is_shown_again_as_it_was_written(dispatcher: Client) -> None:
    ana = make_technician()
    page = dispatcher.post(address_of(ana), fill(dispatcher, ana) | {"away-0-note": "Back on Monday"})
    anchors = [fault.anchor for fault in page.context["forms"].faults]
    assert anchors == ["id_away-0-starts_at", "id_away-0-ends_at"]
    assert 'value="Back on Monday"' in page.content.decode()


def test_rows_are_taken_away_by_emptying_them(dispatcher: Client) -> None:
    ana = make_technician(weekdays=[0, 1], skills=[("fibre", 2)], lunch=True)
    fields = ("week-1-starts", "week-1-ends", "rests-0-earliest", "rests-0-latest", "rests-0-minutes", "skills-0-skill")
    assert dispatcher.post(address_of(ana), fill(dispatcher, ana) | dict.fromkeys(fields, "")).status_code == 302
    rules = rules_of(ana)
    assert ([shift.weekday for shift in rules.week], len(rules.rests), len(rules.skills)) == ([0], 0, 0)


def test_a_break_that_may_end_after_the_shift_but_has_room_is_kept(dispatcher: Client) -> None:
    ana = make_technician()
    rest = {"rests-0-earliest": "12:00", "rests-0-latest": "16:00", "rests-0-minutes": "45"}
    assert dispatcher.post(address_of(ana), fill(dispatcher, ana) | rest).status_code == 302
    assert rules_of(ana).rests == {Rest(None, time(12), time(16), False, 45)}


def test_the_same_skill_twice_is_told_at_the_second(dispatcher: Client) -> None:
    ana = make_technician(skills=[("fibre", 2)])
    skill = make_skill("fibre").pk
    sent = fill(dispatcher, ana) | {"skills-1-skill": skill, "skills-1-level": 1}
    page = dispatcher.post(address_of(ana), sent)
    assert [fault.anchor for fault in page.context["forms"].faults] == ["id_skills-1-skill"]


def test_another_row_comes_without_script(dispatcher: Client) -> None:
    ana = make_technician(skills=[("fibre", 2)])
    page = dispatcher.post(address_of(ana), fill(dispatcher, ana, add_skills="1"))
    assert (page.status_code, len(page.context["forms"].rows["skills"].forms)) == (200, 3)


@pytest.mark.parametrize("role", ["agent", "technician", ""])
def test_outsiders_neither_see_nor_set_them(client: Client, role: str) -> None:
    ana = make_technician()
    client.force_login(make_user(role))
    assert [client.get(address_of(ana)).status_code, client.post(address_of(ana)).status_code] == [403, 403]
