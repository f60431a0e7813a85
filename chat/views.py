"""The pages of the conversation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from appointments.links import behind_link
from appointments.models import Appointment, Role, with_availability
from chat import conversation, limits
from chat.transcript import lines
from hosts.availability import Availability, availability
from hosts.models import Host


@require_safe
@behind_link
def chat(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """The conversation: as it stands now, and while the appointment is going on as it continues."""
    messages = list(appointment.messages.after(0))
    context = {
        "appointment": appointment,
        "role": role,
        "them": _them(appointment, role),
        "lines": lines(messages, appointment.started_at),
        "last": messages[-1].pk if messages else 0,
        "standing": conversation.standing(appointment.pk, role),
        "host_availability": _availability(appointment),
        "message_length": limits.MESSAGE_LENGTH,
        "paths": {page: appointment.path(role, page) for page in ("link", "end", "transcript")},
    }
    return render(request, f"chat/{role}.html", context)


@require_safe
@behind_link
def transcript(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """The conversation as a text file to keep."""
    context = {"appointment": appointment, "lines": lines(appointment.messages.after(0), appointment.started_at)}
    response = render(request, "chat/transcript.txt", context, content_type="text/plain; charset=utf-8")
    name = f"chat {localtime(appointment.started_at):%Y-%m-%d} {_them(appointment, role)}.txt"
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _them(appointment: Appointment, role: Role) -> str:
    return appointment.host_name if role == Role.VISITOR else appointment.visitor_name


def _availability(appointment: Appointment) -> Availability | None:
    """What visitors see beside the host's name; None when the host has been deleted."""
    host = with_availability(Host.objects.filter(appointments=appointment)).first()
    return availability(host.presence, in_meeting=host.in_meeting) if host else None
