"""Fills the templates of messages."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from notifications.models import Notification

# Zero-width non-joiner and joiner.
JOINERS = "\u200c\u200d"
# Where a domain would go on: a dot of any script, then two letters, whatever joins them.
DOMAIN_DOT = re.compile(rf"(?<=\S)([.․。．｡])(?=[{JOINERS}]*[^\W\d_][{JOINERS}]*[^\W\d_])")


def render(name: str, facts: dict[str, Any], *, html: bool = False) -> str:
    """The template `messages/<name>` filled with these facts; only HTML is escaped."""
    template = get_template(f"messages/{name}")
    return str(template.template.render(Context(facts, autoescape=html)))  # type: ignore[attr-defined]


def facts_of(notification: Notification) -> dict[str, Any]:
    """The facts to fill in, made safe by their kind, and what every message may say of the site.

    Keys that end in `_at` are moments; those that end in `link` or `email` are addresses that the product itself has
    checked; any other text may have been typed by anybody, so it comes on one line and without links. A list holds
    facts of the same kinds.
    """
    return {
        "organisation": settings.ORGANISATION_NAME,
        "reception_phone": settings.RECEPTION_PHONE,
        **_by_kind("", notification.facts),
    }


def _by_kind(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _by_kind(name, fact) for name, fact in value.items()}
    if isinstance(value, list):
        return [_by_kind(key, fact) for fact in value]
    if not isinstance(value, str):
        return value
    if key.endswith("_at"):
        return datetime.fromisoformat(value)
    return one_line(value) if key.endswith(("link", "email")) else without_links(one_line(value))


def one_line(text: str) -> str:
    """The text on a single line, without characters that only mislead (controls, text direction).

    Joiners stay: Persian and Indian scripts spell with them.
    """
    visible = (c for c in text if c.isprintable() or c.isspace() or c in JOINERS)
    return " ".join("".join(visible).split())


def without_links(text: str) -> str:
    """The text with a space wherever mail and phone programs would otherwise make a link of it.

    They do so after a scheme (`http://`) and where a dot is followed by letters that could be a domain (`evil.com`,
    `www.evil.com`); initials such as J.R. stay.
    """
    return DOMAIN_DOT.sub(r"\1 ", text.replace("://", " "))
