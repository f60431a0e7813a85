"""Composes texts: in the GSM alphabet, within their budget, the link always whole (`templates/messages/sms/`)."""

from __future__ import annotations

from typing import Any

from notifications.models import Notification
from notifications.rendering import facts_of, render, without_links
from notifications.sms import gsm

# The longest that these may be in a text, in septets.
LONGEST = {"visitor": 24, "host": 24, "organisation": 20}
# What gives way when a text is too long, in this order, and what must be left of it to be of use.
GIVES_WAY = {"address": 12, "visitor": 8, "host": 8, "organisation": 8}


def compose(notification: Notification) -> str:
    """The text of this notification in as many parts as its fact `parts` allows (one if it has none).

    Where even the shortest names leave it too long, it takes a further part: the link is never cut.
    """
    facts = {key: _plain(key, value) for key, value in facts_of(notification).items()}
    limit = gsm.capacity(facts.get("parts", 1))
    text = _fill(notification.template, facts)
    for key, shortest in GIVES_WAY.items():
        excess = gsm.septets(text) - limit
        if excess > 0 and facts.get(key):
            facts[key] = gsm.shorten(facts[key], max(gsm.septets(facts[key]) - excess, shortest))
            text = _fill(notification.template, facts)
    return text


def _plain(key: str, value: Any) -> Any:
    if not isinstance(value, str) or key.endswith("link"):
        return value
    # A sign that only resembles a dot has become one by now.
    text = without_links(gsm.plain(value))
    return gsm.shorten(text, LONGEST[key]) if key in LONGEST else text


def _fill(template: str, facts: dict[str, Any]) -> str:
    return " ".join(render(f"sms/{template}.txt", facts).split())
