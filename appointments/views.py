"""The views behind the two links of an appointment."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from appointments.choices import EndedBy, Reply, Role
from appointments.delivery_log import details_log, telling
from appointments.links import behind_link
from appointments.models import Appointment
from appointments.notices import details_will_be_sent


@behind_link
def link(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """A person's page: the visit while it is ongoing, its details afterwards. A remote one redirects to its chat."""
    if not appointment.is_ongoing:
        return render(request, "appointments/details.html", _details(appointment, role))
    if appointment.is_remote:
        return redirect(appointment.path(role, "chat"))
    return render(request, f"appointments/{role}.html", _visit(appointment, role))


@behind_link
def live(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """The parts of a person's page that change while it is open; a redirect once the appointment has ended.

    With `?details` those of the page of an ended one.
    """
    if not appointment.is_ongoing:
        if "details" in request.GET:
            return render(request, "appointments/details_log.html", _details(appointment, role))
        return redirect(appointment.path(role))
    return render(request, f"appointments/{role}_live.html", _visit(appointment, role))


def _visit(appointment: Appointment, role: Role) -> dict[str, Any]:
    """The context of the page of an ongoing appointment."""
    told = telling(appointment)
    context = {"appointment": appointment, "reception_was_asked": told.reception_was_asked}
    if role == Role.HOST:
        return context | {"replies": list(Reply)}
    return context | {"telling": told, "held_back": told.held_back}


def _details(appointment: Appointment, role: Role) -> dict[str, Any]:
    """The context of the page of an ended appointment."""
    log = [] if appointment.is_denied else details_log(appointment, role)
    return {
        "appointment": appointment,
        "role": role,
        "chat": appointment.path(role, "chat"),
        "details_log": log,
        "is_sending": any(not line.done and not line.failed for line in log),
    }


@behind_link
def end(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """Ask whether to end the appointment; only a POST ends it, because mail scanners open links automatically."""
    if request.method == "POST":
        appointment.end(EndedBy(role))
    if not appointment.is_ongoing:
        return redirect(appointment.path(role))
    return render(
        request,
        "appointments/end.html",
        {"appointment": appointment, "role": role, "sends": details_will_be_sent(appointment)},
    )


@behind_link
def not_me(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """For somebody who gets the messages of a visit that is not theirs: ask, and only a POST stops them."""
    if request.method == "POST":
        appointment.deny()
        return redirect(appointment.path(role, "not-me"))
    return render(request, "appointments/not_me.html", {"appointment": appointment})


@behind_link
def reply(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """Store the host's reply, and redirect to the host's page. Raises BadRequest for an unknown reply."""
    if request.method == "POST":
        try:
            appointment.set_reply(Reply(request.POST.get("reply", "")))
        except ValueError as error:
            raise BadRequest("This is no reply.") from error
    return redirect(appointment.path(role))
