"""Names and flags of the product's own cookies."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse

# Browsers take a cookie of such a name from this host alone, over https and for every path (RFC 6265bis, 4.1.3.2): no
# other host of the same domain can put one of its own in its place.
HOST_PREFIX = "__Host-"


def cookie_name(name: str) -> str:
    """The name under which this cookie is set: over https, with the prefix that binds it to this host."""
    return HOST_PREFIX + name if settings.SITE_URL.startswith("https:") else name


def set_signed_cookie(response: HttpResponse, name: str, value: str, max_age: int) -> None:
    """Set a signed cookie for `max_age` seconds, which no script can read."""
    response.set_signed_cookie(
        cookie_name(name),
        value,
        salt=name,
        max_age=max_age,
        httponly=True,
        samesite="Lax",
        secure=settings.SITE_URL.startswith("https:"),
    )


def read_signed_cookie(request: HttpRequest, name: str, max_age: int) -> str:
    """The value that :func:`set_signed_cookie` has set; empty without a valid one.

    One without the prefix counts, too. It was set before the site had https, and its signature keeps others from making
    one.
    """
    for candidate in {cookie_name(name): None, name: None}:
        if value := request.get_signed_cookie(candidate, default="", salt=name, max_age=max_age):
            return str(value)
    return ""


def request_of(scope: dict[str, Any]) -> HttpRequest:
    """A request with the cookies of this ASGI scope, for what is no page: a socket, or what stands before pages."""
    return ASGIRequest({**scope, "method": "GET"}, BytesIO())
