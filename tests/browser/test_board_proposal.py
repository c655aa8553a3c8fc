"""The day planned from the board: the run, its proposal, the review."""

import json
import re
from datetime import date

from playwright.sync_api import Locator, expect
from playwright.sync_api import Route as PageRoute

from dispatch.models import Visit
from scheduling.models import ProposedRoute, Route, User
from tests.browser.board import find_stop, open_board
from tests.browser.fixtures import OpenPage
from tests.dispatch.board_day import make_day, place_visit
from tests.make import at


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
