"""The exchange of a pairing code, with a limit on guesses."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from dispatch.models import PairedDevice
from dispatch.services.pairing import PairingRefused, pair_device
from mobile_api.models import PairingAttempt
from scheduling.errors import Refused

COUNTED_FOR = timedelta(minutes=10)
FAILURES_PER_ADDRESS = 10
FAILURES_IN_ALL = 200


class TooManyAttempts(Refused):
    code = "too_many_attempts"


def exchange_code(*, code: str, name: str, address: str, now: datetime) -> tuple[PairedDevice, str]:
    """Raises ``PairingRefused`` or ``TooManyAttempts``.

    A right code works whatever others have tried from the same address. The guard is the code itself: 12 of 32 letters
    are 60 bits, it lives ten minutes and works once. The limit keeps the noise of wrong ones down.
    """
    try:
        return pair_device(code=code, name=name, now=now)
    except PairingRefused:
        _count_failure(address[:64], now)
        raise


def _count_failure(address: str, now: datetime) -> None:
    PairingAttempt.objects.filter(at__lt=now - COUNTED_FOR).delete()
    recent = PairingAttempt.objects.filter(at__gt=now - COUNTED_FOR)
    if recent.filter(address=address).count() >= FAILURES_PER_ADDRESS or recent.count() >= FAILURES_IN_ALL:
        raise TooManyAttempts(_("Too many codes that did not work. Wait ten minutes and ask for a new one."))
    PairingAttempt.objects.create(address=address, at=now)
