"""A real browser against a real server. Loaded for all tests by ``tests/conftest.py``."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.parts import find_chromium
from tests.processes import serving_site, working_worker

ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
}
PROFILES: dict[str, dict[str, object]] = {"desk": DESK, "phone": PHONE}
OpenPage = Callable[..., Page]


class ConsoleGuard:
    """Notes what a user never sees but we must: errors in the console, broken policies, failed scripts, 5xx."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.expected: list[str] = []

    def expect(self, part: str) -> None:
        """A test that provokes an error names a part of its text beforehand."""
        self.expected.append(part)

    def attach(self, page: Page) -> None:
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self._note(f"error in a script: {error}"))
        page.on("response", self._note_answer)

    def _note(self, fault: str) -> None:
        if not any(part in fault for part in self.expected):
            self.faults.append(fault)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console at {message.location.get('url', '')}: {message.text}")

    def _note_answer(self, answer: Response) -> None:
        if answer.status >= 500:
            self._note(f"{answer.status} from {answer.request.method} {answer.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium.path is None:
        if os.environ.get("REQUIRE") == "all":
            pytest.fail(f"Chromium is not here: {chromium.remedy}")
        pytest.skip(f"Chromium is not here: {chromium.remedy}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _site(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    with serving_site() as url:
        yield url


@pytest.fixture
def live_site(_site: str, transactional_db: None, settings: pytest.FixtureRequest) -> str:
    """The address of the served site, without a slash at the end. Rows that the test writes are seen by it."""
    settings.SITE_URL = _site
    return _site


@pytest.fixture
def live_worker(live_site: str) -> Iterator[None]:
    with working_worker(live_site):
        yield


@pytest.fixture
def console_guard() -> Iterator[ConsoleGuard]:
    guard = ConsoleGuard()
    yield guard
    assert guard.faults == []


@pytest.fixture
def open_page(browser: Browser, live_site: str, console_guard: ConsoleGuard) -> Iterator[OpenPage]:
    """``open_page("phone", locale="es-ES")`` gives a page with cookies of its own. Every page is guarded."""
    contexts: list[BrowserContext] = []

    def open_one(profile: str = "desk", locale: str = "en-GB", **options: object) -> Page:
        context = browser.new_context(
            base_url=live_site, locale=locale, timezone_id="Europe/Madrid", **(PROFILES[profile] | options)
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        console_guard.attach(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
