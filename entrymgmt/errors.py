"""The page for an error of ours."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def server_error(request: HttpRequest) -> HttpResponse:
    """Say so, without asking the database or the session, which may be what failed."""
    site = {"organisation": settings.ORGANISATION_NAME, "reception_phone": settings.RECEPTION_PHONE}
    return HttpResponse(render_to_string("500.html", site), status=500)
