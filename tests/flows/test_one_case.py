"""One escalated case travels the whole way: agent, customer, dispatcher, technician, customer again."""

import re
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from dispatch.catalogue import load_catalogue
from dispatch.enums import CaseStatus, NoticeStatus, VisitStatus
from dispatch.models import Case, Notice, Visit, VisitType
from scheduling.enums import PromiseOutcome
from scheduling.models import Appointment, Stop, Technician, User
from scheduling.services.shifts import make_shifts
from tests.browser.fixtures import OpenPage
from tests.dispatch.cast import make_catalogues, make_user
from tests.flows.words import Words
from tests.make import make_place, make_skill, make_technician

PASSWORD = "a-long-enough-password"
NAME = "Marta Ruiz"
LINK = re.compile(r"https?://\S+/v/\S+")


@pytest.fixture
def technician(live_site: str) -> Technician:
    """One of two who could take it, on shift on the coming days."""
    load_catalogue()
    make_catalogues()
    today = timezone.localdate()
    user = make_user("technician", password=PASSWORD)
    technician = make_technician("Ana Sanz", user=user, skills=[("fibre", 2)], hours=(8, 20), lunch=True)
    make_technician("Luis Gil", home=make_place(latitude=40.1), hours=(8, 20))
    make_shifts(first=today, last=today + timedelta(days=7))
    return technician


@pytest.fixture
def visit_type(technician: Technician) -> None:
    visit_type = VisitType.objects.create(
        code="fibre", name_en="Fibre repair", name_es="Avería de fibra", duration_minutes=45, parts="ONT"
    )
    visit_type.skills.create(skill=make_skill("fibre"), level=2)
    visit_type.checklist.create(position=1, text_en="Measure the light", text_es="Medir la luz")


