"""Compiles the planner's search for this machine, once after each installation; later it finds that done."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand

from scheduling.core.kernel.compiling import FOLDER
from scheduling.core.kernel.warm import compile_kernel


class Command(BaseCommand):
    help = "Compile the planner, so that nobody waits for it. The worker and the demo do it at their start."
    # It touches neither the database nor the queue: an image is built with it.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        began = monotonic()
        compile_kernel()
        self.stdout.write(f"The planner is ready after {monotonic() - began:.1f} s.")
        if FOLDER is None:
            self.stderr.write(
                "No folder can be written to keep it in: set NUMBA_CACHE_DIR, or each start compiles anew."
            )
        else:
            self.stdout.write(f"It is kept in {FOLDER}.")
