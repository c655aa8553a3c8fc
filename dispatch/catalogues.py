"""Collects, checks and compiles what is translated, without the gettext programs.

English is the source and has no catalogue. ``django`` holds the strings of Python and templates, ``djangojs`` those of
the JavaScript modules, both for every part of Visita.
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LOCALE_DIR = ROOT / "dispatch" / "locale"
APPS = ("maps", "scheduling", "dispatch", "mobile_api")
LANGUAGES = ("es",)
DOMAINS = ("django", "djangojs")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
DATED = re.compile(r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team): .*\n', re.M)
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[sd]|%[sd]|\{[a-z_0-9]*\}", re.I)


def catalogue_path(language: str, domain: str) -> Path:
    return LOCALE_DIR / language / "LC_MESSAGES" / f"{domain}.po"


def list_sources(domain: str) -> list[Path]:
    suffixes = {".js", ".mjs"} if domain == "djangojs" else {".py", ".html", ".txt"}
    found = []
    for path in sorted(file for app in APPS for file in (ROOT / app).rglob("*") if file.suffix in suffixes):
        parts = path.relative_to(ROOT).parts
        wanted = path.suffix == ".py" or "templates" in parts or "static" in parts
        if wanted and "migrations" not in parts and "vendor" not in parts:
            found.append(path)
    return found


def read_source(path: Path) -> tuple[str, bytes]:
    """Babel's name of the extractor, and what it reads. Templates become Python without its indentation."""
    if path.suffix in {".js", ".mjs"}:
        return "javascript", path.read_bytes()
    if path.suffix == ".py":
        return "python", path.read_bytes()
    code = templatize(path.read_text(), origin=str(path))
    return "python", "\n".join(line.lstrip() for line in code.splitlines()).encode()


def collect_messages(domain: str) -> Catalog:
    catalogue = Catalog(domain=domain, project="Visita", charset="utf-8", fuzzy=False)
    for path in list_sources(domain):
        method, source = read_source(path)
        options = {"encoding": "utf-8", "parse_template_string": True}
        for _, message, comments, context in extract(
            method, BytesIO(source), KEYWORDS, comment_tags=("Translators:",), options=options
        ):
            if message and message != ("", ""):
                location = (path.relative_to(ROOT).as_posix(), 1)
                catalogue.add(message, locations=[location], auto_comments=comments, context=context)
    return catalogue


def read_catalogue(language: str, domain: str) -> Catalog:
    path = catalogue_path(language, domain)
    if not path.exists():
        return Catalog(locale=language, domain=domain, project="Visita", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def update_catalogues() -> None:
    """Adds new strings, drops those that no source has any more, keeps every translation."""
    for language in LANGUAGES:
        for domain in DOMAINS:
            catalogue = read_catalogue(language, domain)
            catalogue.update(collect_messages(domain), no_fuzzy_matching=True, keep_user_comments=False)
            catalogue.obsolete.clear()
            catalogue.header_comment = "# Visita"
            write_catalogue(catalogue, catalogue_path(language, domain))


def write_catalogue(catalogue: Catalog, path: Path) -> None:
    """Sorted, without dates and line numbers: two people who add strings meet no conflict."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(DATED.sub("", buffer.getvalue().decode()))


def compile_catalogues() -> None:
    for language in LANGUAGES:
        for domain in DOMAINS:
            path = catalogue_path(language, domain)
            if path.exists():
                with path.with_suffix(".mo").open("wb") as file:
                    write_mo(file, read_catalogue(language, domain))


def list_faults() -> Iterator[str]:
    """One line for each string that is missing, empty, fuzzy, out of use, or has other placeholders than its source."""
    for language in LANGUAGES:
        for domain in DOMAINS:
            catalogue = read_catalogue(language, domain)
            wanted = collect_messages(domain)
            for message in messages_of(wanted):
                fault = find_fault(message, catalogue.get(message.id, message.context))
                if fault:
                    where = message.locations[0][0] if message.locations else domain
                    yield f"{language} {domain}: {fault}: {message.id!r} ({where})"
            for message in messages_of(catalogue):
                if wanted.get(message.id, message.context) is None:
                    yield f"{language} {domain}: out of use: {message.id!r}"


def messages_of(catalogue: Catalog) -> Iterable[Message]:
    return (message for message in catalogue if message.id)


def find_fault(message: Message, translated: Message | None) -> str:
    if translated is None:
        return "missing"
    texts = translated.string if isinstance(translated.string, tuple | list) else [translated.string]
    if not all(texts):
        return "empty"
    if translated.fuzzy:
        return "fuzzy"
    sources = message.id if isinstance(message.id, tuple | list) else [message.id]
    if any(placeholders(text) != placeholders(sources[-1]) for text in texts[1:] or texts):
        return "other placeholders"
    if not placeholders(texts[0]) <= placeholders(sources[-1]):
        return "other placeholders"
    return ""


def placeholders(text: str | None) -> set[str]:
    return set(PLACEHOLDER.findall((text or "").replace("%%", "")))
