"""Answers for load balancers and monitors: is this process alive, and can it serve people."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications.models import Notification

logger = logging.getLogger(__name__)

OK = "ok"
# A worker takes what is due within a second and sweeps every minute: after this long, there is none.
LATE = timedelta(minutes=3)
# Seconds in which a push must come back from the channel layer.
PUSH_TIMEOUT = 2


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"alive": True})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when every part works, else 503; each part is `ok` or says in a few words what is wrong."""
    database = _tried(_database)
    parts = {
        "database": database,
        "channel_layer": _tried(_channel_layer),
        "worker": _tried(_worker) if database == OK else "unknown without the database",
    }
    ready = all(state == OK for state in parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


def _tried(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # whatever is wrong, the answer is that this part does not work
        logger.warning("Not ready", exc_info=True)
        return f"unreachable ({type(error).__name__})"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _channel_layer() -> str:
    async_to_sync(_push_and_receive)()
    return OK


async def _push_and_receive() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    async with asyncio.timeout(PUSH_TIMEOUT):
        await layer.send(channel, {"type": "health"})
        await layer.receive(channel)


def _worker() -> str:
    late = Notification.objects.overdue(LATE).count()
    return f"overdue notifications: {late}" if late else OK
