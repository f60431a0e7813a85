"""Breaks up what phones and mail programs would turn into a link, in text that somebody typed.

These are, by the detectors of iOS (`NSDataDetector`) and Android (`Linkify`, libphonenumber), Gmail and Outlook:

- web addresses, with a scheme or without: `http://evil`, `evil.com`, `www.evil.com/pay`, `evil.рф`, `evil。中国`
- internet addresses: `203.0.113.7`, `203.0.113.7:8080/pay`
- addresses of email: `pay@evil.com`
- other schemes: `tel:…`, `sms:…`, `mailto:…`
- phone numbers: five digits or more, whatever stands between them

Characters that programs read as another one, such as full-width letters, count as that one. Dates and postal addresses,
which some programs link, too, lead to nobody else's page, and stay.
"""

from __future__ import annotations

import re
import unicodedata

# A dot of any script, between something and what may be a domain: a letter, and no sign of ASCII after it.
_DOMAIN = re.compile(r"(?<=\S)([.․。．｡])(?=[\u200c\u200d]*[^\W\d_][^\s\d!-/:-@\[-`{-~])")
_INTERNET_ADDRESS = re.compile(r"(?<!\d)\d{1,3}(?:[.․。．｡]\d{1,3}){3}(?!\d)")
_SCHEME = re.compile(
    r"((?:https?|ftp|mailto|tel(?:prompt)?|(?:sms|mms)(?:to)?|callto|facetime(?:-audio)?|sips?|skype|geo|maps|"
    r"javascript):)(?=\S)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d(?:[\s().\[\]/~*#xX‐-―−\-]*\d){4,}")
# No program takes so few digits for a number.
_FEW_DIGITS = re.compile(r"\d{1,4}")


def without_links(text: str, *, numbers: bool = True) -> str:
    """The text with spaces and commas in whatever would become a link; phone numbers only if `numbers`.

    Initials such as J.R. stay unchanged, and so does text without anything of that kind.
    """
    broken = _broken(text, numbers=numbers)
    read = unicodedata.normalize("NFKC", broken)
    again = _broken(read, numbers=numbers)
    return broken if again == read else again


def _broken(text: str, *, numbers: bool) -> str:
    broken = _SCHEME.sub(r"\1 ", text.replace("://", " "))
    broken = _INTERNET_ADDRESS.sub(_spaced, _DOMAIN.sub(r"\1 ", broken))
    return _NUMBER.sub(_in_groups, broken) if numbers else broken


def _spaced(address: re.Match[str]) -> str:
    return ". ".join(re.findall(r"\d+", address[0]))


def _in_groups(number: re.Match[str]) -> str:
    return ", ".join(_FEW_DIGITS.findall(number[0]))
