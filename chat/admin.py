"""The conversation in the host panel, read-only: in pages on the record of its appointment, and as a text file."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from appointments.models import Appointment
from chat.limits import PAGE_SIZE
from chat.transcript import download, lines

RIGHT = "chat.view_message"


def conversation(request: HttpRequest, appointment: Appointment) -> SafeString:
    """The messages of the two people, as HTML, paginated (`?messages=`); empty without messages or without `RIGHT`."""
    if not request.user.has_perm(RIGHT):
        return SafeString()
    messages = appointment.messages.select_related("appointment").order_by("pk")
    page = Paginator(messages, PAGE_SIZE).get_page(request.GET.get("messages"))
    context = {"appointment": appointment, "page": page, "lines": list(lines(page, appointment.started_at))}
    return render_to_string("admin/sections/conversation.html", context, request)


def transcript(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The whole conversation of an appointment as a text file to download."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    appointment = get_object_or_404(Appointment, pk=pk)
    return download(appointment, str(appointment))
