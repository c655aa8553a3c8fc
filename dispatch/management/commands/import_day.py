import json
from argparse import ArgumentTypeError
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.services.day_import import import_day
from scheduling.core.formats.fields import FormatError
from scheduling.errors import Refused


def read_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no date; write it as 2026-05-04") from error


def read_time(text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no time of day; write it as 07:00") from error
    if found.tzinfo is not None:
        raise ArgumentTypeError(f"{text!r} carries an offset; give the zone by --zone")
    return found


def read_zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ArgumentTypeError(f"{text!r} is no time zone; write it as Europe/Madrid") from error


class Command(BaseCommand):
    help = "Load a day in VROOM's JSON, with coordinates, as technicians, customers, cases and visits."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--date", type=read_date, required=True, help="the day, such as 2026-05-04")
        parser.add_argument("--start", type=read_time, default=time(7), help="what the file's seconds count from")
        parser.add_argument("--zone", type=read_zone, default=settings.TIME_ZONE)
        parser.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")

    def handle(self, *, file: Path, date: date, start: time, zone: str, dry_run: bool, **_options: Any) -> None:
        try:
            data = json.loads(file.read_text())
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}") from error
        except ValueError as error:
            raise CommandError(f"{file} is not JSON: {error}") from error
        try:
            made = import_day(
                data=data, name=file.stem, date=date, start=start, zone=zone, now=timezone.now(), dry_run=dry_run
            )
        except (FormatError, Refused) as error:
            raise CommandError(f"{file}: {str(error).rstrip('.')}. {_('Nothing was kept.')}") from error
        for note in made.notes:
            self.stdout.write(_("Note: %(note)s.") % {"note": note})
        told = (
            _("Would load %(technicians)s technicians and %(visits)s visits for %(date)s.")
            if dry_run
            else _("Loaded %(technicians)s technicians and %(visits)s visits for %(date)s.")
        )
        self.stdout.write(told % {"technicians": made.technicians, "visits": made.visits, "date": date})
