"""The error pages of the site."""

import sys
from typing import cast

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.template.loader import render_to_string

from appointments.checkin.views import checkin, refused_checkin
from kiosks.middleware import KioskRequest
from offices.current import last_known_office

RETRY_SECONDS = 10


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that cannot be read.

    Django's own handlers of 400, 403 and 404 have the CSRF check read the form once more: one that cannot be read, such
    as one in another encoding than UTF-8, would then be answered by 500.
    """
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for somebody who lacks a right."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an unknown path or link."""
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a failed CSRF check. Check-in shows the form again with the input, so that it can be resubmitted.

    A check-in without any cookie is taken: a browser that blocks them never passes the check, and carries nothing that
    another site could misuse. That it comes from no other site, its `Origin` has shown before.
    """
    if request.resolver_match and request.resolver_match.func is checkin:
        without_cookies = reason == REASON_NO_CSRF_COOKIE and not request.COOKIES
        return (checkin if without_cookies else refused_checkin)(cast("KioskRequest", request))
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The error page, rendered without the database and the session, because these may be what failed.

    While the database is unavailable the response is a 503 with `Retry-After`, whose page reloads by itself.
    """
    away = isinstance(sys.exc_info()[1], InterfaceError | OperationalError)
    office = last_known_office()
    site = {
        "organisation": office.name,
        "reception_phone": office.reception_phone,
        "retry_seconds": RETRY_SECONDS,
    }
    response = HttpResponse(render_to_string("503.html" if away else "500.html", site), status=503 if away else 500)
    if away:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
