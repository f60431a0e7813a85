"""The pages of check-in, and of the two links of an appointment."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from appointments.directory import directory, offer
from appointments.forms import CheckInForm
from appointments.limits import too_many
from appointments.links import behind_link
from appointments.models import Appointment, EndedBy, NotOffered, Reply, Role
from appointments.screens import mark, screen_of
from appointments.telling import tellings
from hosts.models import Host


@gzip_page
def checkin(request: HttpRequest) -> HttpResponse:
    """The home page: choose a host and start an appointment, which leads to the visitor's own page."""
    screen = screen_of(request)
    if request.method != "POST":
        response = _checkin_page(request, CheckInForm(shared=screen is not None))
        if screen:
            mark(response, screen)
        return response
    form = CheckInForm(request.POST, shared=screen is not None)
    if not form.is_valid():
        return _checkin_page(request, form)
    if not screen and too_many(request.META.get("REMOTE_ADDR", "")):
        return _checkin_page(request, form, status=429)
    try:
        appointment = form.start()
    except NotOffered as refusal:
        return _checkin_page(request, form, refusal, status=409)
    except Host.DoesNotExist:
        form.add_error("host", form.fields["host"].error_messages["invalid_choice"])
        return _checkin_page(request, form)
    response = redirect(appointment.path(Role.VISITOR))
    if screen:
        mark(response, screen, appointment.visitor_token)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose protection no longer holds. Check-in shows again what was typed, to be sent by one more press."""
    if request.path == reverse("checkin"):
        return _checkin_page(request, CheckInForm(request.POST, shared=screen_of(request) is not None), status=403)
    return render(request, "403_csrf.html", status=403)


def _checkin_page(
    request: HttpRequest, form: CheckInForm, refusal: NotOffered | None = None, *, status: int = 200
) -> HttpResponse:
    """The check-in page with what was typed; where the host refused what was asked for, it says what to do instead."""
    entries = directory(request.GET.get("q", ""))
    chosen = str(form["host"].value() or "")
    context = {
        "form": form,
        "entries": entries,
        "query": request.GET.get("q", ""),
        "chosen": next((entry for entry in entries if entry.key == chosen), None),
        "refusal": refusal and offer(refusal.host, refusal.availability),
        "status": status,
        "chat_offered": refusal and refusal.availability.offers_remote,
    }
    response = render(request, "appointments/checkin.html", context, status=status)
    if form.shared:
        response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@gzip_page
@conditional_page
def hosts(request: HttpRequest) -> HttpResponse:
    """The list of hosts as it is now, for check-in pages that are open."""
    return render(request, "appointments/hosts.html", {"entries": directory(), "chosen": None})


@behind_link
def link(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """A person's own page: the visit while it is going on, its details afterwards. A remote one is its chat."""
    if not appointment.is_ongoing:
        context = {"appointment": appointment, "role": role, "chat": appointment.path(role, "chat")}
        return render(request, "appointments/details.html", context)
    if appointment.is_remote:
        return redirect(appointment.path(role, "chat"))
    return render(request, f"appointments/{role}.html", _visit(appointment, role))


@behind_link
def live(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """The parts of a person's page that change while it is open. A page that no longer stands is a redirect."""
    if not appointment.is_ongoing:
        return redirect(appointment.path(role))
    return render(request, f"appointments/{role}_live.html", _visit(appointment, role))


def _visit(appointment: Appointment, role: Role) -> dict[str, Any]:
    """What the page of an appointment that is going on shows."""
    if role == Role.HOST:
        return {"appointment": appointment}
    told = tellings(appointment)
    return {
        "appointment": appointment,
        "tellings": told,
        "undelivered": any(telling.failed for telling in told),
        "unreachable": bool(told) and all(telling.failed for telling in told),
    }


@behind_link
def end(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """Ask whether to end the appointment; only the button ends it, since mail scanners open links by themselves."""
    if request.method == "POST":
        appointment.end(EndedBy(role))
    if not appointment.is_ongoing:
        return redirect(appointment.path(role))
    return render(request, "appointments/end.html", {"appointment": appointment, "role": role})


@behind_link
def reply(request: HttpRequest, appointment: Appointment, role: Role) -> HttpResponse:
    """Keep the host's reply and show the page with it."""
    if request.method == "POST":
        try:
            appointment.answer(Reply(request.POST.get("reply", "")))
        except ValueError as error:
            raise BadRequest("This is no reply.") from error
    return redirect(appointment.path(role))
