"""The pages for errors of ours."""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_SECONDS = 10


def server_error(request: HttpRequest) -> HttpResponse:
    """Say so, without asking the database or the session, which may be what failed.

    While the database is away this is a 503, whose page looks again by itself.
    """
    away = isinstance(sys.exc_info()[1], InterfaceError | OperationalError)
    site = {
        "organisation": settings.ORGANISATION_NAME,
        "reception_phone": settings.RECEPTION_PHONE,
        "retry_seconds": RETRY_SECONDS,
    }
    response = HttpResponse(render_to_string("503.html" if away else "500.html", site), status=503 if away else 500)
    if away:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
