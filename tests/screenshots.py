"""``make screenshots``: the seven main screens of a fresh demo, at a desk and on a phone, into ``docs/screenshots``.

With ``--url`` and ``--data-dir`` of a demo that runs already, of that one.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import django.contrib.auth
from playwright.sync_api import Browser, Page, sync_playwright

from tests.parts import find_chromium
from tests.postgres import find_free_port

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "screenshots"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
PASSWORD = "visita-demo"
READY_WITHIN_S = 300
CUSTOMER_LINK = re.compile(r"/v/[\w-]{20,}/")


@contextmanager
def running_demo(data_dir: str) -> Iterator[str]:
    """A demo of its own. The address is passed by the environment, so that links in messages lead to it."""
    port = find_free_port()
    url = f"http://localhost:{port}"
    os.environ.update(DEMO="true", DATA_DIR=data_dir, SITE_URL=url)
    command = [sys.executable, "manage.py", "run_demo", "--port", str(port)]
    demo = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        for line in demo.stdout or ():
            print(line, end="", flush=True)
            if url in line:
                break
        else:
            raise SystemExit("The demo did not start.")
        yield url
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait()


def wait_for_plan() -> None:
    """The demo plans its day in the background; the board is worth a picture after that."""
    runs = django.apps.apps.get_model("scheduling", "Run").objects
    deadline = time.monotonic() + READY_WITHIN_S
    while runs.filter(status__in=("queued", "running")).exists():
        if time.monotonic() > deadline:
            raise SystemExit("The day is still being planned.")
        time.sleep(1)


def find_addresses() -> dict[str, tuple[str, str]]:
    """Screen: who looks, and where. The customer's pages are found by the links in the outbox."""
    get_model = django.apps.apps.get_model
    letters = get_model("dispatch", "Notice").objects.filter(text__contains="/v/").order_by("-pk")
    inviting = letters.filter(visit__status="open").first()
    reported = get_model("dispatch", "VisitReport").objects.filter(language="en").order_by("-pk").first()
    scheduled = get_model("dispatch", "Visit").objects.filter(status="scheduled").order_by("-pk").first()
    letter_of_report = letters.filter(visit=reported.visit).first()
    return {
        "inbox": ("agent", "/cases/"),
        "case": ("agent", f"/cases/new/?customer={scheduled.case.customer_id}"),
        "visit": ("dispatcher", f"/visits/{scheduled.pk}/"),
        "board": ("dispatcher", "/board/"),
        "customer": ("", CUSTOMER_LINK.search(inviting.text)[0]),
        "phone": ("technician", "/tech/"),
        "report": ("", CUSTOMER_LINK.search(letter_of_report.text)[0]),
    }


def sign_in(page: Page, name: str) -> None:
    page.goto("/login/")
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]:visible").fill(PASSWORD)
    page.locator("form:has(input[name=username]) button.primary").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def take_picture(browser: Browser, url: str, screen: str, size: str, who: str, address: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if size == "phone" else 1,
        has_touch=size == "phone",
        locale="en-GB",
        timezone_id="Europe/Madrid",
        reduced_motion="reduce",
    )
    page = context.new_page()
    context.add_cookies([{"name": "django_language", "value": "en", "url": url}])
    if who:
        sign_in(page, who)
    page.goto(address)
    page.wait_for_load_state("load")
    page.wait_for_timeout(2000)
    page.screenshot(path=PICTURES / f"{screen}-{size}.png")
    context.close()
    print(f"docs/screenshots/{screen}-{size}.png", flush=True)


def take_pictures(url: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "dispatch.config.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread
    django.setup()
    django.contrib.auth.get_user_model().objects.update(language="en")
    wait_for_plan()
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium().path, args=["--no-sandbox", "--disable-quic"]
        )
        for screen, (who, address) in find_addresses().items():
            for size in SIZES:
                take_picture(browser, url, screen, size, who, address)
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots")
    parser.add_argument("--url")
    parser.add_argument("--data-dir")
    options = parser.parse_args()
    if find_chromium().path is None:
        raise SystemExit(f"Chromium is not here: {find_chromium().remedy}")
    if options.url and options.data_dir:
        os.environ.update(DEMO="true", DATA_DIR=options.data_dir, SITE_URL=options.url)
        take_pictures(options.url)
        return
    with tempfile.TemporaryDirectory() as data_dir, running_demo(data_dir) as url:
        take_pictures(url)


if __name__ == "__main__":
    main()
