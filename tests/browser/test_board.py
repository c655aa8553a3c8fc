"""The board on desk and phone, in both languages, with a console that stays clean."""

import re
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from scheduling.models import Run, User
from scheduling.services.runs import perform_run
from tests.browser.board import find_stop, find_track, open_board
from tests.browser.fixtures import OpenPage
from tests.dispatch.board_day import make_day, make_lane, make_waiting, place_visit
from tests.make import at, make_skill


def test_selecting_on_one_side_shows_on_the_other(open_page: OpenPage, dispatcher: User, day: date) -> None:
    make_day(day)
    page = open_board(open_page(), dispatcher, day)

    find_stop(page, "Customer 2").click()
    expect(page.locator(".stop-pin.is-selected")).to_have_text("LG1")
    expect(page.locator("[data-panel] h2")).to_have_text("Customer 2")

    page.locator(".stop-pin", has_text="AS1").dispatch_event("click")
    expect(find_stop(page, "Customer 1")).to_have_class(re.compile("is-selected"))
    expect(page.locator("[data-panel] h2")).to_have_text("Customer 1")

    page.keyboard.press("Escape")
    expect(page.locator("[data-panel]")).to_be_hidden()
    expect(page.locator(".is-selected")).to_have_count(0)


@pytest.mark.parametrize(("size", "seen"), [((1440, 900), 12), ((1280, 720), 8)])
def test_the_lanes_have_room_beside_the_map(
    open_page: OpenPage, dispatcher: User, day: date, size: tuple[int, int], seen: int
) -> None:
    make_day(day, lanes=12)
    viewport = {"width": size[0], "height": size[1]}
    page = open_board(open_page(viewport=viewport), dispatcher, day)
    expect(page.locator(".lane")).to_have_count(12)

    scroller = page.locator("[data-scroller]").bounding_box()
    assert scroller is not None
    boxes = [lane.bounding_box() for lane in page.locator(".lane").all()]
    end = scroller["y"] + scroller["height"]
    whole = [box for box in boxes if box is not None and box["y"] + box["height"] <= end + 1]
    assert len(whole) >= seen
    assert end <= size[1]


def test_who_could_not_unfolds_without_opening_the_panel(open_page: OpenPage, dispatcher: User, day: date) -> None:
    make_lane("Ana Sanz", day)
    make_waiting("Laura Gómez").appointment.skills.create(skill=make_skill("fibre"), level=2)
    perform_run(run_id=Run.objects.create(date=day, requested_at=timezone.now(), time_limit_s=1).pk)
    page = open_board(open_page(), dispatcher, day)

    page.locator("[data-tray]").get_by_text("Who could not").click()
    expect(page.locator("[data-tray]")).to_contain_text("lacks the skill")
    expect(page.locator("[data-panel]")).to_be_hidden()

    page.locator("[data-entry]").get_by_text("Laura Gómez").click()
    expect(page.locator("[data-panel]")).to_contain_text("lacks the skill: everyone")


def test_on_a_small_screen_the_board_is_a_list(open_page: OpenPage, dispatcher: User, day: date) -> None:
    make_day(day)
    small = {"viewport": {"width": 360, "height": 740}}
    page = open_board(open_page("phone", **small), dispatcher, day)

    expect(page.locator("[data-desk]")).to_be_hidden()
    expect(page.get_by_role("link", name="Customer 3")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("link", name="Customer 3").click()
    expect(page.locator("[data-panel] h2")).to_have_text("Customer 3")
    page.get_by_role("button", name="Take off").click()
    expect(page.locator(".toast")).to_contain_text("Customer 3 is back among the unplanned.")


def test_the_board_speaks_spanish(open_page: OpenPage, dispatcher: User, day: date) -> None:
    User.objects.filter(pk=dispatcher.pk).update(language="es")
    make_day(day)
    page = open_board(open_page(locale="es-ES"), dispatcher, day)

    expect(page.get_by_role("button", name="Planificar el día")).to_be_visible()
    find_stop(page, "Customer 3").press("m")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-says]")).to_contain_text("Cabe")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Teclado")).to_be_visible()


def test_a_narrow_phone_shows_every_door_and_the_ways_to_fit_a_visit_in(
    open_page: OpenPage, dispatcher: User, day: date
) -> None:
    make_lane("Ana Sanz", day)
    make_waiting("Waiting")
    page = open_page("phone")
    page.set_viewport_size({"width": 360, "height": 740})
    open_board(page, dispatcher, day)

    for door in page.locator(".bar-nav > a").all():
        box = door.bounding_box()
        assert box is not None
        assert (box["x"] >= 0, box["x"] + box["width"] <= 360) == (True, True)
    page.get_by_role("link", name="Ways to fit it in").click()
    panel = page.locator("[data-panel]")
    expect(panel.get_by_role("heading", name="Ways to fit it in")).to_be_visible()
    expect(panel.locator(".fix-list, [data-explanation] p").first).to_be_visible()


def test_an_absence_is_legible_and_leads_to_the_visits_it_leaves_behind(
    open_page: OpenPage, dispatcher: User, day: date
) -> None:
    route = make_lane("Ana Sanz", day)
    for name, hour in (("Laura Gómez", 9), ("Pedro Gil", 13)):
        place_visit(make_waiting(name), route, at(hour, day=day))
    ana = route.shift.technician
    ana.absences.create(starts_at=at(12, day=day), ends_at=at(12, day=day.replace(year=day.year + 1)), kind="illness")
    page = open_board(open_page(), dispatcher, day)
    word = find_track(page, "Ana Sanz").locator(".absence-name span")
    expect(word).to_be_visible()
    seen = "e => { const b = e.getBoundingClientRect(); return e === document.elementFromPoint(b.x + 9, b.y + 9); }"
    assert word.evaluate(seen)
    page.get_by_role("tab").nth(1).click()
    expect(page.locator(".tray-body .entry")).to_have_text(re.compile("Pedro Gil.*Ana Sanz"))
    page.locator(".tray-body .entry").click()
    expect(page.locator("[data-panel]")).to_contain_text("Pedro Gil")
    page.keyboard.press("Escape")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(".tray-body > button.button").click()
    assert Run.objects.count() == 1
