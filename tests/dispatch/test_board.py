import pytest
from django.test import Client
from django.utils import timezone, translation

from dispatch.models import Notice
from dispatch.templatetags.visita import duration
from scheduling.enums import RunStatus
from scheduling.models import Absence, Run
from scheduling.services.runs import perform_run
from scheduling.services.words import minutes_in_words
from tests.dispatch.board_day import (
    in_three_days,
    make_day,
    make_lane,
    make_waiting,
    place_visit,
    promise_visit,
    read_day,
)
from tests.dispatch.cast import make_case, make_user
from tests.make import at, make_skill

pytestmark = pytest.mark.django_db
QUERIES = 35


@pytest.fixture
def dispatcher(client: Client) -> Client:
    client.force_login(make_user("dispatcher"))
    return client


def test_a_day_without_shifts_says_what_to_do(dispatcher):
    answer = dispatcher.get("/board/", {"date": "2026-11-26"})

    assert answer.status_code == 200
    assert "Nobody has a shift on this day." in answer.content.decode()
    assert read_day(dispatcher, "2026-11-26")["lanes"] == []


def test_a_date_that_is_none_shows_today(dispatcher):
    assert dispatcher.get("/board/", {"date": "soon"}).context["date"] == timezone.localdate()


def test_the_tray_says_which_skill_nobody_has(dispatcher):
    day = in_three_days()
    make_lane("Ana Sanz", day, skills=[("fibre", 1)])
    visit = make_waiting("Laura Gómez")
    visit.appointment.skills.create(skill=make_skill("fibre"), level=3)

    [entry] = read_day(dispatcher, day)["tray"]

    assert entry["appointment"] == visit.appointment_id
    assert entry["reason"] == "Nobody who works on this day has what it needs: fibre, level 3."


def test_the_tray_asks_for_coordinates(dispatcher):
    day = in_three_days()
    make_lane("Ana Sanz", day)
    make_visit_nowhere()

    assert [entry["reason"] for entry in read_day(dispatcher, day)["tray"]] == ["Its address has no coordinates."]


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

    assert [entry["customer"] for entry in read_day(dispatcher, day)["tray"]] == ["Urgent", "Normal", "Low"]


def test_cases_without_a_visit_are_counted_and_listed(dispatcher):
    case = make_case("Eva Ruiz")
    make_waiting("Laura Gómez")

    document = read_day(dispatcher, in_three_days())

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
        document = read_day(dispatcher, day)

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
