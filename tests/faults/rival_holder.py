"""Holds and confirms offers through the services, as a process of its own.

Arguments: ``--check-versions`` or ``--no-check-versions``, then ``appointment:offer`` pairs. Says ``ready``, waits for
a line, and prints how often each outcome came.
"""

import json
import sys
from collections import Counter

import django

django.setup()

from django.db import connection  # noqa: E402 - models can be imported only now
from django.utils import timezone  # noqa: E402

from scheduling.errors import Refused  # noqa: E402
from scheduling.services.offers import confirm_hold, hold_offer  # noqa: E402


def hold_and_confirm(appointment_id: int, offer_id: int, *, check_versions: bool) -> str:
    now = timezone.now()
    try:
        hold_offer(appointment_id=appointment_id, offer_id=offer_id, now=now, check_versions=check_versions)
        confirm_hold(appointment_id=appointment_id, offer_id=offer_id, now=now)
    except Refused as refusal:
        return refusal.code
    return "confirmed"


def main(flag: str, pairs: list[str]) -> None:
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    outcomes = Counter(
        hold_and_confirm(*map(int, pair.split(":")), check_versions=flag == "--check-versions") for pair in pairs
    )
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
