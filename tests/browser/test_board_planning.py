"""Choosing before planning, reviewing what it costs, and the reasons and ways on cards and panel, in a browser."""

import re
from datetime import date, timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from dispatch.models import Visit
from scheduling.models import Absence, PlanningSettings, RoutePlan, Run, Stop, User, WeightSet
from scheduling.services.moves import set_pin
from scheduling.services.runs import perform_run, request_run
from scheduling.services.shifts import make_shifts
from tests.browser.board import open_board
from tests.browser.fixtures import ConsoleGuard, OpenPage
from tests.dispatch.board_day import make_day, make_lane, make_waiting, place_visit, promise_visit
from tests.make import at


def open_choices(page: Page) -> None:
    page.get_by_role("button", name="Plan with other choices…").click()


def test_weights_days_seconds_and_a_promise_by_name(open_page: OpenPage, dispatcher: User, day: date) -> None:
    make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 1")
    promise_visit(visit, at(9, day=day))
    WeightSet.objects.get_or_create(code="least_driving", defaults={"name": "Least driving"})
    page = open_board(open_page(), dispatcher, day)

    open_choices(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What matters").select_option(label="Least driving")
    dialog.get_by_label("Days").select_option(value="3")
    dialog.get_by_label("Time to search").select_option(value="5")
    dialog.get_by_label("Freeze: minutes from now on").fill("45")
    dialog.get_by_text("Promises it may break").click()
    dialog.get_by_label("Customer 1").check()
    dialog.get_by_role("button", name="Plan", exact=True).click()
    expect(dialog).to_be_visible()  # no reason, no plan
    dialog.get_by_label("Why these promises may be broken").fill("   ")
    dialog.get_by_text("Promises it may break").click()  # folded away
    dialog.get_by_role("button", name="Plan", exact=True).click()
    expect(dialog.get_by_label("Why these promises may be broken")).to_be_focused()  # blanks are no reason either
    expect(dialog.get_by_role("link", name="Planning settings and weights")).to_be_visible()
    dialog.get_by_label("Why these promises may be broken").fill("Storm")
    dialog.get_by_role("button", name="Plan", exact=True).click()

    expect(page.locator("[data-run]")).to_contain_text("Least driving · 3 days")
    run = Run.objects.select_related("weight_set").get()
    assert run.weight_set is not None
    assert (run.weight_set.code, run.days, run.time_limit_s, run.freeze_s) == ("least_driving", 3, 5, 2700)
    assert (run.may_break, run.break_reason) == ([visit.appointment_id], "Storm")


def test_a_longer_horizon_shows_more_promises(open_page: OpenPage, dispatcher: User, day: date) -> None:
    make_day(day)
    promise_visit(Visit.objects.get(case__customer__name="Customer 1"), at(9, day=day))
    page = open_board(open_page(), dispatcher, timezone.localdate())
    expect(page.get_by_role("button", name="Plan with other choices…")).to_be_disabled()
    make_lane("Pia Rey", timezone.localdate())
    page.reload()

    open_choices(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Promises it may break").click()
    expect(dialog.get_by_label("Customer 1")).to_be_hidden()
    dialog.get_by_label("Days").select_option(value="7")
    expect(dialog.get_by_label("Customer 1")).to_be_visible()


def make_rivals(day: date) -> Visit:
    """Ana, 8 to 12: Promised (2 h) begins between 9:00 and 9:30; Urgent (1 h) can only then."""
    route = make_lane("Ana Sanz", day, hours=(8, 12))
    promised, urgent = make_waiting("Promised", latitude=40.0), make_waiting("Urgent", latitude=40.0)
    for visit, minutes, priority in ((promised, 120, 2), (urgent, 60, 8)):
        visit.appointment.duration_s, visit.appointment.setup_s = minutes * 60, 0
        visit.appointment.priority = priority
        visit.appointment.save()
    place_visit(promised, route, at(9, day=day))
    promise_visit(promised, at(9, day=day), hours=0.5)
    set_pin(appointment_id=promised.appointment_id, technician=False, time=False, actor=None, now=timezone.now())
    urgent.appointment.wishes.create(starts_at=at(9, day=day), ends_at=at(9, 30, day=day))
    return promised


def test_a_broken_promise_is_reviewed_and_published_with_its_reason(
    open_page: OpenPage, dispatcher: User, day: date
) -> None:
    promised = make_rivals(day)
    run = request_run(
        date=day,
        actor=None,
        now=timezone.now(),
        time_limit_s=1,
        may_break=[promised.appointment_id],
        break_reason="Fire",
    )
    perform_run(run_id=run.pk)
    page = open_board(open_page(), dispatcher, day)

    bar = page.locator("[data-proposal]")
    expect(bar).to_contain_text("breaks 1 promise")
    bar.get_by_role("button", name="Publish").click()
    review = page.get_by_role("dialog")
    expect(review.get_by_role("table", name="Promises that it breaks")).to_contain_text("Promised")
    costs = review.get_by_role("table", name="What it costs", exact=True)
    expect(costs.get_by_role("row", name=re.compile("^Paid time"))).to_be_visible()
    expect(costs.get_by_role("row", name=re.compile("^Together"))).to_be_visible()
    expect(review.get_by_label("Why these promises are broken")).to_have_value("Fire")
    review.get_by_role("button", name="Publish").click()

    expect(page.locator(".toast")).to_contain_text("The plan is published.")
    assert promised.appointment.promises.get().reason == "Fire"


def plan_day(day: date) -> int:
    run = perform_run(run_id=request_run(date=day, actor=None, now=timezone.now(), time_limit_s=1).pk)
    assert run is not None
    return run.plan.pk


def test_a_proposal_that_comes_while_another_is_reviewed_is_told_and_never_published_in_its_place(
    open_page: OpenPage, dispatcher: User, day: date, console_guard: ConsoleGuard
) -> None:
    console_guard.expect("409")
    make_day(day)
    plan_day(day)
    page = open_board(open_page(), dispatcher, day)
    page.locator("[data-proposal]").get_by_role("button", name="Review").click()
    review = page.get_by_role("dialog")
    newer = plan_day(day)
    expect(review.get_by_text("A newer proposal has come since this was opened.")).to_be_visible(timeout=15_000)
    review.get_by_role("button", name="Publish").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("A newer proposal has come. Look at it; nothing was published.")
    assert RoutePlan.objects.get(pk=newer).status == "proposed"

    toast.get_by_role("button", name="Show it").click()
    newest = plan_day(day)
    page.get_by_role("dialog").get_by_role("button", name="Show the newer one").click(timeout=15_000)
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()

    expect(page.locator(".toast")).to_contain_text("The plan is published.")
    assert RoutePlan.objects.get(status="published").pk == newest


def test_a_full_day_offers_its_ways_and_one_is_carried_out(
    open_page: OpenPage, dispatcher: User, day: date, console_guard: ConsoleGuard
) -> None:
    console_guard.expect("409")
    route = make_lane("Ana Sanz", day, hours=(8, 10))
    technician = route.shift.technician
    technician.overtime_rate = 36
    technician.save()
    PlanningSettings().save()
    first, second = make_waiting("First", latitude=40.0), make_waiting("Second", latitude=40.0)
    for visit in (first, second):
        visit.appointment.duration_s, visit.appointment.setup_s = 75 * 60, 0
        visit.appointment.save()
    place_visit(first, route, at(8, day=day))
    page = open_board(open_page(), dispatcher, day)

    card = page.locator("[data-entry]", has_text="Second")
    card.get_by_text("Ways to fit it in").click()
    way = card.get_by_role("listitem").filter(has_text="overtime of Ana Sanz")
    expect(way).to_contain_text("30 min overtime of Ana Sanz: 09:15")
    expect(way).to_contain_text("18 EUR")
    expect(page.locator("[data-panel]")).to_be_hidden()
    way.get_by_role("button", name="Place it there").click()
    page.get_by_label("Why it is done all the same").fill("The customer waits since Monday")
    page.get_by_role("button", name="Force it").click()

    expect(page.locator("button.stop", has_text="Second")).to_be_visible()
    stop = Stop.objects.get(appointment=second.appointment_id, is_current=True)
    assert (stop.starts_at, stop.forced_reason) == (at(9, 15, day=day), "The customer waits since Monday")


def test_a_stop_says_why_it_is_where_it_is(open_page: OpenPage, dispatcher: User, day: date) -> None:
    make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 1")
    set_pin(appointment_id=visit.appointment_id, technician=False, time=False, actor=None, now=timezone.now())
    page = open_board(open_page(), dispatcher, day)

    page.locator("button.stop", has_text="Customer 1").click()

    panel = page.locator("[data-panel]")
    expect(panel.get_by_role("heading", name="Why this technician and hour")).to_be_visible()
    expect(panel.get_by_role("listitem").filter(has_text="Luis Gil")).to_contain_text(re.compile("more|less|same"))
    expect(panel.get_by_role("table", name="Price of this stop")).to_contain_text("Together")
    panel.get_by_text("Whole route of Ana Sanz").click()
    expect(panel.get_by_role("table", name="Price of the route of Ana Sanz")).to_contain_text("Driving")


def test_a_board_that_was_opened_for_a_visit_shows_it(open_page: OpenPage, dispatcher: User, day: date) -> None:
    make_day(day)
    visit = Visit.objects.get(case__customer__name="Customer 4")
    page = open_board(open_page(), dispatcher, day)

    page.goto(f"/board/?date={day}&appointment={visit.appointment_id}")

    panel = page.locator("[data-panel]")
    expect(panel.get_by_role("heading", name="Customer 4")).to_be_visible()
    expect(panel).to_contain_text("There is room")
    panel.get_by_role("button", name="Place it there").click()
    expect(page.locator("button.stop", has_text="Customer 4")).to_be_visible()


def test_the_best_cost_so_far_is_told_in_minutes(open_page: OpenPage, dispatcher: User, day: date) -> None:
    make_day(day)
    run = request_run(date=day, actor=None, now=timezone.now(), time_limit_s=5)
    Run.objects.filter(pk=run.pk).update(progress={"best_cost": 125_974, "best_after_s": 3})

    page = open_board(open_page(), dispatcher, day)

    expect(page.locator("[data-run]")).to_contain_text("best cost of 2,100 min after 3 s")


def test_a_late_promise_is_reviewed_and_the_other_days_are_one_click_away(
    open_page: OpenPage, dispatcher: User, day: date
) -> None:
    route = make_lane("Ana Sanz", day)
    following = day + timedelta(days=1)
    make_shifts(first=following, last=following, technicians=[route.shift.technician])
    visit = make_waiting("Promised")
    promise_visit(visit, at(9, day=day), hours=1)
    Absence.objects.create(
        technician=route.shift.technician, starts_at=at(8, day=day), ends_at=at(11, day=day), kind="other"
    )
    other = make_waiting("Other")
    other.appointment.earliest_at = at(7, day=following)
    other.appointment.save()
    perform_run(run_id=request_run(date=day, actor=None, now=timezone.now(), time_limit_s=1, days=3).pk)
    page = open_board(open_page(), dispatcher, day)
    bar = page.locator("[data-proposal]")

    bar.get_by_role("button", name="Publish").click()
    review = page.get_by_role("dialog")
    late = review.get_by_role("table", name="Promises that stay late")
    expect(late.get_by_role("row").last).to_contain_text(re.compile("1 h"))
    expect(review.get_by_role("table", name="What it costs", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar).to_contain_text("1 promise stays late")
    bar.get_by_role("link", name=re.compile("1 change")).click()

    page.wait_for_url(re.compile(f"date={following}"))
    expect(bar).to_be_visible()
