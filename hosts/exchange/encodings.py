"""Recognises the encoding of a text that does not say it."""

from __future__ import annotations

import codecs
import unicodedata
from itertools import pairwise

from django.utils.translation import gettext as _

from hosts.exchange.sheets import Unreadable
from offices.current import phone_region

# The longer marks first: that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# As the programs of one country save text that is not Unicode; elsewhere, as those of western Europe do.
_OF_REGIONS = {
    "cp1250": "PL CZ SK HU SI HR RO BA RS AL",
    "cp1251": "RU UA BY BG MK KZ KG MN",
    "cp1253": "GR CY",
    "cp1254": "TR AZ",
    "cp1255": "IL",
    "cp1256": "SA AE EG IR IQ JO KW LB MA DZ TN QA OM BH",
    "cp1257": "EE LV LT",
    "cp1258": "VN",
    "cp874": "TH",
    "cp932": "JP",
    "gb18030": "CN SG",
    "cp950": "TW HK MO",
    "cp949": "KR",
}
_USUAL = ("cp1252", "mac_roman", "cp1250", "cp1251")
_NAMES = {"mac_roman": "Mac Roman", "cp932": "Shift-JIS", "gb18030": "GB 18030", "cp950": "Big5", "cp949": "EUC-KR"}
# How much of a text is looked at, in characters.
_SAMPLE = 20_000


def decode(data: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding. Raises :class:`Unreadable` where it is no text in any."""
    for mark, encoding, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding), name
    # No text of single bytes has a zero; of UTF-16, each character of ASCII has one.
    if zeros := data[:4096].count(0):
        encoding = "utf-16-le" if data[1:4096:2].count(0) * 2 > zeros else "utf-16-be"
        return _strictly(data, encoding), "UTF-16"
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _guess(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(_("The file is damaged, or no text. Save it again as CSV in UTF-8, or as XLSX.")) from error


def _guess(data: bytes) -> tuple[str, str]:
    region = phone_region()
    regional = [encoding for encoding, regions in _OF_REGIONS.items() if region in regions.split()]
    texts: dict[str, str] = {}
    for encoding in (*regional, *_USUAL):
        try:
            texts[encoding] = data.decode(encoding)
        except UnicodeDecodeError:
            continue

    def score(encoding: str) -> int:
        # What is usual here may look a little odder. Of those that are as good, the first one.
        return _oddness(texts[encoding][:_SAMPLE]) * (1 if encoding in regional else 2)

    best = min(texts, key=score)
    return texts[best], _NAMES.get(best, f"Windows-{best.removeprefix('cp')}")


def _oddness(text: str) -> int:
    """How much of this looks as no writing does, which tells text that was decoded wrongly."""
    odd = 0
    for before, here in pairwise(f" {text}"):
        if before.isascii() and here.isascii():
            continue
        if before.isalpha() and here.isalpha():
            odd += _is_odd_pair(before, here)
        elif any(each.isalpha() and _is_odd_sign(other) for each, other in ((before, here), (here, before))):
            odd += 1
    return odd


def _is_odd_pair(before: str, here: str) -> int:
    """Two scripts in one word, a capital inside a word, or Latin letters of which none is a plain one."""
    scripts = {unicodedata.name(each, "?").split()[0] for each in (before, here)}
    if len(scripts) > 1 or (before.islower() and here.isupper()):
        return 2
    return int(scripts == {"LATIN"} and not before.isascii() and not here.isascii())


def _is_odd_sign(character: str) -> bool:
    """Whether this stands beside no letter: a sign, a number above the line, a question mark upside down."""
    return not character.isascii() and (unicodedata.category(character) in {"Sc", "Sk", "Sm", "So", "No", "Cc"})
