"""Text as people type it, made safe to keep on one line, and made plain to search in."""

from __future__ import annotations

import unicodedata

# Marks that turn the direction of text around them, so that what follows reads differently from what it is.
_DIRECTIONS = {"\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
# Letters that Unicode does not take apart into a plain letter and a mark.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'"}
)


def one_line(text: str) -> str:
    """The text on one line: no control characters, line breaks or direction marks; runs of space become one space.

    Any script is kept as it is, and so are the joiners that Persian and Indic scripts are written with. Text of which
    nothing could be seen comes back empty.
    """
    kept = "".join(_replacement(character) for character in unicodedata.normalize("NFC", text))
    line = " ".join(kept.split())
    return line if any(unicodedata.category(character)[0] in "LNPSM" for character in line) else ""


def _replacement(character: str) -> str:
    """What stands for this character on one line."""
    if character in _DIRECTIONS or unicodedata.category(character) in {"Cs", "Co", "Cn"}:
        return ""
    return " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character


def searchable(text: str) -> str:
    """The text without accents and case; `plain` in static/entry/checkin.js does the same."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(character for character in apart if not unicodedata.category(character).startswith("M"))
