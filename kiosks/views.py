"""The page behind the code of the poster."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kiosks import poster
from kiosks.access import is_open_everywhere


@require_safe
@never_cache
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """Let this device check in, and redirect to check-in, so that neither address bar nor referrer keep the code."""
    present = poster.is_present(code)
    if not present and not is_open_everywhere():
        return render(request, "kiosks/poster_expired.html", status=403)
    response = redirect("checkin")
    response.headers["Referrer-Policy"] = "no-referrer"
    if present:
        poster.set_cookie(response, code)
    return response
