"""Reads a table that a spreadsheet saved: whichever of its usual encodings and delimiters it chose."""

import csv
import io
from dataclasses import dataclass

from django.utils.translation import gettext as _

DELIMITERS = ",;\t"
MOST_BYTES = 20 * 1024 * 1024


class TableError(ValueError):
    """The file as a whole can't be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` counts as the spreadsheet does: the header is row 1."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def decode_text(raw: bytes) -> tuple[str, str]:
    """UTF-8 with or without its mark, UTF-16 with it, else Windows-1252, which older spreadsheets write in Spain."""
    if len(raw) > MOST_BYTES:
        raise TableError(_("The file is larger than 20 MB. Split it."))
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16"), "utf-16"
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, encoding
    raise TableError(_("This is not a text file in UTF-8 or Windows-1252. Save it as “CSV UTF-8” and try again."))


def read_table(raw: bytes) -> Table:
    """Empty rows are left out; cells lose the blanks around them."""
    text, encoding = decode_text(raw)
    header = next((line for line in text.splitlines() if line.strip()), "")
    if not header:
        raise TableError(_("The file is empty."))
    delimiter = max(DELIMITERS, key=header.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    columns: tuple[str, ...] = ()
    try:
        for number, cells in enumerate(lines, start=1):
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if not columns:
                columns = tuple(cell.lower() for cell in cells)
                continue
            rows.append(_read_row(number, columns, cells))
    except csv.Error as error:
        raise TableError(
            _("Row %(row)d can't be read: %(error)s.") % {"row": lines.line_num, "error": error}
        ) from error
    return Table(encoding, delimiter, columns, tuple(rows))


def _read_row(number: int, columns: tuple[str, ...], cells: list[str]) -> Row:
    if any(cells[len(columns) :]):
        message = _(
            "Row %(row)d has %(cells)d cells, the header %(columns)d. Is a text with the delimiter in it unquoted?"
        )
        raise TableError(message % {"row": number, "cells": len(cells), "columns": len(columns)})
    padded = cells + [""] * (len(columns) - len(cells))
    return Row(number, dict(zip(columns, padded, strict=False)))
