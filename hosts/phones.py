"""Phone numbers: read as people type them, stored as E.164 (ITU-T E.164, `+` and up to 15 digits)."""

from __future__ import annotations

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

E164_LENGTH = 16


def to_e164(text: str) -> str:
    """The E.164 form of a number as typed; one without a country code is read as of `PHONE_REGION`.

    Any number of a possible length is taken: the list of ranges in use is always a little behind, and a visitor must
    not be turned away because of it. Raises :class:`ValueError` for anything else.
    """
    try:
        number = phonenumbers.parse(text, settings.PHONE_REGION or None)
    except phonenumbers.NumberParseException as error:
        raise ValueError(str(error)) from error
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError(f"{text} has too few or too many digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def international(e164: str) -> str:
    """The number as people read it, such as `+44 7700 900142`; text that is no number comes back as it is."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def national(e164: str) -> str:
    """The digits of an E.164 number after its country code; text that is no number comes back as it is."""
    try:
        return str(phonenumbers.parse(e164).national_number)
    except phonenumbers.NumberParseException:
        return e164


def example() -> str:
    """A number that shows visitors what to type, of `PHONE_REGION` where there is one."""
    number = phonenumbers.example_number_for_type(settings.PHONE_REGION or "GB", phonenumbers.PhoneNumberType.MOBILE)
    return international(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if number else ""


def validate_e164(value: str) -> None:
    """Refuse a stored number that is not E.164."""
    try:
        valid = to_e164(value) == value
    except ValueError:
        valid = False
    if not valid:
        raise ValidationError(
            _("Enter a phone number with its country code, like %(example)s"), params={"example": example()}
        )
