"""The report on paper: A4, its font embedded, in the language of the snapshot."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import reportlab
from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Table,
    TableStyle,
)

from dispatch.models import Photo, Signature, VisitReport

FONT, BOLD = "Vera", "VeraBd"
TEXT, MUTED, LINE = map(HexColor, ("#1c2127", "#5b6470", "#d5dae0"))
MARGIN = 20 * mm
WIDTH = A4[0] - 2 * MARGIN
HEAD, FOOT = 18 * mm, 22 * mm
NO_PADDING = (0, 0, 0, 0)
PLAIN_TABLE = (("VALIGN", (0, 0), (-1, -1), "TOP"), ("FONTNAME", (0, 0), (-1, -1), FONT))
PHOTO_WIDTH, PHOTO_HEIGHT = 80 * mm, 60 * mm
STROKES_WIDTH, STROKES_HEIGHT = 60 * mm, 25 * mm

BODY = ParagraphStyle("body", fontName=FONT, fontSize=9.5, leading=13.5, textColor=TEXT)
SMALL = ParagraphStyle("small", BODY, fontSize=8, leading=11, textColor=MUTED)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=17, leading=22, spaceAfter=2 * mm)
HEADING = ParagraphStyle("heading", BODY, fontName=BOLD, fontSize=11, leading=14, spaceBefore=6 * mm, spaceAfter=2 * mm)


@cache
def load_fonts() -> TTFont:
    """Bitstream Vera, which comes with reportlab: Western European alphabets."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (FONT, BOLD):
        registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)
    return TTFont(FONT, str(folder / f"{FONT}.ttf"))


def fit_font(text: str) -> str:
    """Letters that the font lacks lose their accent rather than become boxes."""
    glyphs = load_fonts().face.charToGlyph
    fitted = ""
    for letter in text:
        if ord(letter) in glyphs or letter == "\n":
            fitted += letter
        else:
            plain = unicodedata.normalize("NFKD", letter)
            fitted += "".join(part for part in plain if ord(part) in glyphs) or "?"
    return fitted


class NumberedCanvas(Canvas):  # type: ignore[misc] # reportlab has no types
    """Writes "page 2 of 3" when the number of pages is known: at the end."""

    foot = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"initialFontName": FONT})
        self.pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        self.pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self.pages, 1):
            self.__dict__.update(page)
            self.setFont(FONT, 8)
            self.setFillColor(MUTED)
            self.drawString(MARGIN, 12 * mm, self.foot)
            text = _("page %(number)d of %(count)d") % {"number": number, "count": len(self.pages)}
            self.drawRightString(A4[0] - MARGIN, 12 * mm, fit_font(text))
            super().showPage()
        super().save()


def draw_report(report: VisitReport, *, compress: bool = True) -> bytes:
    with translation.override(report.language):
        return _draw(report, compress)


def _draw(report: VisitReport, compress: bool) -> bytes:
    load_fonts()
    contents: dict[str, Any] = report.contents
    foot = " · ".join(filter(None, (contents["company"], contents["phone"], contents["number"])))
    numbered = type("ReportCanvas", (NumberedCanvas,), {"foot": fit_font(foot)})
    file = BytesIO()
    document = BaseDocTemplate(
        file,
        pagesize=A4,
        pageTemplates=[PageTemplate(frames=[Frame(MARGIN, FOOT, WIDTH, A4[1] - FOOT - HEAD, *NO_PADDING)])],
        title=f"{_('Visit report')} {contents['number']}",
        author=contents["company"],
        subject=contents["device"]["name"] or contents["kind"],
        creator="Visita",
        lang=report.language,
        displayDocTitle=True,
        pageCompression=int(compress),
    )
    document.build(list(tell_story(contents)), canvasmaker=numbered)
    return file.getvalue()


def tell_story(contents: dict[str, Any]) -> Iterable[Flowable]:
    yield line(contents["company"], SMALL)
    yield line(_("Visit report"), TITLE)
    yield facts(list_facts(contents))
    yield from section(_("What was wrong"), [line(text) for text in filter(None, _problem(contents))])
    yield from section(_("What was tried from afar"), [line(_attempt(one), BODY) for one in contents["attempts"]])
    yield from section(_("What was done"), [line(text) for text in filter(None, (contents["done"],))])
    yield from section(_("What was found around the device"), _findings(contents["findings"]))
    yield from section(_("Causes, and what you can do"), [_factor(one) for one in contents["factors"]])
    yield from section(_("Pictures"), _pictures(contents["photos"]))
    if contents["signature"]:
        signed = _("Signed by %(name)s at %(time)s.") % {"name": contents["signature"], "time": contents["signed"]}
        yield from section(_("Signature"), [KeepTogether([line(signed), *_strokes(contents.get("strokes"))])])


