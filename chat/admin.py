"""The conversation in the host panel, as it was."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from appointments.models import Appointment
from chat.models import Message
from chat.transcript import lines


def conversation(request: HttpRequest, appointment: Appointment) -> SafeString:
    """What the two people wrote, for those who may read it; nothing when they wrote nothing."""
    if not request.user.has_perm("chat.view_message"):
        return SafeString()
    messages = Message.objects.filter(appointment=appointment).select_related("appointment")
    return render_to_string(
        "admin/sections/conversation.html", {"lines": list(lines(messages, appointment.started_at))}, request
    )
