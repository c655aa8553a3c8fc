"""Visits moved on the board by mouse, touch, keyboard and dialog."""

from datetime import date

from playwright.sync_api import expect

from dispatch.models import Visit
from scheduling.models import Stop, User
from tests.browser.board import drag, find_stop, open_board, placed, spot
from tests.browser.fixtures import ConsoleGuard, OpenPage
from tests.dispatch.board_day import make_day, make_lane, make_waiting, promise_visit
from tests.make import at, make_skill


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
