"""The limit on guessing passwords. Only failures count, each for a quarter of an hour: no lock lasts longer."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.http import HttpRequest

from dispatch.models import SignInFailure

COUNTED_FOR = timedelta(minutes=15)
FAILURES_HERE = 8
FAILURES_PER_ACCOUNT = 50
FAILURES_PER_ADDRESS = 80
"""For one account from one address; for one account from anywhere; from one address, which may be a whole office."""


def is_locked(*, username: str, address: str, now: datetime) -> bool:
    recent = SignInFailure.objects.filter(at__gt=now - COUNTED_FOR)
    of_account = recent.filter(account=hash_account(username))
    return (
        of_account.filter(address=address).count() >= FAILURES_HERE
        or of_account.count() >= FAILURES_PER_ACCOUNT
        or recent.filter(address=address).count() >= FAILURES_PER_ADDRESS
    )


def note_failure(*, username: str, address: str, now: datetime) -> None:
    """Not asked while locked: who keeps trying does not keep the owner out."""
    SignInFailure.objects.filter(at__lte=now - COUNTED_FOR).delete()
    SignInFailure.objects.create(account=hash_account(username), address=address, at=now)


def forget_failures(*, username: str, address: str) -> None:
    SignInFailure.objects.filter(account=hash_account(username), address=address).delete()


def hash_account(username: str) -> str:
    return sha256(username.casefold().encode(errors="replace")).hexdigest()


def address_of(request: HttpRequest | None) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))[:64] if request else ""
