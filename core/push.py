"""Hints that tell open pages to load new data. A hint may be lost, because pages also refresh by themselves."""

from __future__ import annotations

import asyncio
import logging

from asgiref.sync import SyncToAsync, async_to_sync
from channels.layers import get_channel_layer
from django.db import connection, transaction

from core.pushing import pushing

logger = logging.getLogger(__name__)


class _Push:
    def __init__(self, group: str, event: str) -> None:
        self.hint = group, event
        # Django logs this name when it fails.
        self.__qualname__ = "push"

    def __call__(self) -> None:
        # A worker has a thread for its pushes.
        if pushing.give(self.hint):
            return
        # The loop that has this thread work for it, in a web process. Whoever waits for the answer of this thread need
        # not wait for the push, too.
        loop = getattr(SyncToAsync.threadlocal, "main_event_loop", None)
        if loop is not None and loop.is_running():
            asyncio.run_coroutine_threadsafe(self._send_by_the_way(), loop)
        else:
            async_to_sync(self._send)()

    async def _send(self) -> None:
        group, event = self.hint
        await get_channel_layer().group_send(group, {"type": event})

    async def _send_by_the_way(self) -> None:
        try:
            await self._send()
        except Exception:
            logger.exception("A push was not sent")


def hint_on_commit(group: str, event: str) -> None:
    """After commit, send an event of this type to every socket of the group, once for each transaction.

    Failures are logged, not raised.
    """
    waiting = [entry[1] for entry in connection.run_on_commit]
    if (group, event) not in [push.hint for push in waiting if isinstance(push, _Push)]:
        transaction.on_commit(_Push(group, event), robust=True)
