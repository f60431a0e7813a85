"""Template tags about the conversation, for the other pages of an appointment."""

from __future__ import annotations

import json

from django import template
from django.utils.translation import ngettext

from appointments.choices import Role
from appointments.models import Appointment
from chat import conversation

register = template.Library()

# One number for each plural form of every language (Unicode CLDR: one, two, few, many, other).
_PLURAL_EXAMPLES = [1, 2, 3, 5, 11, 100]


@register.simple_tag
def unread(appointment: Appointment, role: str) -> int:
    """The number of messages of the other person that this person has not read."""
    return conversation.unread_count(appointment.pk, Role(role))


@register.simple_tag
def too_long() -> str:
    """What the page says of a message that is too long, with a % for the number: JSON, by examples of numbers."""
    sentences = {
        example: ngettext(
            "%(count)s character too long. Shorten it, or send it in parts.",
            "%(count)s characters too long. Shorten it, or send it in parts.",
            example,
        )
        for example in _PLURAL_EXAMPLES
    }
    by_example = {example: sentence % {"count": "%"} for example, sentence in sentences.items()}
    return json.dumps(by_example, ensure_ascii=False)
