"""The headers that every response has: pages, files, redirects and errors alike."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# What no page uses, and no page may begin to use because of what somebody has smuggled into it.
_DENIED = (
    "accelerometer",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)


class HeadersMiddleware:
    """Adds the headers that a response does not have. It is the first middleware, so that no response passes it by.

    A response that says nothing about being kept is kept by nobody, because pages repeat what was typed and show who is
    here. Static files say how long they are kept, and the list of hosts has an ETag.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.headers = {
            "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _DENIED),
            "Cross-Origin-Resource-Policy": "same-origin",
            # Django's own middleware adds these, except where it refuses the request itself.
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "X-Content-Type-Options": "nosniff",
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if not response.has_header("ETag"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
