"""The board by mouse, touch and keyboard, in both languages, with a console that stays clean."""

import json
import re
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import Route as PageRoute

from dispatch.models import Visit
from scheduling.models import ProposedRoute, Route, Run, Stop, User
from scheduling.services.runs import perform_run
from tests.browser.fixtures import ConsoleGuard, OpenPage
from tests.dispatch.board_day import in_three_days, make_day, make_lane, make_waiting, place_visit, promise_visit
from tests.dispatch.cast import make_user
from tests.make import at, make_skill

PASSWORD = "a-good-long-password"


@pytest.fixture
def day(live_site: str) -> date:
    return in_three_days()


@pytest.fixture
def dispatcher(live_site: str) -> User:
    return make_user("dispatcher", password=PASSWORD)


def open_board(page: Page, user: User, day: date) -> Page:
    page.goto("/login/")
    page.locator("[name=username]").fill(user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile("/board/"))
    page.goto(f"/board/?date={day}")
    return page


def find_stop(page: Page, name: str) -> Locator:
    return page.locator("button.stop", has_text=name)


def find_track(page: Page, technician: str) -> Locator:
    return page.get_by_role("group", name=technician).locator(".lane-track")


def spot(page: Page, technician: str, hour: float) -> tuple[float, float]:
    """Where an hour is on a lane, in pixels of the page; the first hour of these days is 7 or 8."""
    track = find_track(page, technician)
    track.scroll_into_view_if_needed()
    box = track.bounding_box()
    assert box is not None
    first = int(page.locator(".hour").first.inner_text()[:2])
    minute = float(page.locator("[data-lanes]").evaluate("e => parseFloat(e.style.getPropertyValue('--minute'))"))
    return box["x"] + (hour - first) * 60 * minute, box["y"] + 16


def drag(page: Page, thing: Locator, to: tuple[float, float]) -> None:
    box = thing.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 1, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 12, box["y"] + 14, steps=3)
    page.mouse.move(to[0] + 2, to[1], steps=6)


def placed(visit: Visit) -> tuple[int, object] | None:
    stop = Stop.objects.filter(appointment=visit.appointment_id, is_current=True).first()
    return (stop.route_id, stop.starts_at) if stop else None


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


def test_a_stop_is_dragged_to_another_lane_and_taken_back(open_page: OpenPage, dispatcher: User, day: date) -> None:
    ana, luis = make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 3")
    page = open_board(open_page(), dispatcher, day)

    drag(page, find_stop(page, "Customer 3"), spot(page, "Luis Gil", 14))
    expect(page.locator(".tip")).to_contain_text("Fits")
    page.mouse.up()

    expect(page.get_by_role("group", name="Luis Gil").locator("button.stop")).to_have_count(2)
    expect(page.locator(".toast")).to_contain_text("Customer 3: Luis Gil at 14:00.")
    assert placed(visit) == (luis.pk, at(14, day=day))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("group", name="Ana Sanz").locator("button.stop")).to_have_count(2)
    expect(page.locator(".toast")).to_contain_text("Customer 3: Ana Sanz at 11:00.")
    assert placed(visit) == (ana.pk, at(11, day=day))


def test_from_the_tray_to_a_lane_and_back(open_page: OpenPage, dispatcher: User, day: date) -> None:
    _ana, luis = make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 4")
    page = open_board(open_page(), dispatcher, day)

    drag(page, page.locator("[data-entry]", has_text="Customer 4"), spot(page, "Luis Gil", 15))
    expect(page.locator(".tip")).to_contain_text("Fits")
    page.mouse.up()
    expect(find_stop(page, "Customer 4")).to_be_visible()
    assert placed(visit) == (luis.pk, at(15, day=day))

    tray = page.locator("[data-tray]").bounding_box()
    assert tray is not None
    drag(page, find_stop(page, "Customer 4"), (tray["x"] + 80, tray["y"] + 200))
    page.mouse.up()
    expect(page.locator("[data-entry]", has_text="Customer 4")).to_be_visible()
    assert placed(visit) is None


def test_a_stop_is_moved_by_keyboard(open_page: OpenPage, dispatcher: User, day: date) -> None:
    _ana, luis = make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 3")
    page = open_board(open_page(), dispatcher, day)

    find_stop(page, "Customer 1").focus()
    page.keyboard.press("ArrowRight")
    expect(find_stop(page, "Customer 3")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-says]")).to_contain_text("Luis Gil, 11:25. Fits")
    page.keyboard.press("Enter")

    expect(page.locator(".toast")).to_contain_text("Customer 3: Luis Gil at 11:25.")
    assert placed(visit) == (luis.pk, at(11, 25, day=day))
    expect(find_stop(page, "Customer 3")).to_be_focused()