def list_facts(contents: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value, for page and paper alike; only what is known."""
    device = contents["device"]
    times = "–".join(filter(None, (contents["arrived"], contents["finished"])))
    rows = [
        (_("Visit"), f"{contents['number']} ({contents['case']})"),
        (_("Day"), ", ".join(filter(None, (contents["date"], times)))),
        (_("Technician"), contents["technician"]),
        (_("Customer"), contents["customer"]),
        (_("Place"), contents["address"]),
        (_("Device"), device["name"]),
        (_("Serial number"), device["serial"]),
        (_("Firmware"), device["firmware"]),
    ]
    return [(label, value) for label, value in rows if value]


def line(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(escape(fit_font(text)).replace("\n", "<br/>"), style)


def section(title: str, body: Sequence[Flowable]) -> Iterable[Flowable]:
    """A heading never stands alone at the foot of a page. Nothing at all without a body."""
    if body:
        yield KeepTogether([line(title, HEADING), body[0]])
        yield from body[1:]


def facts(rows: Sequence[tuple[str, str]]) -> Table:
    table = Table([[line(label, SMALL), line(value)] for label, value in rows], colWidths=(35 * mm, WIDTH - 35 * mm))
    style = [*PLAIN_TABLE, ("LEFTPADDING", (0, 0), (0, -1), 0),
             ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5)]  # fmt: skip
    table.setStyle(TableStyle(style))
    return table


def _problem(contents: dict[str, Any]) -> tuple[str, str]:
    return contents["symptom"], contents["problem"]


def _attempt(attempt: dict[str, str]) -> str:
    return f"• {attempt['when']}, {attempt['channel']}: {attempt['tried']} ({attempt['outcome']})"


def _factor(factor: dict[str, Any]) -> Flowable:
    name = f"<b>{escape(fit_font(factor['name']))}</b>"
    role = _("main cause") if factor["primary"] else _("contributed")
    advice = f"<br/>{escape(fit_font(factor['advice']))}" if factor["advice"] else ""
    return Paragraph(f"{name} ({escape(fit_font(role))}){advice}", ParagraphStyle("factor", BODY, spaceAfter=2 * mm))


def _findings(findings: Sequence[dict[str, Any]]) -> list[Flowable]:
    if not findings:
        return []
    rows = [[line(text, SMALL) for text in (_("Observation"), _("Found"), _("Normal"))]]
    style = [*PLAIN_TABLE, ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
             ("LEFTPADDING", (0, 0), (0, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 3)]  # fmt: skip
    for finding in findings:
        note = [line(finding["note"], SMALL)] if finding["note"] else []
        rows.append([[line(finding["name"]), *note], line(_found(finding)), line(finding["normal"])])
    return [Table(rows, colWidths=(WIDTH * 0.5, WIDTH * 0.25, WIDTH * 0.25), style=TableStyle(style), repeatRows=1)]


def _found(finding: dict[str, Any]) -> str:
    """The verdict is a word, not a colour."""
    verdict = "\n" + _("not normal") if finding["is_normal"] is False else ""
    return f"{finding['value']}{verdict}"


def _pictures(photos: Sequence[dict[str, Any]]) -> list[Flowable]:
    stored = Photo.objects.in_bulk([photo["id"] for photo in photos])
    cells = []
    for photo in photos:
        row = stored.get(photo["id"])
        if row is not None and row.image.storage.exists(row.image.name):
            picture = Image(row.image.path)
            picture._restrictSize(PHOTO_WIDTH, PHOTO_HEIGHT)
            cells.append([picture, line(photo["caption"], SMALL)])
    pairs = [[*cells[index : index + 2], ""][:2] for index in range(0, len(cells), 2)]
    style = TableStyle([*PLAIN_TABLE, ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return [Table([pair], colWidths=(WIDTH / 2, WIDTH / 2), style=style) for pair in pairs]


def _strokes(signature_id: int | None) -> list[Flowable]:
    """What was drawn; nothing where the name alone signs, or where the person was erased since."""
    signature = Signature.objects.exclude(image="").filter(pk=signature_id).first() if signature_id else None
    if signature is None or not signature.image.storage.exists(signature.image.name):
        return []
    picture = Image(signature.image.path, hAlign="LEFT")
    picture._restrictSize(STROKES_WIDTH, STROKES_HEIGHT)
    return [picture]
