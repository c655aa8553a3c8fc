import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.csv_table import TableError
from dispatch.services.case_import import COLUMNS, REQUIRED, import_cases

HELP = f"""Cases from a CSV file: all of them, or none when one row has an error.

The first row names the columns, in any order; delimiter comma, semicolon or tab; UTF-8 or Windows-1252.
  needed:   {", ".join(REQUIRED)}
  optional: {", ".join(column for column in COLUMNS if column not in REQUIRED)}
A row that repeats the external_id above it and leaves customer_name empty adds one more attempt to that case.
Repeating a file is safe: what was imported before, from the same --source, is left as it is.
docs/importing.md explains each column."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="judge everything, keep nothing")
        parser.add_argument("--source", default="import", help="whose numbers external_id are (default: import)")

    def handle(self, *, file: Path, dry_run: bool, source: str, **options: object) -> None:
        try:
            raw = file.read_bytes()
        except OSError as error:
            raise CommandError(
                _("%(file)s can't be read: %(reason)s") % {"file": file, "reason": error.strerror}
            ) from error
        try:
            result = import_cases(raw=raw, source_name=source, dry_run=dry_run, now=timezone.now())
        except TableError as error:
            raise CommandError(f"{file}: {error}") from error
        facts = {"file": file, "encoding": result.encoding, "delimiter": repr(result.delimiter)}
        self.stdout.write(_("%(file)s: read as %(encoding)s, delimiter %(delimiter)s") % facts)
        for row_error in result.errors:
            self.stderr.write(str(row_error))
        if result.errors:
            told = _("%(count)s error(s). Nothing was imported: mend the rows above and repeat.")
            self.stderr.write(told % {"count": len(result.errors)})
            sys.exit(1)
        told = (
            _("%(created)s case(s) would be imported, %(known)s known from before and left as they are.")
            if dry_run
            else _("%(created)s case(s) imported, %(known)s known from before and left as they are.")
        )
        self.stdout.write(told % {"created": result.created, "known": result.known})
