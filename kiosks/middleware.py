"""Finds the kiosk that a request comes from, lazily and at most once for each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from kiosks.cookie import read_cookie
from kiosks.models import Kiosk


class KioskRequest(HttpRequest):
    """A request after the middleware, for type checkers."""

    kiosk: Kiosk | None


class KioskMiddleware:
    """Sets `request.kiosk`, which is falsy on any other device and for a kiosk that has been deleted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.kiosk = SimpleLazyObject(lambda: find_kiosk(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def find_kiosk(request: HttpRequest) -> Kiosk | None:
    """The kiosk that the cookie of this request names, which notes that it is used."""
    pk, _token, key = read_cookie(request)
    kiosk = Kiosk.objects.filter(pk=pk).first() if pk.isdecimal() else None
    if kiosk:
        kiosk.receive(key, request.META.get("REMOTE_ADDR") or None)
    return kiosk


def may_show(request: HttpRequest, token: str) -> bool:
    """Whether this device may show the visit of this token: a kiosk shows only the visit that its cookie names."""
    kiosk = cast("KioskRequest", request).kiosk
    return not kiosk or (not kiosk.is_displaced and read_cookie(request).token == token)
