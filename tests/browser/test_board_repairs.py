"""Reporting what went otherwise than planned, by keyboard alone, in both languages and on a narrow screen."""

from datetime import date

from playwright.sync_api import expect

from scheduling.models import Absence, RoutePlan, Stop, User
from tests.browser.board import open_board
from tests.browser.fixtures import ConsoleGuard, OpenPage
from tests.dispatch.board_day import make_day
from tests.make import at


def test_a_technician_is_reported_ill_by_keyboard_and_the_proposal_waits(
    open_page: OpenPage, dispatcher: User, day: date
) -> None:
    make_day(day)
    page = open_board(open_page(), dispatcher, day)
    lane = page.get_by_role("group", name="Ana Sanz")

    lane.locator("summary").focus()
    page.keyboard.press("Enter")
    lane.get_by_role("button", name="Technician ill…").press("Enter")
    dialog = page.get_by_role("dialog", name="Ana Sanz is ill")
    expect(dialog).to_be_visible()
    dialog.get_by_label("From").fill("08:00")
    page.keyboard.press("Enter")

    expect(page.locator("[data-toasts]")).to_contain_text("Ana Sanz is absent from then on.")
    expect(page.locator("[data-proposal]")).to_be_visible()
    expect(lane.locator("summary")).to_be_focused()
    assert Absence.objects.get().starts_at == at(8, day=day)
    assert RoutePlan.objects.get().status == "proposed"
    assert Stop.objects.filter(is_current=True, technician__name="Ana Sanz").count() == 2


def test_a_delay_is_reported_and_a_wrong_number_is_not(open_page: OpenPage, dispatcher: User, day: date) -> None:
    make_day(day)
    page = open_board(open_page(), dispatcher, day)
    lane = page.get_by_role("group", name="Ana Sanz")
    lane.locator("summary").click()
    lane.get_by_role("button", name="Runs late…").click()
    dialog = page.get_by_role("dialog", name="Ana Sanz runs late")
    dialog.get_by_label("Minutes").fill("0")
    dialog.get_by_role("button", name="Report the delay").click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("Minutes").fill("20")
    dialog.get_by_role("button", name="Report the delay").click()

    expect(page.locator("[data-toasts]")).to_contain_text("Ana Sanz runs 20 minutes late.")
    assert Absence.objects.count() == 1


def test_an_emergency_from_the_panel_is_answered_in_words(
    open_page: OpenPage, dispatcher: User, day: date, console_guard: ConsoleGuard
) -> None:
    """Nobody has a shift today, so that it is refused at every hour."""
    console_guard.expect("409")
    make_day(day)
    page = open_board(open_page(), dispatcher, day)
    page.locator("[data-entry]", has_text="Customer 4").press("Enter")
    page.get_by_role("button", name="Emergency: place now").press("Enter")

    expect(page.locator("[data-toasts]")).to_contain_text("No place today")
    assert not RoutePlan.objects.exists()


def test_on_a_narrow_screen_the_list_offers_the_same(open_page: OpenPage, dispatcher: User, day: date) -> None:
    make_day(day)
    page = open_board(open_page(viewport={"width": 360, "height": 740}), dispatcher, day)

    page.locator("[data-list]").get_by_role("button", name="Technician ill…").first.click()

    expect(page.get_by_role("dialog", name="Ana Sanz is ill")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
