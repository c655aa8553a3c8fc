from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number, parse


def read_phone(text: str) -> str:
    """``969 123 456`` becomes ``+34 969 12 34 56``: a number without its country is of the installation's own."""
    if not text.strip():
        return ""
    try:
        number = parse(text, settings.PHONE_REGION)
    except NumberParseException:
        number = None
    if number is None or not is_valid_number(number):
        raise ValidationError(_("Write the number with its country, such as +34 969 123 456."), code="phone")
    return format_number(number, PhoneNumberFormat.INTERNATIONAL)
