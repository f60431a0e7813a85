"""The GSM 7-bit alphabet (3GPP TS 23.038): what a text may contain to cost one message, and how long it is."""

from __future__ import annotations

import unicodedata

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These take two septets.
EXTENSION = "\f^{}\\[~]|€"
# One message holds 160 septets; each part of a longer one 153, because of the header that joins them.
ONE_MESSAGE, PART = 160, 153

# Letters and signs that do not decompose into a plain one.
_NEAREST = str.maketrans(
    {
        **dict(zip("ĐđÐðĦħıŁłŊŋŦŧẞƏə", "DdDdHhiLlNnTtßEe", strict=True)),
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "Œ": "OE",
        "œ": "oe",
        "Þ": "Th",
        "þ": "th",
    }
)


def capacity(parts: int) -> int:
    """How many septets a text of this many parts holds."""
    return ONE_MESSAGE if parts == 1 else parts * PART


def septets(text: str) -> int:
    """The length of a text in the GSM alphabet. Raises :class:`ValueError` for a character outside it."""
    length = 0
    for character in text:
        if character in EXTENSION:
            length += 2
        elif character in BASIC:
            length += 1
        else:
            raise ValueError(f"{character!r} is not in the GSM alphabet")
    return length


def plain(text: str) -> str:
    """The text in the GSM alphabet, each other character replaced by its nearest letter; signs without one go.

    Empty when a letter or digit has none near, since half a name is worse than no name.
    """
    kept = []
    for character in unicodedata.normalize("NFC", text).translate(_NEAREST):
        near = character if _encodable(character) else unicodedata.normalize("NFKD", character).translate(_NEAREST)
        letters = "".join(c for c in near if _encodable(c))
        if not letters and unicodedata.category(character)[0] in "LN":
            return ""
        kept.append(letters)
    return " ".join("".join(kept).split())


def _encodable(character: str) -> bool:
    return character in BASIC or character in EXTENSION


def shorten(text: str, length: int) -> str:
    """The text in at most `length` septets; one that is cut ends in a full stop."""
    fits, used = "", 0
    for character in text:
        used += septets(character)
        if used > length:
            return fits.rstrip(" .,-") + "."
        if used < length:
            fits += character
    return text
