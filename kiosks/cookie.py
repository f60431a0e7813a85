"""The signed cookie that makes a device a kiosk, and names the one visit that it may show.

That is the visit of the visitor who checked in last. Any other visit that the browser reaches, by its back button or
its history, redirects to check-in.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse

from core.cookies import read_signed_cookie, request_of, set_signed_cookie
from kiosks.models import Kiosk

NAME = "entry_screen"
# Browsers limit cookies to 400 days (RFC 6265bis, section 5.5); each return to check-in renews the cookie.
MAX_AGE_SECONDS = 400 * 24 * 60 * 60


class Contents(NamedTuple):
    """What the cookie holds: the kiosk's id, the token of the visit that it may show, and the kiosk's key."""

    pk: str = ""
    token: str = ""
    key: str = ""


def read_cookie(request: HttpRequest) -> Contents:
    """The contents of the cookie; all empty without a valid cookie. One of a screen without a key has none."""
    return Contents(*read_signed_cookie(request, NAME, MAX_AGE_SECONDS).split(":")[: len(Contents._fields)])


def is_screen(scope: dict[str, Any]) -> bool:
    """Whether the request of this ASGI scope comes with the cookie of a kiosk, which may have been deleted since."""
    has_one = any(name == b"cookie" and NAME.encode() in value for name, value in scope["headers"])
    return has_one and bool(read_cookie(request_of(scope)).pk)


def set_cookie(response: HttpResponse, kiosk: Kiosk, token: str = "") -> None:
    """Make the device that gets `response` this kiosk, which may show only the visit of `token`."""
    set_signed_cookie(response, NAME, f"{kiosk.pk}:{token}:{kiosk.key}", MAX_AGE_SECONDS)
