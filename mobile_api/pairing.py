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
    """Raises ``PairingRefused`` or ``TooManyAttempts``. Only failures count."""
    PairingAttempt.objects.filter(at__lt=now - COUNTED_FOR).delete()
    recent = PairingAttempt.objects.filter(at__gt=now - COUNTED_FOR)
    if recent.filter(address=address).count() >= FAILURES_PER_ADDRESS or recent.count() >= FAILURES_IN_ALL:
        raise TooManyAttempts(_("Too many codes that did not work. Wait ten minutes and ask for a new one."))
    try:
        return pair_device(code=code, name=name, now=now)
    except PairingRefused:
        PairingAttempt.objects.create(address=address[:64], at=now)
        raise
