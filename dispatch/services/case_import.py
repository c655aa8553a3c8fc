"""Cases from a file: judged row by row with the rules of the API, then stored all or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.case_input import CaseInput
from dispatch.case_serializers import CaseInSerializer
from dispatch.csv_table import Row, TableError, read_table
from dispatch.models import CaseSource
from dispatch.opening_hours import HoursError, read_week
from dispatch.problems import list_field_errors
from dispatch.services.case_intake import CaseDiffers, take_in_case
from scheduling.errors import Refused

CASE_COLUMNS: dict[str, str] = {
    "external_id": "external_id",
    "external_url": "external_url",
    "customer_kind": "customer.kind",
    "customer_name": "customer.name",
    "language": "customer.language",
    "contact_name": "contact.name",
    "contact_phone": "contact.phone",
    "contact_email": "contact.email",
    "site_name": "site.name",
    "address": "site.line1",
    "address_extra": "site.line2",
    "postal_code": "site.postal_code",
    "city": "site.city",
    "country": "site.country",
    "latitude": "site.latitude",
    "longitude": "site.longitude",
    "time_zone": "site.zone",
    "access_notes": "site.access_notes",
    "opening_hours": "site.opening_hours",
    "maker": "device.maker",
    "model": "device.model",
    "serial": "device.serial",
    "firmware": "device.firmware",
    "channel": "channel",
    "line": "line",
    "symptom": "symptom",
    "description": "description",
    "priority": "priority",
    "due_at": "due_at",
    "no_attempt_reason": "no_attempt_reason",
}
ATTEMPT_COLUMNS: dict[str, str] = {
    "attempt_tried": "tried",
    "attempt_outcome": "outcome",
    "attempt_line": "line",
    "attempt_channel": "channel",
    "attempt_by": "by",
    "attempt_at": "at",
    "attempt_said": "said",
}
COLUMNS = (*CASE_COLUMNS, *ATTEMPT_COLUMNS)
REQUIRED = ("external_id", "customer_name", "contact_name", "address", "channel", "line", "description")
COLUMN_OF = {path: column for column, path in CASE_COLUMNS.items()}


@dataclass(frozen=True, slots=True, order=True)
class RowError:
    """``row`` counts as the spreadsheet does. ``column`` is empty when the row as a whole is meant."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        where = _("row %(row)d, %(column)s") if self.column else _("row %(row)d")
        return f"{where % {'row': self.row, 'column': self.column}}: {self.text}"


@dataclass(slots=True)
class ImportResult:
    encoding: str
    delimiter: str
    created: int = 0
    known: int = 0
    errors: list[RowError] = field(default_factory=list)


def import_cases(*, raw: bytes, source_name: str, dry_run: bool, now: datetime) -> ImportResult:
    """Stores every case or none: with one error, or in a dry run, nothing is kept. Raises ``TableError``."""
    table = read_table(raw)
    _check_columns(table.columns)
    result = ImportResult(table.encoding, table.delimiter)
    inputs = _read_cases(table.rows, result.errors)
    with transaction.atomic():
        source, _is_new = CaseSource.objects.get_or_create(name=source_name)
        for number, case in inputs:
            try:
                with transaction.atomic():
                    _stored, is_new = take_in_case(case=case, source=source, actor=None, now=now)
            except CaseDiffers as refusal:
                result.errors.append(RowError(number, "external_id", str(refusal)))
            except Refused as refusal:
                result.errors.append(RowError(number, "", str(refusal)))
            else:
                result.created += is_new
                result.known += not is_new
        result.errors.sort()
        if result.errors or dry_run:
            transaction.set_rollback(True)
    return result


def _check_columns(columns: tuple[str, ...]) -> None:
    unknown = [column for column in columns if column and column not in COLUMNS]
    missing = [column for column in REQUIRED if column not in columns]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    problems = [
        _("unknown columns: %s") % ", ".join(unknown) if unknown else "",
        _("missing columns: %s") % ", ".join(missing) if missing else "",
        _("columns that stand there twice: %s") % ", ".join(twice) if twice else "",
    ]
    if any(problems):
        raise TableError(_("The header does not fit: %s.") % "; ".join(filter(None, problems)))


