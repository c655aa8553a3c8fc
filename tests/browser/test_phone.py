"""The technician's day on a phone, in a real browser."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, Route, expect

from dispatch.models import Finding, Photo, Visit, VisitReport
from dispatch.services.pairing import make_pairing_code, revoke_device
from mobile_api.models import Act
from scheduling.models import Stop
from tests.browser.fixtures import ConsoleGuard, OpenPage
from tests.mobile_api.world import World

SENT = "#strip[data-state=sent]"


@pytest.fixture
def world(live_site: str) -> World:
    return World(now=timezone.now())


@pytest.fixture
def paired(world: World, open_page: OpenPage) -> Page:
    _row, code = make_pairing_code(technician=world.tess, actor=world.dispatcher, now=timezone.now())
    page = open_page("phone")
    page.goto(f"/tech/pair/?code={quote(code)}")
    page.get_by_role("button", name="Pair this phone").click()
    page.wait_for_url("**/tech/")
    page.wait_for_selector(SENT)
    return page


def status_of(stop: Stop) -> str:
    return Stop.objects.get(pk=stop.pk).status


def draw_photo(path: Path) -> Path:
    Image.new("RGB", (800, 600), "teal").save(path, "JPEG")
    return path


def tap(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("button", name=name).click()


def test_a_visit_is_worked_from_the_first_tap_to_the_report(world: World, paired: Page, tmp_path: Path) -> None:
    paired.get_by_role("heading", name="Ana Beltrán").wait_for()
    tap(paired, "I'm on my way", "I've arrived", "Start work")
    paired.wait_for_selector(SENT)
    paired.get_by_role("link", name="Everything about this visit").click()
    paired.wait_for_selector(SENT)

    tap(paired, "Measure before touching")
    paired.locator("#o-TH-TEMP > summary").click()
    paired.locator("#v-TH-TEMP").fill("33,5")
    expect(paired.locator("#o-TH-TEMP [data-flag]")).to_have_text("outside normal")
    paired.locator("#o-TH-TEMP").get_by_label("It contributed").check()
    paired.locator("#o-TH-TEMP input[type=file]").set_input_files(draw_photo(tmp_path / "photo.jpg"))
    paired.locator("#o-TH-TEMP .photos img").wait_for()
    paired.locator("#o-TH-TEMP").get_by_role("button", name="Save").click()
    expect(paired.locator("#o-TH-TEMP [data-value]")).to_contain_text("outside normal")
    paired.locator("#o-AI-DUST > summary").click()
    paired.locator("#o-AI-DUST").get_by_text("clogs the vents").click()
    paired.locator("#o-AI-DUST").get_by_role("button", name="Save").click()
    paired.locator("#o-PW-VOLT > summary").click()
    paired.locator("#o-PW-VOLT").get_by_role("button", name="Not measured").click()
    paired.wait_for_selector(SENT)
    paired.get_by_label("Cause", exact=True).select_option("EN-DUST")
    tap(paired, "Main cause")
    paired.get_by_text("main cause", exact=True).wait_for()

    paired.get_by_label("What was done").fill("Filtro limpio; el equipo ya no se calienta.")
    paired.get_by_label("Name of who signs").fill("Ana Beltrán")
    box = paired.locator("canvas").bounding_box()
    assert box is not None
    paired.locator("canvas").scroll_into_view_if_needed()
    box = paired.locator("canvas").bounding_box()
    assert box is not None
    paired.mouse.move(box["x"] + 30, box["y"] + 50)
    paired.mouse.down()
    paired.mouse.move(box["x"] + 150, box["y"] + 20, steps=5)
    paired.mouse.up()
    tap(paired, "Done: send the report")
    expect(paired.locator("#missing li:visible")).to_have_text(["Still open on the checklist: 1"])
    assert status_of(world.stops[0]) == "working"
    tap(paired, "Send all the same")
    expect(paired.get_by_role("link", name="Customer's report")).to_be_visible()
    expect(paired.get_by_role("heading", name="This visit is done")).to_be_in_viewport()
    assert paired.evaluate("scrollY") == 0

    visit = Visit.objects.get(appointment=world.stops[0].appointment_id)
    assert (visit.status, visit.case.status, visit.summary[:6]) == ("done", "solved", "Filtro")
    found = Finding.objects.filter(visit=visit).order_by("observation__code")
    assert [(one.observation.code, one.is_normal, one.contributing) for one in found] == [
        ("AI-DUST", False, False),
        ("PW-VOLT", None, False),
        ("TH-TEMP", False, True),
    ]
    assert [photo.finding.observation.code for photo in Photo.objects.filter(visit=visit) if photo.finding] == [
        "TH-TEMP"
    ]
    assert [(one.factor.code, one.primary) for one in visit.factors.all()] == [("EN-DUST", True)]
    assert visit.signature.name == "Ana Beltrán"
    assert visit.signature.image
    assert VisitReport.objects.get(visit=visit).contents["strokes"] == visit.signature.pk
    paired.get_by_role("link", name="Next visit").click()
    expect(paired.get_by_role("heading", name="Panadería Luna")).to_be_visible()


def open_stop_at_work(world: World, page: Page) -> None:
    Stop.objects.filter(pk=world.stops[0].pk).update(status="working", started_at=timezone.now())
    Visit.objects.filter(pk=world.visits[0].pk).update(status="under_way")
    page.goto(f"/tech/stops/{world.stops[0].pk}/")
    page.wait_for_selector(SENT)


def test_what_waits_is_shown_when_the_page_is_opened_again_without_a_connection(
    world: World, paired: Page, console_guard: ConsoleGuard
) -> None:
    console_guard.expect("ERR_INTERNET_DISCONNECTED")
    paired.evaluate("navigator.serviceWorker.ready.then(() => true)")
    open_stop_at_work(world, paired)
    paired.reload()
    paired.wait_for_selector(SENT)
    paired.context.set_offline(True)
    tap(paired, "Measure before touching")
    paired.locator("#o-TH-TEMP > summary").click()
    paired.locator("#v-TH-TEMP").fill("33,5")
    paired.locator("#o-TH-TEMP").get_by_role("button", name="Save").click()
    paired.get_by_label("Cause", exact=True).select_option("EN-DUST")
    tap(paired, "Main cause")
    expect(paired.locator("#causes > li")).to_contain_text("main cause")
    paired.get_by_label("What was done").fill("Filtro limpio.")
    tap(paired, "Save the text")
    paired.get_by_label("Name of who signs").fill("Ana Beltrán")
    tap(paired, "Save the signature")
    expect(paired.locator("#strip")).to_have_text("No connection. 5 wait to be sent")

    paired.reload()

    expect(paired.locator("#strip")).to_have_text("No connection. 5 wait to be sent")
    expect(paired.locator("#o-TH-TEMP [data-value]")).to_have_text("33.5 °C · outside normal waits to be sent")
    expect(paired.locator("#v-TH-TEMP")).to_have_value("33.5")
    expect(paired.locator("#causes [data-cause=EN-DUST]")).to_contain_text("main cause waits to be sent")
    expect(paired.get_by_role("button", name="Measure before touching")).to_have_attribute("aria-pressed", "true")
    expect(paired.get_by_label("What was done")).to_have_value("Filtro limpio.")
    expect(paired.get_by_label("Name of who signs")).to_have_value("Ana Beltrán")
    expect(paired.locator("#signed")).to_contain_text("Signed by Ana Beltrán at")
    expect(paired.locator(".waits:visible")).to_have_count(5)

    paired.context.set_offline(False)
    paired.wait_for_selector(SENT)
    expect(paired.locator(".waits")).to_have_count(0)
    visit = world.visits[0]
    assert (visit.signature.name, visit.summary, visit.findings.count()) == ("Ana Beltrán", "Filtro limpio.", 1)


def test_the_end_without_a_connection_says_so_and_leads_on(
    world: World, paired: Page, console_guard: ConsoleGuard
) -> None:
    console_guard.expect("ERR_INTERNET_DISCONNECTED")
    open_stop_at_work(world, paired)
    paired.context.set_offline(True)
    paired.locator("#could-not > summary").click()
    paired.locator("#could-not").get_by_text("nobody was there").click()
    paired.get_by_role("button", name="Close this visit").click()
    expect(paired.get_by_role("heading", name="Closed as not completed")).to_be_in_viewport()
    expect(paired.get_by_role("link", name="Next visit")).to_be_visible()
    expect(paired.locator("#could-not")).to_be_hidden()


def test_the_way_to_the_end_leads_to_what_is_missing(world: World, paired: Page) -> None:
    open_stop_at_work(world, paired)
    sticky, done = paired.get_by_role("link", name="To finish…"), paired.locator("[data-done]")
    sticky.click()
    expect(paired.get_by_role("button", name="Measure before touching")).to_be_focused()
    tap(paired, "Measure before touching", "Test with the customer")
    sticky.click()
    expect(paired.locator(".finding > summary").first).to_be_focused()
    done.hover()
    expect(sticky).to_be_hidden()

    done.click()
    missing = paired.locator("#missing li:visible")
    expect(missing).to_have_count(3)
    expect(done).to_be_hidden()
    expect(paired.get_by_role("button", name="Send all the same")).to_be_hidden()
    tap(paired, "No contributing factor found")
    expect(missing).to_have_count(2)
    paired.get_by_label("What was done").fill("Nothing to do.")
    expect(missing).to_have_text(["Nothing noted around the device."])
    tap(paired, "Send all the same")
    expect(paired.get_by_role("link", name="Customer's report")).to_be_visible()
    visit = world.visits[0]
    assert (status_of(world.stops[0]), visit.summary, visit.factors.get().factor.code) == (
        "finished",
        "Nothing to do.",
        "XX-NONE",
    )


def test_a_value_that_is_no_number_says_what_one_looks_like(world: World, paired: Page) -> None:
    open_stop_at_work(world, paired)
    paired.locator("#o-TH-TEMP > summary").click()
    field = paired.locator("#v-TH-TEMP")
    field.fill("abc")
    paired.locator("#o-TH-TEMP").get_by_role("button", name="Save").click()
    assert field.evaluate("(field) => field.validationMessage") == "A number such as 21.5"
    field.fill("21,5")
    assert field.evaluate("(field) => field.validationMessage") == ""


def test_taps_without_a_connection_wait_and_survive_a_reopening(
    world: World, paired: Page, console_guard: ConsoleGuard
) -> None:
    console_guard.expect("ERR_INTERNET_DISCONNECTED")
    paired.evaluate("navigator.serviceWorker.ready.then(() => true)")
    paired.goto("/tech/")
    paired.wait_for_selector(SENT)
    paired.context.set_offline(True)
    tap(paired, "I'm on my way", "I've arrived")
    expect(paired.locator("#strip")).to_have_text("No connection. 2 wait to be sent")
    paired.goto("/tech/")
    expect(paired.get_by_role("button", name="Start work")).to_be_visible()
    assert status_of(world.stops[0]) == "planned"
    paired.context.set_offline(False)
    paired.wait_for_selector(SENT)
    assert status_of(world.stops[0]) == "arrived"
    assert [act.sequence for act in Act.objects.order_by("pk")] == [1, 2]


def test_a_page_never_seen_says_so_without_a_connection(
    world: World, paired: Page, console_guard: ConsoleGuard
) -> None:
    console_guard.expect("ERR_INTERNET_DISCONNECTED")
    paired.evaluate("navigator.serviceWorker.ready.then(() => true)")
    paired.goto("/tech/")
    paired.wait_for_selector(SENT)
    paired.context.set_offline(True)
    paired.goto(f"/tech/stops/{world.stops[2].pk}/")
    expect(paired.get_by_role("heading", name="No connection")).to_be_visible()


def test_a_refused_tap_is_said_and_the_page_tells_the_truth(world: World, paired: Page) -> None:
    Stop.objects.filter(pk=world.stops[0].pk).update(is_current=False, status="taken_off")
    tap(paired, "I'm on my way")
    expect(paired.locator("#strip")).to_contain_text("was taken off your route")
    paired.get_by_role("button", name="Understood").click()
    paired.wait_for_selector(SENT)
    expect(paired.get_by_role("heading", name="Panadería Luna")).to_be_visible()


def test_could_not_complete_needs_a_reason(world: World, paired: Page) -> None:
    paired.goto(f"/tech/stops/{world.stops[0].pk}/")
    paired.wait_for_selector(SENT)
    paired.locator("#could-not > summary").click()
    paired.get_by_role("button", name="Close this visit").click()
    assert status_of(world.stops[0]) == "planned"
    paired.locator("#could-not").get_by_text("nobody was there").click()
    paired.get_by_role("button", name="Close this visit").click()
    expect(paired.locator("#head .badge")).to_have_text("not completed")
    expect(paired.locator("#could-not")).to_have_count(0)
    assert Stop.objects.get(pk=world.stops[0].pk).not_completed_reason == "nobody_home"


def test_a_revoked_phone_forgets(world: World, paired: Page, console_guard: ConsoleGuard) -> None:
    console_guard.expect("401")
    revoke_device(device=world.tess.paired_devices.get(), now=timezone.now())
    tap(paired, "I'm on my way")
    expect(paired.get_by_role("heading", name="This phone is no longer paired")).to_be_visible()
    paired.wait_for_function("indexedDB.databases().then((all) => all.length === 0)")
    assert status_of(world.stops[0]) == "planned"


@pytest.mark.parametrize("width", [360, 390])
def test_nothing_is_too_small_or_too_wide(world: World, paired: Page, width: int) -> None:
    paired.set_viewport_size({"width": width, "height": 740})
    for address in ("/tech/", f"/tech/stops/{world.stops[0].pk}/"):
        paired.goto(address)
        paired.wait_for_selector(SENT)
        assert paired.evaluate("document.documentElement.scrollWidth") == width
        small = paired.evaluate(
            """[...document.querySelectorAll("button, .button, summary, select, [type=text], textarea, .option, .tick")]
            .filter((one) => one.checkVisibility() && one.getClientRects()[0].height < 44)
            .map((one) => one.outerHTML.slice(0, 80))"""
        )
        assert small == []


def test_sunlight_stays_on_this_phone(world: World, paired: Page) -> None:
    tap(paired, "Sunlight")
    paired.reload()
    expect(paired.locator("body")).to_have_class("phone sun")
    assert paired.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    expect(paired.get_by_role("button", name="Sunlight", pressed=True)).to_be_visible()


def test_the_manifest_is_in_the_readers_language(world: World, client: Client) -> None:
    names: Callable[[str], str] = lambda language: client.get(  # noqa: E731
        "/tech/manifest.webmanifest", headers={"accept-language": language}
    ).json()["short_name"]
    assert (names("en"), names("es")) == ("My day", "Mi día")


def test_a_photo_that_is_refused_says_why_and_is_kept_on_the_phone(
    world: World, paired: Page, console_guard: ConsoleGuard, tmp_path: Path
) -> None:
    console_guard.expect("422")
    paired.goto(f"/tech/stops/{world.stops[0].pk}/")
    paired.wait_for_selector(SENT)
    paired.route("**/api/v1/photos/**", lambda route: route.fulfill(status=422, json={"detail": "not an image"}))
    take_photo(paired, tmp_path / "photo.jpg")

    expect(paired.locator("#strip")).to_contain_text("A photo was refused: not an image")
    assert count_blobs(paired, "parked") == 1


def count_blobs(page: Page, store: str) -> int:
    """Photos that the phone's log holds in ``store``."""
    held: int = page.evaluate(
        """(store) => new Promise((resolve) => {
            const opening = indexedDB.open("visita");
            opening.onsuccess = () => {
                const all = opening.result.transaction(store).objectStore(store).getAll();
                all.onsuccess = () => {
                    opening.result.close();
                    resolve(all.result.filter((one) => one.blob instanceof Blob).length);
                };
            };
        })""",
        store,
    )
    return held


