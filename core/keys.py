"""Keys of records, as addresses and forms name them."""

from __future__ import annotations

# Fewer digits than the largest key of a database has (2⁶³ − 1).
MAX_DIGITS = 18


def key_of(text: str) -> int | None:
    """The key that this text names; None for anything that is none, or that no database can hold."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else None
