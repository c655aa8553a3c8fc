from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from django.utils import translation

from dispatch.catalogues import (
    DOMAINS,
    LANGUAGES,
    catalogue_path,
    collect_messages,
    find_fault,
    list_faults,
    read_source,
)


def test_every_string_has_its_translation() -> None:
    assert list(list_faults()) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_catalogues_are_compiled(language: str, domain: str) -> None:
    """``make`` compiles them; a test run without ``make`` says what to do."""
    path = catalogue_path(language, domain)
    assert path.with_suffix(".mo").exists(), "run: python manage.py messages --compile"


def test_strings_of_all_kinds_of_sources_are_found() -> None:
    found = {message.id for message in collect_messages("django") if isinstance(message.id, str)}
    assert {"technician", "There is nothing at this address.", "Cases without a visit"} <= found


def test_blocks_of_templates_become_messages(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        "<p>\n  {% blocktranslate count n=n %}{{ n }} stop{% plural %}{{ n }} stops{% endblocktranslate %}"
    )
    method, code = read_source(template)
    assert method == "python"
    assert b"ngettext" in code
    assert b"%(n)s stops" in code


def message(source: object, translated: object, **flags: object) -> tuple[Message, Message]:
    catalogue = Catalog(locale="es")
    return Message(source), catalogue.add(source, translated, **flags)


@pytest.mark.parametrize(
    ("source", "translated", "fault"),
    [
        ("Save", "Guardar", ""),
        ("Save", "", "empty"),
        ("Hello %(name)s", "Hola %(name)s", ""),
        ("Hello %(name)s", "Hola %(nombre)s", "other placeholders"),
        ("{n} of {m}", "{m}", "other placeholders"),
        (("%(n)s stop", "%(n)s stops"), ("una parada", "%(n)s paradas"), ""),
        (("%(n)s stop", "%(n)s stops"), ("%(n)s parada", ""), "empty"),
        (("%(n)s stop", "%(n)s stops"), ("%(n)s parada", "paradas"), "other placeholders"),
    ],
)
def test_what_counts_as_a_good_translation(source: object, translated: object, fault: str) -> None:
    assert find_fault(*message(source, translated)) == fault


def test_doubtful_and_missing_translations_are_faults() -> None:
    assert find_fault(*message("Save", "Guardar", flags=["fuzzy"])) == "fuzzy"
    assert find_fault(Message("Save"), None) == "missing"


def test_a_page_reads_in_both_languages() -> None:
    with translation.override("es"):
        assert translation.gettext("Plan the day") == "Planificar el día"
    with translation.override("en"):
        assert translation.gettext("Plan the day") == "Plan the day"
