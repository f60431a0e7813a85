"""The length of texts in the GSM 7-bit alphabet and in UCS-2 (both 3GPP TS 23.038), and conversion to the former."""

from __future__ import annotations

import unicodedata

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These take two septets.
EXTENSION = "\f^{}\\[~]|€"
# The capacity of a single message, and of each part of a concatenated one, which also contains a header: septets in
# the GSM alphabet, 16-bit units in UCS-2.
GSM_MESSAGE, GSM_PART = 160, 153
UCS2_MESSAGE, UCS2_PART = 70, 67

# Letters and signs that Unicode does not decompose into a plain one.
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


def is_gsm(text: str) -> bool:
    """Whether every character is in the GSM alphabet; with a single other one the whole text is sent in UCS-2."""
    return all(_encodable(character) for character in text)


def length(text: str) -> int:
    """The length of a text as it is sent: septets, or 16-bit units when it is not in the GSM alphabet."""
    if is_gsm(text):
        return sum(2 if character in EXTENSION else 1 for character in text)
    return len(text.encode("utf-16-be")) // 2


def excess(text: str, parts: int) -> int:
    """The length of a text beyond the capacity of this many parts; 0 or less when it fits."""
    message, part = (GSM_MESSAGE, GSM_PART) if is_gsm(text) else (UCS2_MESSAGE, UCS2_PART)
    return length(text) - (message if parts == 1 else parts * part)


def to_gsm(text: str) -> str:
    """The text in the GSM alphabet: other characters are replaced by the nearest one, and signs without one removed.

    Empty when a letter or digit has no nearest one, because part of a name is worse than no name.
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


def shorten(text: str, limit: int) -> str:
    """A text of the GSM alphabet, truncated to at most `limit` septets; a truncated text ends in a full stop."""
    fits, used = "", 0
    for character in text:
        used += length(character)
        if used > limit:
            return fits.rstrip(" .,-") + "."
        if used < limit:
            fits += character
    return text
