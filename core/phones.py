"""Phone numbers: parsed as people type them, stored as E.164 (ITU-T E.164, `+` and up to 15 digits)."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Literal

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

E164_LENGTH = 16
# In a list of countries: each of them.
EVERY_REGION = "*"

_Type = phonenumbers.PhoneNumberType
# Numbers of services. Nobody carries a phone with such a number, and whoever is called may charge for it.
_SERVICES = {_Type.PREMIUM_RATE, _Type.SHARED_COST, _Type.TOLL_FREE, _Type.UAN, _Type.VOICEMAIL}
# Numbers that reach a person by way of a service which charges for it.
_FORWARDED = {_Type.PERSONAL_NUMBER, _Type.PAGER}
# Calling codes of no country (ITU-T E.164, annex D): freephone, shared cost, premium rate, disaster relief.
_SERVICE_CODES = {800, 808, 979, 888}


# Two zeros before the country code, as most of the world dials it (ITU-T E.164, annex A).
_TWO_ZEROS = re.compile(r"^\W*0\W*0")
# What has no more digits than this beside letters is not meant as a number, such as an address.
_WORDS_WITH_DIGITS = 3
_LINK = re.compile(r"^\s*tel:", re.IGNORECASE)
_LIKE_A_NUMBER = re.compile(r"[\d\s()+./-]*\d[\d\s()+./-]*")

Reason = Literal["invalid", "letters", "extension", "long"]


class NotAPhone(ValueError):
    """What was typed is no number that a text reaches; `reason` says what is wrong with it."""

    def __init__(self, text: str, reason: Reason) -> None:
        super().__init__(f"{text}: {reason}")
        self.reason = reason


def to_e164(text: str, region: str) -> str:
    """The E.164 form of a number as typed; `region` (ISO 3166, or empty) applies to numbers without a country code.

    Accepts any number of a possible length, because the list of assigned ranges is always slightly out of date and must
    not keep a visitor from checking in. Two zeros before it are a plus, unless the region dials otherwise.

    Raises :class:`NotAPhone` for anything else: also for an extension, which no text reaches, and for letters, which
    other people's keypads turn into other digits.
    """
    spaced = re.sub(r"\s", " ", text)
    typed = phonenumbers.normalize_digits_only(_LINK.sub("", spaced), keep_non_digits=True)
    digits = re.sub(r"\D", "", typed)
    number = _parsed(typed, region)
    if number is not None and number.extension:
        raise NotAPhone(text, "extension")
    if any(each.isalpha() or each in "*#" for each in typed):
        raise NotAPhone(text, "letters" if len(digits) > _WORDS_WITH_DIGITS else "invalid")
    if _TWO_ZEROS.match(typed) and not (number and phonenumbers.is_valid_number(number)):
        number = _parsed(_TWO_ZEROS.sub("+", typed), region)
    if number is None or not _is_possible(number):
        raise NotAPhone(text, "long" if len(digits) >= E164_LENGTH else "invalid")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # Some countries have longer numbers of their own, which cannot be dialled from abroad.
    if len(e164) > E164_LENGTH:
        raise NotAPhone(text, "long")
    return e164


def _parsed(typed: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(typed, region or None)
    except phonenumbers.NumberParseException:
        return None


def _is_possible(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE


@lru_cache(maxsize=1_000)
def _number(e164: str) -> phonenumbers.PhoneNumber:
    """This number taken apart; a check-in asks many things of its two. Raises NumberParseException."""
    return phonenumbers.parse(e164)


def beginnings(typed: str, region: str) -> list[str]:
    """The digits with which the E.164 or the national form of a number may begin, of which this is the whole or a part.

    Empty unless it consists of digits and of what stands between the digits of numbers.
    """
    if not _LIKE_A_NUMBER.fullmatch(typed):
        return []
    digits = re.sub(r"\D", "", typed).lstrip("0") or "0"
    try:
        return list(dict.fromkeys([to_e164(typed, region).lstrip("+"), digits]))
    except NotAPhone:
        return [digits]


def is_service(e164: str) -> bool:
    """Whether this number can never be that of a person's phone, such as a premium-rate or a freephone number."""
    number = _number(e164)
    return number.country_code in _SERVICE_CODES or phonenumbers.number_type(number) in _SERVICES


