"""One minute of a customer, on a phone, with the keyboard alone, in a real browser; JavaScript is switched off."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dispatch.models import Visit
from dispatch.services.links import create_link
from scheduling.enums import AppointmentStatus
from tests.browser.fixtures import OpenPage
from tests.dispatch.customers import make_team, make_visit

MOST_STEPS = 40
OUTSIDE = """() => [...document.querySelectorAll("button, a.button, a, summary, input")]
  .filter((one) => one.offsetParent && !one.closest(".skip") && !one.classList.contains("skip"))
  .filter((one) => one.type !== "hidden")
  .map((one) => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
  .filter(([, box]) => box.left < 0 || box.right > innerWidth)
  .map(([name]) => name)"""


def tab_to(page: Page, words: str) -> None:
    """Presses Tab until the element with these words has the focus, as someone without a mouse does."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if words in page.locator(":focus").inner_text():
            return
    pytest.fail(f"the keyboard does not reach: {words}")


def prepare(language: str, price: str = "") -> tuple[Visit, str]:
    now = timezone.now()
    make_team(now)
    visit = make_visit(now, language=language, price=price)
    return visit, create_link(visit=visit, now=now)[1]


def test_a_customer_chooses_confirms_moves_and_cancels_by_keyboard(open_page: OpenPage) -> None:
    visit, address = prepare("en", price="89.50")
    page = open_page("phone", java_script_enabled=False)
    page.goto(address)
    expect(page).to_have_url(f"{address.split('/v/')[0]}/v/")
    expect(page.get_by_role("heading", level=1)).to_have_text("When may we come?")
    expect(page.locator("button.slot")).to_have_count(5)

    tab_to(page, "08:00 – 10:00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this time right?")

    page.get_by_label("I agree to the price").focus()
    page.keyboard.press("Space")
    tab_to(page, "Confirm the visit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("We are coming to you")

    tab_to(page, "Move")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose the new time")
    tab_to(page, "14:00 – 16:00")
    page.keyboard.press("Enter")
    expect(page.locator(".when-span")).to_have_text("14:00 – 16:00")

    tab_to(page, "Cancel")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cancel the visit of")
    tab_to(page, "Cancel the visit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("This visit is cancelled")
    visit.appointment.refresh_from_db()
    assert visit.appointment.status == AppointmentStatus.CANCELLED


def test_the_page_fits_a_small_phone_and_keeps_touch_targets_large(open_page: OpenPage) -> None:
    _, address = prepare("es")
    page = open_page("phone", locale="es-ES", viewport={"width": 320, "height": 640})
    page.goto(address)

    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(OUTSIDE) == []
    heights = page.locator("main button").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) >= 44


def test_the_calendar_file_is_handed_over(open_page: OpenPage) -> None:
    visit, address = prepare("en")
    page = open_page("phone")
    page.goto(address)
    page.locator("button.slot").first.click()
    page.get_by_role("button", name="Confirm the visit").click()

    with page.expect_download() as started:
        page.get_by_role("link", name="Put it in my calendar").click()

    assert started.value.suggested_filename == "visit.ics"
    assert f"visit-{visit.pk}@" in started.value.path().read_text()