def test_escape_leaves_everything_as_it_was(open_page: OpenPage, dispatcher: User, day: date) -> None:
    ana, _luis = make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 3")
    page = open_board(open_page(), dispatcher, day)

    find_stop(page, "Customer 3").press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")

    expect(page.locator(".ghost")).to_have_count(0)
    expect(page.locator("[data-says]")).to_contain_text("Customer 3 stays where it was.")
    assert placed(visit) == (ana.pk, at(11, day=day))


def test_a_stop_is_dragged_by_touch(open_page: OpenPage, dispatcher: User, day: date) -> None:
    _ana, luis = make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 3")
    page = open_board(open_page(has_touch=True), dispatcher, day)
    x, y = spot(page, "Luis Gil", 13)
    box = find_stop(page, "Customer 3").bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        where = [{"x": across, "y": down} for across, down in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    touch("touchStart", (box["x"] + 2, box["y"] + 12))
    expect(page.locator(".ghost")).to_be_visible()
    touch("touchMove", (box["x"] + 20, box["y"] + 20))
    touch("touchMove", (x + 3, y))
    expect(page.locator(".tip")).to_contain_text("Fits")
    touch("touchEnd")

    expect(page.locator(".toast")).to_contain_text("Customer 3: Luis Gil at 13:00.")
    assert placed(visit) == (luis.pk, at(13, day=day))


def test_a_wish_is_forced_with_a_reason(
    open_page: OpenPage, dispatcher: User, day: date, console_guard: ConsoleGuard
) -> None:
    console_guard.expect("409")
    route = make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    visit.appointment.wishes.create(starts_at=at(9, day=day), ends_at=at(10, day=day))
    page = open_board(open_page(), dispatcher, day)

    drag(page, page.locator("[data-entry]"), spot(page, "Ana Sanz", 14))
    expect(page.locator(".tip")).to_contain_text("Can be forced with a reason.")
    page.mouse.up()
    page.get_by_label("Why it is done all the same").fill("The customer called")
    page.get_by_role("button", name="Force it").click()

    expect(find_stop(page, "Laura Gómez")).to_be_visible()
    assert placed(visit) == (route.pk, at(14, day=day))
    assert Stop.objects.get(is_current=True).forced_reason == "The customer called"


def test_a_missing_skill_is_said_and_not_forced(
    open_page: OpenPage, dispatcher: User, day: date, console_guard: ConsoleGuard
) -> None:
    console_guard.expect("409")
    make_lane("Ana Sanz", day)
    visit = make_waiting("Laura Gómez")
    visit.appointment.skills.create(skill=make_skill("fibre"), level=2)
    page = open_board(open_page(), dispatcher, day)

    drag(page, page.locator("[data-entry]"), spot(page, "Ana Sanz", 10))
    expect(page.locator(".tip")).to_contain_text("Ana Sanz lacks a skill")
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This can't be forced.")
    dialog.get_by_role("button", name="Close").click()
    assert placed(visit) is None


def test_what_another_dispatcher_does_appears_by_itself(open_page: OpenPage, dispatcher: User, day: date) -> None:
    ana, _luis = make_day(day)
    page = open_board(open_page(), dispatcher, day)
    find_stop(page, "Customer 2").click()

    place_visit(Visit.objects.get(case__customer__name="Customer 4"), ana, at(16, day=day))

    expect(find_stop(page, "Customer 4")).to_be_visible(timeout=15_000)
    expect(find_stop(page, "Customer 2")).to_have_class(re.compile("is-selected"))
    expect(find_stop(page, "Customer 2")).to_be_focused()


def test_a_route_that_someone_else_changed_is_not_overwritten(
    open_page: OpenPage, dispatcher: User, day: date, console_guard: ConsoleGuard
) -> None:
    console_guard.expect("409")
    ana, luis = make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 3")
    page = open_board(open_page(), dispatcher, day)
    find_stop(page, "Customer 3").press("m")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-says]")).to_contain_text("Fits")

    place_visit(Visit.objects.get(case__customer__name="Customer 4"), luis, at(16, day=day))
    page.keyboard.press("Enter")

    expect(page.locator(".toast")).to_contain_text("Someone else has just changed this route.")
    expect(find_stop(page, "Customer 4")).to_be_visible()
    assert placed(visit) == (ana.pk, at(11, day=day))


def test_nothing_moves_under_a_hand_that_drags(open_page: OpenPage, dispatcher: User, day: date) -> None:
    ana, _luis = make_day(day)
    page = open_board(open_page(), dispatcher, day)
    find_stop(page, "Customer 2").press("m")

    with page.expect_response(re.compile(f"/board/day/{day}/$"), timeout=15_000):
        place_visit(Visit.objects.get(case__customer__name="Customer 4"), ana, at(16, day=day))
    expect(page.locator(".ghost")).to_be_visible()
    expect(find_stop(page, "Customer 4")).to_have_count(0)

    page.keyboard.press("Escape")
    expect(find_stop(page, "Customer 4")).to_be_visible()
    expect(find_stop(page, "Customer 2")).to_be_focused()


