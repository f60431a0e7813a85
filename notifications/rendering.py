"""Renders the templates of messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.template import Context
from django.template.loader import get_template

from core.text import one_line
from notifications.links import without_links
from notifications.models import Notification
from offices.models import Office

# Addresses and numbers that the product has validated.
_VALIDATED = ("link", "email", "phone")
# What people read as it is written: where to go, and what the other said. Numbers in it stay.
_WITH_NUMBERS = {"address", "text"}


def render(name: str, context: dict[str, Any], *, html: bool = False) -> str:
    """The template `messages/<name>` rendered with this context; values are escaped only for HTML."""
    template = get_template(f"messages/{name}")
    return str(template.template.render(Context(context, autoescape=html)))  # type: ignore[attr-defined]


def context_of(notification: Notification, office: Office) -> dict[str, Any]:
    """The template context: the notification's values, sanitised by kind, and the office's name and phone.

    Keys that end in `_at` are moments. A list contains values of the kind of its key; see :func:`harmless` for text.
    """
    return {
        "organisation": office.name,
        "reception_phone": office.reception_phone,
        **_by_kind("", notification.context),
    }


def _by_kind(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _by_kind(name, each) for name, each in value.items()}
    if isinstance(value, list):
        return [_by_kind(key, each) for each in value]
    if not isinstance(value, str):
        return value
    if key.endswith("_at"):
        return datetime.fromisoformat(value)
    return harmless(key, one_line(value))


def harmless(key: str, text: str) -> str:
    """The text of this key of a context, without links of its own (:func:`without_links`).

    Keys that end in `link`, `email` or `phone` are addresses and numbers that the product has validated. Any other text
    is untrusted.
    """
    return text if key.endswith(_VALIDATED) else without_links(text, numbers=key not in _WITH_NUMBERS)
