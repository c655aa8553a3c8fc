from django.core.management.base import BaseCommand, CommandError, CommandParser

from dispatch.catalogues import compile_catalogues, list_faults, update_catalogues


class Command(BaseCommand):
    help = "Collect, check and compile the strings to translate."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--update", action="store_true", help="bring the .po files up to the sources")
        parser.add_argument("--check", action="store_true", help="fail when a string has no good translation")
        parser.add_argument("--compile", action="store_true", help="write the .mo files")

    def handle(self, *, update: bool, check: bool, compile: bool, **options: object) -> None:
        if not (update or check or compile):
            raise CommandError("Say what to do: --update, --check or --compile")
        if update:
            update_catalogues()
        if compile:
            compile_catalogues()
        faults = list(list_faults()) if check else []
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} strings want a translation: make messages, then write them")
