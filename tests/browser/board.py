"""Hands on the board: where things are, and how they are moved."""

import re
from datetime import date

from playwright.sync_api import Locator, Page

from dispatch.models import Visit
from scheduling.models import Stop, User

PASSWORD = "a-good-long-password"


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
