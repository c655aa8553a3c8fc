from playwright.sync_api import expect

from tests.browser.fixtures import OpenPage


def test_the_served_site_answers_in_a_browser(open_page: OpenPage) -> None:
    page = open_page("phone")
    page.goto("/healthz")
    expect(page.locator("body")).to_contain_text("ok")


def test_ready_once_a_worker_works(open_page: OpenPage, live_worker: None) -> None:
    page = open_page()
    answer = page.goto("/readyz")
    assert answer is not None
    assert answer.status == 200
