"""Where visitors may check in: everywhere or, with CHECK_IN=screens, on reception screens and with the poster."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, cast

from channels.db import database_sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from core.cookies import request_of
from kiosks.middleware import KioskRequest, find_kiosk
from kiosks.poster import was_scanned

Application = Callable[..., Awaitable[None]]


def is_open_everywhere() -> bool:
    """Whether visitors may check in on any device."""
    return settings.CHECK_IN == "everywhere"


def where_check_in_is_open(view: Callable[[KioskRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Serve the view where visitors may check in; any other device gets a short page, with the status 403."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        kiosk = cast("KioskRequest", request).kiosk
        if kiosk and kiosk.is_displaced:
            return _refusal(request, "kiosks/displaced.html")
        if kiosk or is_open_everywhere() or was_scanned(request):
            return view(cast("KioskRequest", request))
        return _refusal(request, "kiosks/closed.html")

    return guarded


@never_cache
def _refusal(request: HttpRequest, template: str) -> HttpResponse:
    return render(request, template, status=403)


def socket_where_check_in_is_open(application: Application) -> Any:
    """The same socket, for devices where visitors may check in; it is refused to any other."""

    async def guarded(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        if is_open_everywhere() or await database_sync_to_async(_may_check_in)(scope):
            await application(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    return guarded


def _may_check_in(scope: dict[str, Any]) -> bool:
    request = request_of(scope)
    kiosk = find_kiosk(request)
    return not kiosk.is_displaced if kiosk else was_scanned(request)
