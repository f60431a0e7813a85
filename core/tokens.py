"""Masks the tokens of links where people may read a text and not use its links."""

from __future__ import annotations

import re

# The token of a link (`core.converters.TokenConverter`) or the code of a poster, and the path before it, of its page or
# socket; also where it is encoded, as in a query.
_LINK = re.compile(r"((?:/|%2F)(?:[vhip]|me(?:/|%2F)in)(?:/|%2F))[A-Za-z0-9_.-]{16,}", re.IGNORECASE)


def masked(text: str, shown: str = "…") -> str:
    """The text with `shown` in place of the token of each link, such as `https://visit.example.com/h/…`."""
    return _LINK.sub(rf"\1{shown}", text)
