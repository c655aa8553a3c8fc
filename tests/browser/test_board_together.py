"""Two dispatchers on the same day."""

import re
from datetime import date

from playwright.sync_api import expect

from dispatch.models import Visit
from scheduling.models import User
from tests.browser.board import find_stop, open_board, placed
from tests.browser.fixtures import ConsoleGuard, OpenPage
from tests.dispatch.board_day import make_day, place_visit
from tests.make import at


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