def test_move_to_by_dialog_and_pins(open_page: OpenPage, dispatcher: User, day: date) -> None:
    _ana, luis = make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 4")
    page = open_board(open_page(), dispatcher, day)

    page.locator("[data-entry]", has_text="Customer 4").click()
    page.get_by_role("button", name="Place on a route…").click()
    page.get_by_label("Technician").select_option(index=1)
    page.get_by_label("From").fill("12:30")
    page.get_by_role("button", name="Move", exact=True).click()

    pin = page.get_by_role("button", name="Pin time")
    expect(pin).to_have_attribute("aria-pressed", "true")
    assert placed(visit) == (luis.pk, at(12, 30, day=day))
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "false")


def test_taking_off_a_promised_visit_asks_for_the_reason(open_page: OpenPage, dispatcher: User, day: date) -> None:
    make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 3")
    promise_visit(visit, at(10, day=day))
    page = open_board(open_page(), dispatcher, day)

    find_stop(page, "Customer 3").click()
    page.get_by_role("button", name="Take off").click()
    page.get_by_label("Reason for the customer").fill("Ana is ill")
    page.get_by_role("button", name="Take off and tell the customer").click()

    expect(page.locator("[data-entry]", has_text="Customer 3")).to_be_attached()
    assert placed(visit) is None
    assert visit.appointment.promises.get().reason == "Ana is ill"


def plan_briefly(route: PageRoute) -> None:
    """Three seconds are plenty for four visits."""
    route.continue_(post_data=json.dumps({"time_limit_s": 3}) if route.request.method == "POST" else None)


def test_the_day_is_planned_reviewed_and_published(
    open_page: OpenPage, dispatcher: User, day: date, live_worker: None
) -> None:
    make_day(day)
    page = open_board(open_page(), dispatcher, day)
    page.route("**/run", plan_briefly)

    page.get_by_role("button", name="Plan the day").click()
    expect(page.locator("[data-run]")).to_contain_text("Planning the day")
    bar = page.locator("[data-proposal]")
    expect(bar).to_contain_text("unplanned 1 → 0", timeout=30_000)
    bar.get_by_role("button", name="Show on the board").click()
    expect(page.locator(".proposed", has_text="Customer 4")).to_be_visible()
    bar.get_by_role("button", name="Review").click()
    review = page.get_by_role("dialog")
    expect(review.get_by_role("row", name=re.compile("Customer 4"))).to_contain_text("new on a route")
    review.get_by_role("button", name="Publish").click()

    expect(page.locator(".toast")).to_contain_text("The plan is published.")
    expect(bar).to_be_hidden()
    expect(find_stop(page, "Customer 4")).to_be_visible()
    assert Route.objects.exclude(published_at=None).count() == 2


def height(thing: Locator) -> float:
    box = thing.bounding_box()
    assert box is not None
    return box["height"]


def test_planning_beside_an_open_proposal_leaves_the_desk_whole(
    open_page: OpenPage, dispatcher: User, day: date, live_worker: None
) -> None:
    make_day(day)
    page = open_board(open_page(), dispatcher, day)
    page.route("**/run", plan_briefly)
    page.get_by_role("button", name="Plan the day").click()
    bar, run = page.locator("[data-proposal]"), page.locator("[data-run]")
    expect(bar).to_contain_text("unplanned 1 → 0", timeout=30_000)

    page.get_by_role("button", name="Plan the day").click()

    cancel = run.get_by_role("button", name="Cancel")
    expect(cancel).to_be_in_viewport(ratio=1)
    assert (height(bar) < 80, height(run) < 80) == (True, True)
    expect(page.locator("#board-map")).to_be_in_viewport(ratio=0.9)
    expect(find_stop(page, "Customer 1")).to_be_in_viewport(ratio=1)


def test_an_outdated_proposal_offers_a_new_plan_first(
    open_page: OpenPage, dispatcher: User, day: date, live_worker: None
) -> None:
    make_day(day)
    page = open_board(open_page(), dispatcher, day)
    page.route("**/run", plan_briefly)
    page.get_by_role("button", name="Plan the day").click()
    bar = page.locator("[data-proposal]")
    expect(bar).to_contain_text("unplanned 1 → 0", timeout=30_000)
    changed = ProposedRoute.objects.select_related("route").first()
    assert changed is not None

    place_visit(Visit.objects.get(case__customer__name="Customer 4"), changed.route, at(16, day=day))

    expect(bar).to_contain_text("Outdated", timeout=15_000)
    expect(bar.get_by_role("button", name="Plan again")).to_have_class(re.compile("primary"))
    expect(bar.get_by_role("button", name="Publish")).not_to_have_class(re.compile("primary"))
    bar.get_by_role("button", name="Review").click()
    expect(page.get_by_role("dialog")).to_contain_text("Customer 4: Placed on a route")


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