def take_photo(page: Page, path: Path) -> None:
    page.locator("#o-TH-TEMP > summary").click()
    page.locator("#o-TH-TEMP input[type=file]").set_input_files(draw_photo(path))
    page.locator("#v-TH-TEMP").fill("20")
    page.locator("#o-TH-TEMP").get_by_role("button", name="Save").click()


def test_a_photo_that_arrived_changed_is_sent_again(
    world: World, paired: Page, console_guard: ConsoleGuard, tmp_path: Path
) -> None:
    console_guard.expect("422")
    paired.goto(f"/tech/stops/{world.stops[0].pk}/")
    paired.wait_for_selector(SENT)
    spoilt: list[str] = []

    def spoil_once(route: Route) -> None:
        if spoilt:
            route.continue_()
        else:
            spoilt.append(route.request.url)
            route.continue_(post_data=b"cut off")

    paired.route("**/api/v1/photos/**", spoil_once)
    with paired.expect_response(lambda answer: "/photos/" in answer.url and answer.status == 422):
        take_photo(paired, tmp_path / "photo.jpg")
    assert (count_blobs(paired, "photos"), count_blobs(paired, "parked")) == (1, 0)
    paired.wait_for_selector(SENT)
    assert (Photo.objects.count(), count_blobs(paired, "photos"), count_blobs(paired, "parked")) == (1, 0, 0)


def test_a_photo_that_never_arrives_whole_is_put_aside(
    world: World, paired: Page, console_guard: ConsoleGuard, tmp_path: Path
) -> None:
    console_guard.expect("422")
    paired.goto(f"/tech/stops/{world.stops[0].pk}/")
    paired.wait_for_selector(SENT)
    paired.route("**/api/v1/photos/**", lambda route: route.continue_(post_data=b"cut off"))
    take_photo(paired, tmp_path / "photo.jpg")
    for _ in range(4):  # a tap or a new page doesn't wait for the pause
        with paired.expect_response(lambda answer: "/photos/" in answer.url and answer.status == 422):
            paired.reload()
    expect(paired.locator("#strip")).to_contain_text("A photo was refused: The photo arrived changed or cut off")
    assert (count_blobs(paired, "photos"), count_blobs(paired, "parked")) == (0, 1)
