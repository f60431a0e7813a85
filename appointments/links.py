"""The two links of an appointment are the keys to it: whoever has one is the visitor, or the host."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from appointments.models import Appointment, Role
from appointments.screens import may_show


class LinkExpired(Exception):
    """The appointment ended longer ago than its details are kept readable."""


def open_link(role: Role, token: str) -> Appointment:
    """The appointment that this person's token opens; views and sockets alike come in here.

    Raises :class:`Appointment.DoesNotExist` for an unknown token, also for the other person's, and
    :class:`LinkExpired` once the details are no longer kept readable.
    """
    field = "visitor_token" if role == Role.VISITOR else "host_token"
    appointment = Appointment.objects.select_related("host").get(**{field: token})
    if appointment.has_expired:
        raise LinkExpired
    return appointment


def behind_link(view: Callable[[HttpRequest, Appointment, Role], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the appointment and the person that its link opens; an unknown link is a 404, an expired one a 410.

    The link is the only key: no cookie is asked for, so a form of another site gains nothing by being sent here. What
    is shown is kept by no search engine and no cache, and no other site learns the link as the referrer.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, role: Role, token: str) -> HttpResponse:
        try:
            appointment = open_link(role, token)
            shown = may_show(request, token)
            response = view(request, appointment, role) if shown else redirect("checkin")
        except Appointment.DoesNotExist as unknown:
            raise Http404 from unknown
        except LinkExpired:
            days = {"retention_days": settings.LINK_RETENTION_DAYS}
            response = render(request, "appointments/link_expired.html", days, status=410)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return guarded
