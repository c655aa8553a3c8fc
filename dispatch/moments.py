"""Days and instants that can be meant. Beyond them every clock and calendar breaks somewhere."""

from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)


def is_plausible(day: date) -> bool:
    return FIRST_DAY <= day <= LAST_DAY


def check_moment(moment: datetime) -> None:
    """A validator for forms and serializers."""
    if not is_plausible(moment.replace(tzinfo=UTC).date()):
        raise ValidationError(_("Write a date between 2000 and 2100."))


def check_day(day: date) -> None:
    """The same for a day."""
    if not is_plausible(day):
        raise ValidationError(_("Write a date between 2000 and 2100."))