def sign_in(page: Page, role: str) -> None:
    page.goto("/login/")
    page.locator("[name=username]").fill(f"the-{role}")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def escalate(page: Page, words: Words) -> Case:
    """The agent writes the case down and opens the visit."""
    sign_in(page, "agent")
    page.goto("/cases/new/?customer=new")
    page.locator("[name=customer-name]").fill(NAME)
    page.locator("[name=customer-language]").select_option(words.code)
    page.locator("[name=site-line1]").fill("Calle del Olmo 7")
    page.locator("[name=site-city]").fill("Prueba")
    page.locator("[name=site-latitude]").fill("40.01")
    page.locator("[name=site-longitude]").fill("-3.01")
    page.locator("[name=contact-name]").fill(NAME)
    page.locator("[name=contact-email]").fill("marta@example.org")
    page.locator("[name=contact-language]").select_option(words.code)
    page.locator("[name=device-pick][value=new]").check()
    page.locator("[name=device-product]").select_option(index=1)
    page.locator("[name=device-serial]").fill("SN-7")
    page.locator("[name=case-description]").fill("No light on the ONT.")
    page.locator("[name=case-channel]").select_option(index=1)
    page.locator("[name=case-line]").select_option(index=1)
    page.locator("[name=attempts-0-tried]").fill("Restarted the ONT together")
    page.locator("[name=attempts-0-outcome]").select_option("needs_visit")
    page.locator("[name=attempts-0-line]").select_option(index=1)
    page.locator("[name=attempts-0-channel]").select_option(index=1)
    page.locator("form.sections button.primary").click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    page.locator("[name=visit-visit_type]").first.check()
    page.get_by_role("button", name=words("Open visit")).click()
    page.wait_for_url(re.compile(r"/visits/\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    return Case.objects.get()


def find_link() -> str:
    """Out of the newest mail that the worker sent."""
    newest = max((Path(settings.DATA_DIR) / "mail").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    mail = message_from_bytes(newest.read_bytes(), policy=default)
    body = mail.get_body(("plain",))
    found = LINK.search(body.get_content() if body else "")
    assert found is not None
    return found[0]


def wait_until_sent(page: Page, event: str) -> None:
    for _ in range(100):
        if Notice.objects.filter(event__contains=event, status=NoticeStatus.SENT).exists():
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"no notice of {event} was sent: {list(Notice.objects.values_list('event', 'status'))}")


def confirm(page: Page, words: Words) -> Appointment:
    """The customer chooses the first time and confirms it, without an account."""
    page.goto(find_link())
    expect(page).to_have_url(re.compile(r"/v/$"))
    page.locator("button.slot").first.click()
    page.get_by_role("button", name=words("Confirm the visit")).click()
    expect(page.get_by_role("link", name=words("Put it in my calendar"))).to_be_visible()
    appointment = Appointment.objects.get()
    assert appointment.status == "confirmed"
    return appointment


def plan_and_publish(page: Page, words: Words, day: date) -> None:
    """The dispatcher plans the day and publishes the proposal."""
    sign_in(page, "dispatcher")
    page.goto(f"/board/?date={day}")
    expect(page.locator("button.stop", has_text=NAME)).to_be_visible()
    page.get_by_role("button", name=words("Plan the day")).click()
    publish = page.locator("[data-proposal]").get_by_role("button", name=words("Publish"))
    expect(publish).to_be_visible(timeout=40_000)
    publish.click()
    expect(publish).to_be_hidden()
    assert Stop.objects.get(is_current=True).route.published_at is not None


def pair(desk: Page, phone: Page, words: Words, technician: Technician) -> None:
    """The dispatcher shows the code; the phone takes it."""
    desk.goto(f"/technicians/{technician.pk}/pair/")
    desk.get_by_role("button", name=words("Show a code")).click()
    phone.goto("/tech/pair/")
    phone.locator("#code").fill(desk.locator(".pair-code").inner_text())
    phone.get_by_role("button", name=words("Pair this phone")).click()
    phone.wait_for_url("**/tech/")


def work(phone: Page, words: Words, visit: Visit) -> None:
    """The technician goes there, finds the cause, writes it down and finishes."""
    stop = Stop.objects.get(appointment=visit.appointment, is_current=True)
    phone.goto(f"/tech/stops/{stop.pk}/")
    expect(phone.get_by_text("Restarted the ONT together")).to_be_visible()
    for act in ("I'm on my way", "I've arrived", "Start work"):
        phone.locator("#bottom").get_by_role("button", name=words(act)).click()
    phone.get_by_role("button", name=words.pick("Measure the light", "Medir la luz")).click()
    phone.locator("#o-TH-TEMP > summary").click()
    phone.locator("#v-TH-TEMP").fill("36")
    phone.locator("#o-TH-TEMP").get_by_label(words("It contributed to the fault")).check()
    phone.locator("#o-TH-TEMP").get_by_role("button", name=words("Save"), exact=True).click()
    phone.get_by_label(words("Cause"), exact=True).select_option("EN-HEAT")
    phone.get_by_role("button", name=words("Main cause")).click()
    phone.get_by_label(words("What was done")).fill("ONT moved away from the radiator.")
    phone.get_by_role("button", name=words("Save the text")).click()
    phone.get_by_label(words("Name of who signs")).fill(NAME)
    phone.get_by_role("button", name=words("Save the signature")).click()
    phone.get_by_role("button", name=words("Done: send the report")).click()
    expect(phone.get_by_role("link", name=words("Customer's report (PDF)"))).to_be_visible()


@pytest.mark.parametrize("words", [Words("en"), Words("es")], ids=["en", "es"])
def test_one_case_travels_the_whole_way(
    words: Words, technician: Technician, visit_type: None, live_worker: None, open_page: OpenPage
) -> None:
    for role in ("agent", "dispatcher"):
        make_user(role, password=PASSWORD)
    User.objects.update(language=words.code)
    desk, customer = open_page("desk", locale=words.locale), open_page("phone", locale=words.locale)
    phone = open_page("phone", locale=words.locale)

    case = escalate(open_page("desk", locale=words.locale), words)
    visit = case.visits.get()
    wait_until_sent(customer, "visit_opened")
    appointment = confirm(customer, words)
    stop = Stop.objects.get(is_current=True)
    plan_and_publish(desk, words, stop.route.shift.date)
    pair(desk, phone, words, technician)
    work(phone, words, visit)

    wait_until_sent(customer, "report_ready")
    customer.goto(find_link())
    expect(customer.get_by_text("ONT moved away from the radiator.")).to_be_visible()
    expect(customer.get_by_text("36")).to_be_visible()
    case.refresh_from_db()
    visit.refresh_from_db()
    assert (case.status, visit.status) == (CaseStatus.SOLVED, VisitStatus.DONE)
    assert appointment.promises.get().outcome in (PromiseOutcome.KEPT, PromiseOutcome.BROKEN)
    assert [factor.factor.code for factor in visit.factors.all()] == ["EN-HEAT"]
