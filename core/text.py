"""Cleans text that people type, and reduces it: to one line, and to plain letters for search."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import zip_longest
from typing import Any

# Zero-width non-joiner and joiner: Persian and Indic scripts are spelled with them, and emoji composed.
JOINERS = "\u200c\u200d"
# Marks above and below one letter: four of Hebrew and of Tibetan, fewer of all other living scripts.
# More of them cover the lines around.
MAX_MARKS = 4
# Letters, signs and marks that look like nothing: Hangul fillers, the empty pattern of Braille, the grapheme joiner,
# the inherent vowels of Khmer, the filler of Khitan, blank hieroglyphs, and the empty note of music.
_BLANKS = "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\U00016fe4\U00013441\U00013442\U0001d159"
# What only gives another shape to the characters beside it: joiners, the vowel separator of Mongolian, and selectors
# of a form of the one character before them, in Han and Mongolian writing, of digits and of signs.
_MONGOLIAN_SEPARATOR = "\u180e"
_SHAPES = re.compile(f"[{JOINERS}{_MONGOLIAN_SEPARATOR}\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SELECTABLE = {"Lo", "Lm", "Nd", "Po", "Pd", "So", "Sm", "Sk", "Cn"}
# The only sequences of tag characters in use: the flags of England, Scotland and Wales (UTS 51, annex C).
_TAGGED_FLAGS = re.compile(
    "\U0001f3f4(?:{})\U000e007f".format(
        "|".join("".join(chr(0xE0000 + ord(letter)) for letter in code) for code in ("gbeng", "gbsct", "gbwls"))
    )
)
# The combining class of the signs by which Indic scripts join letters (Unicode Standard, 4.3).
_VIRAMA = 9
_EMOJI_CATEGORIES = {"So", "Sm", "Sk", "Cn"}


class _Plain(dict[int, Any]):
    """For `str.translate`: letters without marks. It learns each character when it meets it."""

    def __missing__(self, code: int) -> int | None:
        self[code] = plain = None if unicodedata.category(chr(code))[0] == "M" else code
        return plain


# Letters that Unicode does not decompose into a plain letter and a mark.
_PLAIN = _Plain(
    str.maketrans(
        {
            **dict(zip("øłđðıəħŧŋςيىك", "olddiehtnσییک", strict=True)),
            **dict.fromkeys("’‘ʼʻ＇", "'"),
            **dict.fromkeys("‐‑–", "-"),
            "ß": "ss",
            "æ": "ae",
            "œ": "oe",
            "þ": "th",
            "ـ": "",
        }
    )
)


def one_line(text: str) -> str:
    """The text on one line: runs of whitespace and line breaks become one space, and it is cleaned (:func:`tidy`).

    Text without any visible character becomes an empty string.
    """
    spaced = "".join(" " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each for each in tidy(text))
    line = " ".join(spaced.split())
    return line if any(unicodedata.category(each)[0] in "LNPS" or _is_new(each) for each in line) else ""


def public_name(name: str) -> str:
    """The name as a screen shows it that everybody reads: its first word and the initial of its last, as in Yusuf A."""
    first, *others = name.split() or [""]
    initial = next((each for each in others[-1] if each.isalnum()), "") if others else ""
    return f"{first} {initial.upper()}." if initial else first


def many_lines(text: str) -> str:
    """The text with LF line ends and tabs, without other control characters, and cleaned (:func:`tidy`)."""
    cleaned = tidy(text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(each for each in cleaned if each in "\n\t" or unicodedata.category(each) != "Cc").strip()


def tidy(text: str) -> str:
    """The text as it was meant, in Unicode's composed form, without what only misleads or disturbs the page around it.

    Direction marks, zero-width and other invisible characters, private ones and lone surrogates are removed; joiners,
    selectors of forms, and the tags of flags stay where they have an effect. Of the marks on one letter, the first
    `MAX_MARKS` stay. Every script stays readable.
    """
    if text.isascii():
        return text
    tags = {place for flag in _TAGGED_FLAGS.finditer(text) for place in range(flag.start() + 1, flag.end())}
    kept: list[str] = []
    base, marks = "", 0
    for place, (here, after) in enumerate(zip_longest(text, text[1:], fillvalue="")):
        category = unicodedata.category(here)
        if place in tags:
            kept.append(here)
        elif _SHAPES.match(here):
            if kept and _has_effect(here, base, kept[-1], after):
                kept.append(here)
        elif category in {"Mn", "Me"} and here not in _BLANKS:
            marks += 1
            if marks <= MAX_MARKS:
                kept.append(here)
        elif category not in {"Cf", "Cs", "Co"} and here not in _BLANKS and (category != "Cn" or _is_new(here)):
            base, marks = here, 0
            kept.append(here)
    return unicodedata.normalize("NFC", "".join(kept))


def _has_effect(shape: str, base: str, before: str, after: str) -> bool:
    """Whether this one of `_SHAPES` has an effect here; `base` is the letter that `before` is or belongs to."""
    if shape in JOINERS:
        return _join(base, before, after)
    if shape == _MONGOLIAN_SEPARATOR:
        return "\u1820" <= base <= "\u18aa"
    return unicodedata.category(before) in _SELECTABLE


def _join(base: str, before: str, after: str) -> bool:
    """Whether a joiner between these two has an effect; `base` is the letter that `before` is or belongs to."""
    if before in JOINERS:
        return False
    if any(each and unicodedata.combining(each) == _VIRAMA for each in (before, after)):
        return True
    if base and unicodedata.bidirectional(base) == "AL":
        return True
    is_emoji = unicodedata.category(base or " ") in _EMOJI_CATEGORIES
    return is_emoji and unicodedata.category(after or " ") in _EMOJI_CATEGORIES


def _is_new(character: str) -> bool:
    """Whether this is a character that Python's tables do not know yet, such as an emoji of this year."""
    code = ord(character)
    return 0x10000 <= code < 0xE0000 and code & 0xFFFE != 0xFFFE and unicodedata.category(character) == "Cn"


def has_letter(text: str) -> bool:
    """Whether the text, once it is cleaned (:func:`tidy`), has a letter: each of those left has a shape."""
    return any(unicodedata.category(each)[0] == "L" for each in text)


@lru_cache(maxsize=20_000)
def searchable(text: str) -> str:
    """The text without accents and case; `fold` in static/entry/checkin.js does the same."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN)).translate(_PLAIN)
