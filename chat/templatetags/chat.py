"""What the other pages of an appointment say about its conversation."""

from __future__ import annotations

from django import template

from appointments.models import Appointment, Role
from chat import conversation

register = template.Library()


@register.simple_tag
def unread(appointment: Appointment, role: str) -> int:
    """How many messages of the other person this one has not read."""
    return conversation.unread(appointment.pk, Role(role))
