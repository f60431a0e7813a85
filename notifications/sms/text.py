"""Composes texts (`templates/messages/sms/`) in the GSM alphabet, within their length limit, with the complete link."""

from __future__ import annotations

from typing import Any

from notifications.models import Notification
from notifications.rendering import context_of, harmless, render
from notifications.sms import gsm
from offices.models import Office

# The maximum length of these values in a text, in septets.
MAX_SEPTETS = {"visitor": 24, "host": 24, "organisation": 20}
# The values that are truncated when a text is too long, in this order, and the minimum length of each, in septets.
MIN_SEPTETS = {"address": 12, "visitor": 8, "host": 8, "organisation": 8}


def compose(notification: Notification, office: Office) -> str:
    """The text of this notification in at most the number of parts that `parts` of its context gives (default 1).

    Names are converted to the GSM alphabet. If the template's own words are not in it, as in some languages, the whole
    text is sent in UCS-2, whose parts are shorter. If the text is too long even with the shortest names, it takes
    another part, because the link is never truncated.
    """
    context = {key: _prepared(key, value) for key, value in context_of(notification, office).items()}
    parts = context.get("parts", 1)
    text = _fill(notification.template, context)
    for key, shortest in MIN_SEPTETS.items():
        excess = gsm.excess(text, parts)
        if excess > 0 and context.get(key):
            context[key] = gsm.shorten(context[key], max(gsm.length(context[key]) - excess, shortest))
            text = _fill(notification.template, context)
    return text


def shown_name(name: str) -> str:
    """The office's name as texts show it; empty when it cannot be written in the GSM alphabet."""
    return gsm.shorten(gsm.to_gsm(name), MAX_SEPTETS["organisation"])


def has_room_for(name: str) -> bool:
    """Whether texts show the office's name in full, in the GSM alphabet; True for an empty name."""
    written = gsm.to_gsm(name)
    return not name or (written != "" and gsm.length(written) <= MAX_SEPTETS["organisation"])


def _prepared(key: str, value: Any) -> Any:
    if not isinstance(value, str) or key.endswith("link"):
        return value
    # `to_gsm` comes first, because it turns signs that resemble a dot into dots.
    text = harmless(key, gsm.to_gsm(value))
    return gsm.shorten(text, MAX_SEPTETS[key]) if key in MAX_SEPTETS else text


def _fill(template: str, context: dict[str, Any]) -> str:
    return " ".join(render(f"sms/{template}.txt", context).split())
