"""A phone becomes a technician's: a short-lived code shown by a dispatcher is exchanged, once, for a token."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from dispatch.models import PairedDevice, PairingCode
from scheduling.errors import Refused
from scheduling.models import Technician, User

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 12
CODE_LIVES = timedelta(minutes=10)
TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
SIGNED_IN = "user:"


class PairingRefused(Refused):
    code = "pairing"


def hash_secret(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def normalise_code(text: str) -> str:
    """As people type it: small letters, spaces and dashes don't matter."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


@transaction.atomic
def make_pairing_code(*, technician: Technician, actor: User, now: datetime) -> tuple[PairingCode, str]:
    """The code itself is told here once and stored hashed. An earlier unused code of the technician ends."""
    technician.pairing_codes.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
    row = PairingCode.objects.create(
        technician=technician, code_hash=hash_secret(code), created_by=actor, expires_at=now + CODE_LIVES
    )
    return row, "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


@transaction.atomic
def pair_device(*, code: str, name: str, now: datetime) -> tuple[PairedDevice, str]:
    """The device and its token, which is told here once and stored hashed. Of two phones with one code, one gets it."""
    code_hash = hash_secret(normalise_code(code))
    taken = PairingCode.objects.filter(
        code_hash=code_hash, used_at=None, expires_at__gt=now, technician__active=True
    ).update(used_at=now)
    if not taken:
        raise PairingRefused(
            _("This code is not valid any more: it works once, for ten minutes. Ask your dispatcher for a new one.")
        )
    technician = Technician.objects.get(pairing_codes__code_hash=code_hash)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    device = PairedDevice.objects.create(
        technician=technician,
        name=name.strip()[:120] or _("Phone"),
        token_hash=hash_secret(token),
        paired_at=now,
        last_seen_at=now,
    )
    return device, token


def find_device(*, token: str) -> PairedDevice | None:
    """Also a revoked one: its phone must be told to forget what it holds."""
    return (
        PairedDevice.objects.select_related("technician__user").filter(token_hash=hash_secret(token)).first()
        if token
        else None
    )


def device_of_user(*, technician: Technician, now: datetime) -> PairedDevice:
    """Stands for every browser in which the technician signed in with a password. No token leads to it."""
    device, _created = PairedDevice.objects.get_or_create(
        token_hash=f"{SIGNED_IN}{technician.user_id}",
        defaults={"technician": technician, "name": _("Signed in with a password"), "paired_at": now},
    )
    return device


def is_password_session(device: PairedDevice) -> bool:
    return device.token_hash.startswith(SIGNED_IN)


def note_use(*, device: PairedDevice, now: datetime) -> None:
    """Once a minute is enough."""
    if device.last_seen_at is None or now - device.last_seen_at >= SEEN_EVERY:
        PairedDevice.objects.filter(pk=device.pk).update(last_seen_at=now)


def revoke_device(*, device: PairedDevice, now: datetime) -> None:
    PairedDevice.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=now)
