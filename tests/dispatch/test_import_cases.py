from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from dispatch.models import Case, CaseSource, Customer
from dispatch.services.case_import import RowError, import_cases
from tests.dispatch.cast import make_catalogues
from tests.make import ZONE, at

pytestmark = pytest.mark.django_db
HEADER = "external_id,customer_name,contact_name,contact_phone,address,channel,line,description"
GOOD = f"{HEADER}\nHD-1,Laura Gómez,Laura,969222222,Calle Mayor 1,phone,1,It drops the line\n"


@pytest.fixture(autouse=True)
def catalogues(db: None) -> Iterator[None]:
    make_catalogues()
    with translation.override("en"):
        yield


def load(text: str | bytes, *, dry_run: bool = False, source: str = "import") -> tuple[int, int, list[RowError]]:
    raw = text if isinstance(text, bytes) else text.encode()
    result = import_cases(raw=raw, source_name=source, dry_run=dry_run, now=timezone.now())
    return result.created, result.known, result.errors


def where(errors: list[RowError]) -> list[tuple[int, str]]:
    return [(error.row, error.column) for error in errors]


def test_a_file_comes_in() -> None:
    assert load(GOOD) == (1, 0, [])
    case = Case.objects.get()
    assert case.contact
    assert (case.external_id, case.source, case.customer.name, case.contact.phone) == (
        "HD-1",
        CaseSource.objects.get(name="import"),
        "Laura Gómez",
        "+34 969 22 22 22",
    )


def test_a_dry_run_keeps_nothing() -> None:
    assert load(GOOD, dry_run=True) == (1, 0, [])
    assert (Case.objects.count(), Customer.objects.count(), CaseSource.objects.count()) == (0, 0, 0)


def test_repeating_a_file_changes_nothing() -> None:
    load(GOOD)
    assert load(GOOD) == (0, 1, [])
    assert Case.objects.count() == 1
    assert load(GOOD, source="other") == (1, 0, [])


def test_one_wrong_row_keeps_all_out() -> None:
    text = GOOD + "HD-2,Juan,Juan,12,Calle Alta 2,fax,1,\n,Ana,Ana,969222222,Calle Alta 4,phone,1,No power\n"
    created, known, errors = load(text)
    assert (created, known) == (1, 0)
    assert where(errors) == [(3, "channel"), (3, "contact_phone"), (3, "description"), (4, "external_id")]
    assert Case.objects.count() == 0


def test_changed_contents_are_an_error() -> None:
    load(GOOD)
    created, known, errors = load(GOOD.replace("drops the line", "is silent"))
    assert (created, known, where(errors)) == (0, 0, [(2, "external_id")])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_spreadsheets_encodings(encoding: str) -> None:
    assert load(GOOD.encode(encoding)) == (1, 0, [])
    assert Customer.objects.get().name == "Laura Gómez"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_spreadsheets_delimiters(delimiter: str) -> None:
    assert load(GOOD.replace(",", delimiter)) == (1, 0, [])


def test_further_rows_add_attempts() -> None:
    columns = ",attempt_tried,attempt_outcome,attempt_line,attempt_channel,attempt_by,attempt_at"
    text = (
        f"{HEADER}{columns}\n"
        "HD-1,Laura,Laura,969222222,Calle Mayor 1,phone,1,Drops,Restarted,not_solved,1,phone,Nuria,2026-01-05T10:00\n"
        "HD-1,,,,,,,,New firmware,came_back,1,phone,Nuria,2026-01-06T10:00\n"
        "HD-1,,,,,,,,Again,came_back,1,phone,Nuria,soon\n"
    )
    assert where(load(text)[2]) == [(4, "attempt_at")]
    assert load(text.replace("soon", "2026-01-07T10:00")) == (1, 0, [])
    attempts = list(Case.objects.get().attempts.values_list("tried", flat=True))
    assert attempts == ["Restarted", "New firmware", "Again"]


def test_times_without_offset_are_local_to_the_site() -> None:
    text = GOOD.replace("description\n", "description,due_at,time_zone\n")
    canaries = text.replace("line\n", "line,2026-11-26T18:00,Atlantic/Canary\n")
    madrid = text.replace("HD-1", "HD-2").replace("line\n", f"line,2026-11-26T18:00,{ZONE}\n")
    assert (load(canaries)[0], load(madrid)[0]) == (1, 1)
    due = dict(Case.objects.values_list("external_id", "due_at"))
    assert due == {"HD-1": at(19), "HD-2": at(18)}


def test_hours_and_decimal_commas() -> None:
    text = GOOD.replace("description\n", "description,latitude,longitude,opening_hours\n")
    assert load(text.replace("line\n", 'line,"40,07","-2,13","1-2 09:00-14:00, 16:00-19:00; 6 10:00-13:00"\n')) == (
        1,
        0,
        [],
    )
    site = Case.objects.get().site
    assert site.place.point == (40.07, -2.13)
    assert [(row.weekday, row.opens.hour) for row in site.hours.all()] == [(0, 9), (0, 16), (1, 9), (1, 16), (5, 10)]
    wrong = load(text.replace("HD-1", "HD-2").replace("line\n", "line,40,-2,mornings\n"))
    assert where(wrong[2]) == [(2, "opening_hours")]


def run(file: Path, *options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_cases", str(file), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_tells_what_it_did(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(GOOD)
    assert run(file, "--dry-run")[0].endswith(
        "1 case(s) would be imported, 0 known from before and left as they are.\n"
    )
    assert run(file)[0].endswith("1 case(s) imported, 0 known from before and left as they are.\n")


def test_the_command_fails_with_the_rows(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(GOOD.replace("phone,1", "phone,7"))
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_cases", str(file), stdout=StringIO(), stderr=err)
    lines = err.getvalue().splitlines()
    assert lines[-1] == "1 error(s). Nothing was imported: mend the rows above and repeat."
    assert len(lines) == 2


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x00\x01\x02",
        b"external_id\nHD-1\n",
        GOOD.replace("line,desc", "line,colour,desc").encode(),
        GOOD.replace("contact_phone", "address").encode(),
        (GOOD + "HD-2,a,b,c,d,e,f,g,h,i\n").encode(),
    ],
)
def test_files_that_do_not_fit_are_refused_whole(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "cases.csv"
    file.write_bytes(text)
    with pytest.raises(CommandError):
        run(file)
    assert Case.objects.count() == 0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.csv can't be read"):
        run(tmp_path / "none.csv")


def test_a_number_that_comes_back_later_is_an_error() -> None:
    row = GOOD.splitlines()[1]
    text = GOOD + row.replace("HD-1", "HD-2") + "\n" + row + "\n"
    assert where(load(text)[2]) == [(4, "external_id")]


def test_a_missing_part_is_told_at_the_column_that_is_needed() -> None:
    header, row = (line.split(",") for line in GOOD.splitlines()[:2])
    row[header.index("address")] = ""
    _created, _known, errors = load("\n".join([",".join(header), ",".join(row)]))
    assert where(errors) == [(2, "address")]
