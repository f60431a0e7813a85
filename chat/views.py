"""The pages of the conversation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments.availability import with_meetings
from appointments.choices import Role
from appointments.delivery_log import telling
from appointments.links import behind_link
from appointments.models import Appointment
from chat import conversation, limits
from chat.transcript import download, lines
from core.digests import digest
from core.keys import key_of
from core.site import socket_path
from hosts.availability import Availability, availability
from hosts.models import Host
from notifications.email.channel import Email


@require_safe
@behind_link
def chat(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """The page of the conversation, with the last messages, or with the last before the message `?before=` names.

    It is live while the appointment is ongoing: what follows its messages comes over the socket.
    """
    before = key_of(request.GET.get("before", "")) or 0
    messages, has_earlier = appointment.messages.page(before, limits.PAGE_SIZE)
    context = {
        "appointment": appointment,
        "role": role,
        "them": _them(appointment, role),
        "lines": lines(messages, appointment.started_at),
        "last": messages[-1].pk if messages else max(before - 1, 0),
        "earlier": messages[0].pk if has_earlier else None,
        "has_later": bool(before),
        "conversation": conversation.conversation_state(appointment.pk, role, appointment.token(role)),
        "storage_key": digest("unsent", appointment.token(role)),
        "message_length": limits.MAX_MESSAGE_LENGTH,
        "paths": {
            **{page: appointment.path(role, page) for page in ("link", "end", "transcript")},
            "socket": socket_path(f"{role}-socket", appointment.token(role)),
        },
    }
    if role == Role.VISITOR:
        told = telling(appointment)
        context |= {
            "host_availability": _availability(appointment),
            "held_back": told.held_back if appointment.is_ongoing else [],
            "telling": told,
            "emailed": told.succeeded_by(Email.name),
        }
    return render(request, f"chat/{role}.html", context)


@require_safe
@behind_link
def transcript(request: HttpRequest, appointment: Appointment, role: Role) -> StreamingHttpResponse:
    """The whole conversation as a text file to download."""
    return download(appointment, _them(appointment, role))


def _them(appointment: Appointment, role: Role) -> str:
    return appointment.host_name if role == Role.VISITOR else appointment.visitor_name


def _availability(appointment: Appointment) -> Availability | None:
    """The host's availability, which visitors see; None when the host has been deleted."""
    host = with_meetings(Host.objects.filter(appointments=appointment)).first()
    return availability(host.presence, in_meeting=host.in_meeting) if host else None