def _read_cases(rows: Iterable[Row], errors: list[RowError]) -> list[tuple[int, CaseInput]]:
    """A row that repeats the number above and names no customer adds one more attempt to that case."""
    groups: list[list[Row]] = []
    seen: dict[str, int] = {}
    for row in rows:
        number = row.values.get("external_id", "")
        if groups and number and number == groups[-1][0].values["external_id"] and not row.values["customer_name"]:
            groups[-1].append(row)
        elif number in seen and number:
            message = _("%(number)s already stands in row %(row)d. Further attempts follow right below their case.")
            errors.append(RowError(row.number, "external_id", message % {"number": number, "row": seen[number]}))
        else:
            seen[number] = row.number
            groups.append([row])
    read = ((group[0].number, _read_case(group, errors)) for group in groups)
    return [(number, case) for number, case in read if case is not None]


def _read_case(group: list[Row], errors: list[RowError]) -> CaseInput | None:
    before = len(errors)
    first = group[0]
    body = _nest(first, errors)
    body["attempts"] = attempts = []
    sources: list[Row] = []
    for row in group:
        attempt = {name: row.values[column] for column, name in ATTEMPT_COLUMNS.items() if row.values.get(column)}
        if attempt:
            attempts.append(attempt)
            sources.append(row)
        elif row is not first:
            errors.append(RowError(row.number, "", _("This row has neither a customer nor an attempt.")))
    if len(errors) > before:
        return None
    with timezone.override(_zone_of(body)):
        serializer = CaseInSerializer(data=body)
        if serializer.is_valid():
            return serializer.to_input()
    errors.extend(_translate(error, first, sources) for error in list_field_errors(serializer.errors))
    return None


def _nest(row: Row, errors: list[RowError]) -> dict[str, Any]:
    """Empty cells are left out, so that defaults hold. A device without maker and model is none."""
    body: dict[str, Any] = {}
    for column, path in CASE_COLUMNS.items():
        value: Any = row.values.get(column, "")
        if not value:
            continue
        if column in ("latitude", "longitude"):
            value = value.replace(",", ".")
        elif column == "opening_hours":
            try:
                value = [
                    {"weekday": day + 1, "opens": opens, "closes": closes} for day, opens, closes in read_week(value)
                ]
            except HoursError as error:
                errors.append(RowError(row.number, column, str(error)))
                continue
        elif column == "priority":
            value = value.lower()
        parent, _dot, name = path.rpartition(".")
        target = body.setdefault(parent, {}) if parent else body
        target[name] = value
    if "language" in body.get("customer", {}):
        body.setdefault("contact", {})["language"] = body["customer"]["language"]
    return body


def _zone_of(body: Mapping[str, Any]) -> ZoneInfo:
    """Times without an offset are local to the site. A wrong name is told by the serializer."""
    try:
        return ZoneInfo(body.get("site", {}).get("zone", settings.TIME_ZONE))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def _translate(error: Mapping[str, str], first: Row, attempts: list[Row]) -> RowError:
    """From the serializer's path, such as ``attempts[1].at``, to the row and column it was read from."""
    path = error["field"]
    if path.startswith("attempts["):
        index, _bracket, name = path.removeprefix("attempts[").partition("]")
        column = next((known for known, target in ATTEMPT_COLUMNS.items() if target == name.removeprefix(".")), "")
        return RowError(attempts[int(index)].number, column, error["detail"])
    column = COLUMN_OF.get(path.split("[")[0], "")
    if not column and path in ("customer", "contact", "site", "device"):
        below = [known for target, known in COLUMN_OF.items() if target.startswith(f"{path}.")]
        column = next((known for known in below if known in REQUIRED), below[0])
    return RowError(first.number, column, error["detail"])
