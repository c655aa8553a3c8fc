from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dispatch.demo.build import FULL, build_demo
from dispatch.demo.outbox import send_messages
from dispatch.demo.people import ACCOUNTS, PASSWORD
from dispatch.demo.upkeep import is_built, is_used, keep_going


class Command(BaseCommand):
    help = "Make the believable company of the demo, once; a second run keeps what is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="another seed, another town and other cases")
        parser.add_argument("--cases", type=int, default=FULL, help="about how many cases")

    def handle(self, *, seed: int, cases: int, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo is made only where DEMO=true: it brings accounts whose password is known.")
        if cases < 1 or seed < 0:
            raise CommandError("--cases must be at least 1, and --seed must not be negative.")
        now = timezone.now()
        if is_built():
            keep_going(now=now)
            self.stdout.write("The demo is there already and is kept.")
            return
        if is_used():
            raise CommandError("This database holds other data; the demo wants a fresh DATA_DIR.")
        began = monotonic()
        build_demo(seed=seed, cases=cases, now=now, tell=self.tell)
        sent = send_messages()
        self.tell(f"{sent} messages sent; made in {monotonic() - began:.0f} s.")
        names = ", ".join(username for username, *_rest in ACCOUNTS)
        self.tell(f"Accounts: {names}; the password of each is {PASSWORD}")

    def tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
