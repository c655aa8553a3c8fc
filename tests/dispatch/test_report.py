"""What the customer keeps: a snapshot in their language, on a page and on paper, without what is not for them."""

import re
from base64 import b64encode
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw

from dispatch.access import AGENT, TECHNICIAN
from dispatch.advice import ADVICE
from dispatch.catalogue import FACTORS, load_catalogue
from dispatch.models import (
    ChecklistAnswer,
    ContributingFactor,
    Factor,
    Finding,
    Notice,
    Observation,
    Photo,
    Visit,
    VisitReport,
)
from dispatch.services.findings import Measured, record_finding
from dispatch.services.media import DATA_URL, keep_photo, keep_signature, read_photo
from dispatch.services.report_pdf import draw_report, fit_font
from dispatch.services.reports import issue_report
from scheduling.enums import StopAct
from scheduling.errors import Refused
from scheduling.models import User
from tests.dispatch.customers import act, confirm_first_offer, make_team, make_visit, open_link

pytestmark = pytest.mark.django_db
LANGUAGE_COOKIE = "django_language"
TEXT = re.compile(rb"\(((?:[^()\\]|\\.)*)\) Tj")


@pytest.fixture(autouse=True)
def _own_media(db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    load_catalogue()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def make_picture(visit: Visit, now: datetime, *, finding: Finding | None = None, for_customer: bool = True) -> Photo:
    file = BytesIO()
    Image.new("RGB", (640, 480), "steelblue").save(file, "JPEG")
    return keep_photo(
        visit=visit,
        client_id=uuid4(),
        picture=read_photo(file.getvalue()),
        finding_client_id=finding.client_id if finding else None,
        for_customer=for_customer,
        at=now,
    )


def find(visit: Visit, code: str, now: datetime, note: str = "", **value: Any) -> None:
    record_finding(
        visit=visit,
        client_id=uuid4(),
        observation_code=code,
        value=Measured(**value),
        contributing=not value.get("not_measured", False),
        note=note,
        at=now,
        actor=None,
    )


def work(visit: Visit, now: datetime) -> VisitReport:
    """The whole visit as the phone reports it: findings, cause, picture, signature, then finished."""
    start = confirm_first_offer(visit, now).appointment.window_starts_at
    assert start is not None
    find(visit, "TH-TEMP", now, number=41.5, note="Behind the oven.")
    find(visit, "RF-RSSI", now, number=-62)
    find(visit, "AI-DUST", now, choice="layer")
    find(visit, "TH-SUN", now, yes_no=False)
    find(visit, "PW-VOLT", now, not_measured=True)
    ContributingFactor.objects.create(visit=visit, factor=Factor.objects.get(code="EN-HEAT"), primary=True)
    make_picture(visit, now, finding=visit.findings.get(observation__code="TH-TEMP"))
    ChecklistAnswer.objects.create(visit=visit, position=1, text_en="Tested", text_es="Probado", done_at=now)
    keep_signature(visit=visit, name="Eva Ruiz", data_url="", at=start)
    Visit.objects.filter(pk=visit.pk).update(summary="The router was moved away from the oven.")
    act(visit, StopAct.ON_MY_WAY, StopAct.ARRIVED, StopAct.STARTED, StopAct.FINISHED, now=start)
    return VisitReport.objects.get(visit=visit)


def words_of(pdf: bytes) -> str:
    return b" ".join(TEXT.findall(pdf)).decode("latin-1")


def test_finishing_issues_the_report_and_tells_the_customer_once(now: datetime) -> None:
    make_team(now)
    visit = make_visit(now)

    report = work(visit, now)
    issue_report(visit_id=visit.pk, now=now)

    assert report.language == "en"
    assert Notice.objects.filter(event__startswith="report_ready").count() == 1
    assert VisitReport.objects.count() == 1


def test_the_snapshot_says_what_was_found_in_words(now: datetime) -> None:
    make_team(now)
    contents = work(make_visit(now), now).contents

    assert [(row["name"], row["value"], row["normal"], row["is_normal"]) for row in contents["findings"]] == [
        ("Air temperature at the device's inlet", "41.5 °C", "18 to 27 °C", False),
        ("Wi-Fi signal at the device", "-62 dBm", "at least -70 dBm", True),
        ("Dust on the device and its vents", "visible layer", "none, light", False),
        ("Direct sunlight on the device", "no", "no", True),
        ("Supply voltage", "not measured", "207 to 253 V", None),
    ]
    assert contents["factors"] == [
        {"name": "Too hot around the device", "primary": True, "advice": ADVICE["EN-HEAT"][0]}
    ]
    assert contents["technician"] in {"Marta", "Omar"}
    assert contents["attempts"][0]["tried"] == "Guided restart and another Wi-Fi channel"
    assert (contents["signature"], contents["strokes"]) == ("Eva Ruiz", None)


def test_parts_taken_along_and_the_technicians_checklist_are_not_in_it(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now)
    report = work(visit, now)
    open_link(client, visit, now)

    html, words = client.get("/v/").content.decode(), words_of(draw_report(report, compress=False))

    assert [text in html or text in words for text in ("Cat6 patch cable", "Tested")] == [False, False]


def test_the_drawn_signature_stands_on_page_and_paper(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now)
    report = work(visit, now)
    open_link(client, visit, now)
    before = draw_report(report, compress=False).count(b"/Subtype /Image")
    assert ("/v/signature.png" in client.get("/v/").content.decode(), client.get("/v/signature.png").status_code) == (
        False,
        404,
    )

    sign(visit, now)
    report = issue_report(visit_id=visit.pk, now=now)

    assert draw_report(report, compress=False).count(b"/Subtype /Image") == before + 1
    assert "/v/signature.png" in client.get("/v/").content.decode()
    drawn = client.get("/v/signature.png")
    assert (drawn.status_code, drawn["Content-Type"], drawn["Cache-Control"]) == (200, "image/png", "no-store")


def sign(visit: Visit, now: datetime) -> None:
    file = BytesIO()
    strokes = Image.new("RGBA", (640, 240))
    ImageDraw.Draw(strokes).line((40, 200, 300, 40, 560, 180), fill="black", width=4)
    strokes.save(file, "PNG")
    keep_signature(visit=visit, name="Eva Ruiz", data_url=DATA_URL + b64encode(file.getvalue()).decode(), at=now)


def test_it_says_in_which_language_it_was_written_to_who_reads_another(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now, language="es")
    work(visit, now)
    open_link(client, visit, now)

    own = client.get("/v/").content.decode()
    client.cookies[LANGUAGE_COOKIE] = "en"
    other = client.get("/v/").content.decode()

    assert ["This report was written in Spanish" in page for page in (own, other)] == [False, True]
    assert '<article class="report" lang="es">' in other
    assert ("Open as PDF" in other, "What was wrong" in other) == (True, False)


def test_that_nothing_caused_it_is_no_cause(now: datetime) -> None:
    make_team(now)
    visit = make_visit(now)
    work(visit, now)
    visit.factors.update(factor=Factor.objects.get(code="XX-NONE"))

    assert issue_report(visit_id=visit.pk, now=now).contents["factors"] == []


def test_a_spanish_customer_keeps_a_spanish_report(now: datetime) -> None:
    make_team(now)
    contents = work(make_visit(now, language="es"), now).contents

    assert contents["findings"][0]["value"] == "41,5 °C"
    assert contents["findings"][2]["value"] == "capa visible"
    assert contents["factors"][0]["name"] == "Exceso de calor ambiental"
    assert contents["factors"][0]["advice"] == ADVICE["EN-HEAT"][1]
    assert " de " in contents["date"]


def test_later_changes_of_the_catalogue_do_not_alter_it(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now)
    work(visit, now)
    open_link(client, visit, now)

    Observation.objects.update(name_en="renamed")
    Factor.objects.update(name_en="renamed")

    html = client.get("/v/").content.decode()
    assert "Dust on the device and its vents" in html
    assert "renamed" not in html


def test_the_page_shows_the_pictures_for_the_customer_and_no_others(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now)
    hidden = make_picture(visit, now, for_customer=False)
    work(visit, now)
    shown = visit.photos.get(for_customer=True)
    open_link(client, visit, now)

    html = client.get("/v/").content.decode()

    assert re.findall(r"/v/photos/(\d+)/", html) == [str(shown.pk)]
    picture = client.get(f"/v/photos/{shown.pk}/")
    assert (picture.status_code, picture["Content-Type"], picture["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert client.get(f"/v/photos/{hidden.pk}/").status_code == 404


def test_pictures_and_papers_of_others_are_not_found(client: Client, now: datetime) -> None:
    make_team(now)
    visit, other = make_visit(now), make_visit(now, name="Hugo Marín", email="hugo@example.org")
    work(visit, now)
    open_link(client, other, now)

    sign(visit, now)
    assert client.get(f"/v/photos/{visit.photos.get().pk}/").status_code == 404
    assert client.get("/v/signature.png").status_code == 404
    assert client.get("/v/report.pdf").status_code == 404


def test_the_paper_says_the_same(now: datetime) -> None:
    make_team(now)
    report = work(make_visit(now, name="Peña & Ruiz, S. L."), now)

    pdf = draw_report(report, compress=False)
    words = words_of(pdf)

    assert pdf.startswith(b"%PDF-")
    for expected in ("Visit report", "Too hot around the device", "visible layer", "not normal", "page 1 of"):
        assert expected in words
    assert b"/Lang (en)" in pdf
    assert b"/Subtype /Image" in pdf
    assert pdf.count(b"/FontFile2") == 2
    assert b"/BaseFont /Helvetica" not in pdf


def test_a_long_report_numbers_its_pages(now: datetime) -> None:
    make_team(now)
    visit = make_visit(now)
    report = work(visit, now)
    report.contents["done"] = "\n".join(f"Step {number}" for number in range(200))

    words = words_of(draw_report(report, compress=False))

    count = int(re.findall(r"page 1 of (\d+)", words)[0])
    assert count > 2
    assert [f"page {number} of {count}" in words for number in range(1, count + 1)] == [True] * count


def test_letters_that_the_font_lacks_become_plain_ones(db: None) -> None:
    assert fit_font("Peña, ¿qué? 41,5 °C – 89 €") == "Peña, ¿qué? 41,5 °C – 89 €"
    assert fit_font("Łukasz Dvořák Ștefan 漢") == "Łukasz Dvorák Stefan ?"


def test_markup_in_what_people_wrote_is_text(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now, name="<b>Bold</b> & Sons")
    report = work(visit, now)
    report.contents["done"] = "<script>alert(1)</script> <para>"
    report.save()
    open_link(client, visit, now)

    assert "<script>alert" not in client.get("/v/").content.decode()
    assert client.get("/v/report.pdf").content.startswith(b"%PDF-")


def test_no_report_before_the_visit_is_done(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now)
    open_link(client, visit, now)

    with pytest.raises(Refused):
        issue_report(visit_id=visit.pk, now=now)
    assert client.get("/v/report.pdf").status_code == 404


@pytest.mark.parametrize(("role", "status"), [(AGENT, 200), (TECHNICIAN, 403)])
def test_the_office_reads_the_same_and_technicians_do_not(
    client: Client, now: datetime, role: str, status: int
) -> None:
    make_team(now)
    visit = make_visit(now)
    work(visit, now)
    user = User.objects.create_user("someone", language="en")
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    client.force_login(user)
    photo = visit.photos.get()

    sign(visit, now)
    paths = ("report/", "report.pdf", f"report/photos/{photo.pk}/", "report/signature.png")
    assert [client.get(f"/visits/{visit.pk}/{path}").status_code for path in paths] == [status] * 4
    assert client.get("/visits/999/report/").status_code == (404 if status == 200 else 403)


def test_the_office_is_told_when_there_is_no_report_yet(client: Client, now: datetime) -> None:
    make_team(now)
    visit = make_visit(now)
    user = User.objects.create_user("agent", language="en")
    user.groups.add(Group.objects.get_or_create(name=AGENT)[0])
    client.force_login(user)

    answer = client.get(f"/visits/{visit.pk}/report/")

    assert answer.status_code == 200
    assert "No report yet" in answer.content.decode()


def test_there_is_advice_for_every_factor_but_none_found(db: None) -> None:
    assert {code for code, *_ in FACTORS} - set(ADVICE) == {"XX-NONE"}