def is_landline(e164: str) -> bool:
    """Whether this number is surely that of a landline, which no text reaches."""
    return phonenumbers.number_type(_number(e164)) == _Type.FIXED_LINE


def how_mobile(e164: str) -> int:
    """How surely this number is that of a mobile phone: 2 surely, 1 as likely as not, 0 otherwise."""
    return {_Type.MOBILE: 2, _Type.FIXED_LINE_OR_MOBILE: 1}.get(phonenumbers.number_type(_number(e164)), 0)


def is_assigned(e164: str) -> bool:
    """Whether it is a number of a range that is known to be assigned."""
    try:
        return phonenumbers.is_valid_number(_number(e164))
    except phonenumbers.NumberParseException:
        return False


def may_be_texted(e164: str) -> bool:
    """Whether a text to this number costs what texts to phones cost.

    It may not to numbers of services, UK numbers that begin with 070 and their like, pagers, and satellite and other
    international networks.
    """
    number = _number(e164)
    return not (
        is_service(e164)
        or phonenumbers.number_type(number) in _FORWARDED
        or _main_region(number) == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
    )


def belongs_to(e164: str, regions: Collection[str]) -> bool:
    """Whether an E.164 number is one of these countries (ISO 3166).

    A number in a range that is not known to be assigned counts as one of the main country of its calling code.
    """
    number = _number(e164)
    region = phonenumbers.region_code_for_number(number) or _main_region(number)
    # Some countries share a range, such as Norway and Svalbard.
    return region in regions or any(phonenumbers.is_valid_number_for_region(number, each) for each in regions)


def _main_region(number: phonenumbers.PhoneNumber) -> str:
    """The main country of the number's calling code."""
    return phonenumbers.region_code_for_country_code(number.country_code or 0)


def regions_in(text: str) -> frozenset[str]:
    """The codes in a list such as `IN, GB`, which may be in any case and separated by commas or spaces."""
    return frozenset(text.replace(",", " ").upper().split())


def validate_regions(text: str) -> None:
    """Raise ValidationError unless this is a list of country codes (ISO 3166), or `*`."""
    wrong = sorted(regions_in(text) - phonenumbers.SUPPORTED_REGIONS - {EVERY_REGION})
    if wrong:
        raise ValidationError(
            _("Enter country codes such as IN, GB, or *; %(wrong)s is none"), params={"wrong": ", ".join(wrong)}
        )


def is_e164(text: str) -> bool:
    """Whether the text has the form of a stored number."""
    return bool(re.fullmatch(rf"\+[0-9]{{1,{E164_LENGTH - 1}}}", text))


def international(e164: str) -> str:
    """The number as people read it, such as `+44 7700 900142`; returns text that is not a number unchanged."""
    try:
        number = _number(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def national(e164: str) -> str:
    """The digits of an E.164 number after its country code; returns text that is not a number unchanged."""
    try:
        return str(_number(e164).national_number)
    except phonenumbers.NumberParseException:
        return e164


def example(region: str) -> str:
    """An example number that shows people what to type: of `region`, or of Great Britain when `region` is empty."""
    number = phonenumbers.example_number_for_type(region or "GB", phonenumbers.PhoneNumberType.MOBILE)
    return international(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if number else ""


def validate_e164(value: str) -> None:
    """Raise ValidationError for a stored number that is not E.164. The form field validates what people type."""
    try:
        valid = to_e164(value, region="") == value
    except ValueError:
        valid = False
    if not valid:
        raise ValidationError(
            _("Enter a phone number with its country code, like %(example)s") % {"example": example("")}
        )
