"""The two links of an appointment are capability URLs: a link alone authorises its holder as visitor or as host."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from appointments.choices import Role
from appointments.models import Appointment
from core.compiled import compiled
from kiosks.middleware import may_show
from offices.current import current_office

_BY_TOKEN = {
    Role.VISITOR: compiled(lambda: Appointment.objects.filter(visitor_token="")),
    Role.HOST: compiled(lambda: Appointment.objects.filter(host_token="")),
}


class LinkExpired(Exception):
    """The appointment ended longer ago than its links show the details."""


class LinkRevoked(Exception):
    """The link was good when a socket opened or a page was asked for, and its person has a new one by now."""


def open_link(role: Role, token: str) -> Appointment:
    """The appointment of this person's token; both views and sockets use this function.

    Raises :class:`Appointment.DoesNotExist` for an unknown token or the other person's token, and :class:`LinkExpired`
    once the link has expired.
    """
    found = _BY_TOKEN[Role(role)](token)
    if not found:
        raise Appointment.DoesNotExist
    [appointment] = found
    if appointment.has_expired:
        raise LinkExpired
    return appointment


def behind_link(view: Callable[[HttpRequest, Appointment, Role], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Pass the appointment and role of a link to a view; an unknown link gives 404, an expired one 410.

    The link is the only credential. The view uses no cookie, so cross-site request forgery gains nothing and the view
    is exempt from the CSRF check. The response headers forbid caching, indexing by search engines, and sending the link
    to other sites as the referrer.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, role: Role, token: str) -> HttpResponseBase:
        try:
            appointment = open_link(role, token)
            shown = may_show(request, token)
            response = view(request, appointment, role) if shown else redirect("checkin")
        except (Appointment.DoesNotExist, LinkRevoked) as unknown:
            raise Http404 from unknown
        except LinkExpired:
            days = {"retention_days": current_office().link_retention_days}
            response = render(request, "appointments/link_expired.html", days, status=410)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return guarded
