"""The status for monitors: whether all is well, part by part, so that a dead worker is told from a dead provider."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from entrymgmt.health import ask_database
from notifications import outages, workers
from notifications.channels import Channel, all_channels
from notifications.models import NotificationQuerySet
from offices.middleware import independent_of_office

logger = logging.getLogger(__name__)

# Seconds within which the channel layer must deliver a push.
PUSH_TIMEOUT = 2
# A database that cannot write loses check-ins, so there is time to make room.
MIN_FREE_MB = 256

Part = dict[str, Any]


@independent_of_office
@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """200 when all is well, else 503. Each part says whether it is `ok`, with figures; none names a person."""
    parts = {"database": _examined(_database)}
    if parts["database"]["ok"]:
        parts |= {"workers": _examined(_workers), "queue": _examined(_queue), "providers": _examined(_providers)}
    parts |= {"disk": _examined(_disk), "channel_layer": _examined(_channel_layer)}
    well = all(part["ok"] for part in parts.values())
    return JsonResponse({"well": well, **parts}, status=200 if well else 503)


def _examined(examine: Callable[[], Part]) -> Part:
    try:
        return examine()
    except Exception as error:  # noqa: BLE001  any exception means that this part does not work
        logger.warning("Not well: %s", error)
        return {"ok": False, "error": type(error).__name__}


def _database() -> Part:
    ask_database()
    return {"ok": True}


def _workers() -> Part:
    running = workers.running()
    return {"ok": running > 0, "running": running}


def _queue() -> Part:
    """What no worker has taken to a provider."""
    figures = _figures(outages.waiting_for_a_worker())
    return {"ok": not figures["late"], **figures}


def _providers() -> Part:
    each = {channel.name: _provider(channel) for channel in all_channels()}
    return {"ok": all(part["ok"] for part in each.values()), **each}


def _provider(channel: Channel) -> Part:
    """What its provider has not taken. Without a provider nothing waits for one."""
    waiting = outages.waiting_for_a_provider(channel.name)
    return {"ok": outages.outage(channel.name) is None, "set_up": channel.status().done, **_figures(waiting)}


def _figures(waiting: NotificationQuerySet) -> Part:
    oldest = waiting.first()
    age = int((timezone.now() - oldest.queued_since).total_seconds()) if oldest else 0
    return {"late": waiting.count(), "oldest_seconds": age}


def _disk() -> Part:
    """The disk of the database file or, where the database is elsewhere, of the program."""
    is_file = connection.vendor == "sqlite"
    folder = Path(settings.DATABASES["default"]["NAME"]).parent if is_file else settings.BASE_DIR
    free = shutil.disk_usage(folder).free // 2**20
    return {"ok": free >= MIN_FREE_MB, "free_mb": free}


def _channel_layer() -> Part:
    async_to_sync(_push_and_receive)()
    return {"ok": True}


async def _push_and_receive() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    async with asyncio.timeout(PUSH_TIMEOUT):
        await layer.send(channel, {"type": "health"})
        await layer.receive(channel)
