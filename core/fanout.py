"""Passes hints on to many sockets of one process.

Channels gives every socket a channel of its own: each hint is queued and dispatched once for each of them. With a
thousand open pages that keeps the event loop for most of a second, whenever somebody checks in. Here all sockets that
get the same hints share one subscription. Of several hints in a row they get the first at once, and one for the rest.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# Pages fetch what has changed a moment after a hint, so they would show nothing sooner without this pause.
PAUSE_SECONDS = 0.5
# Channel layers forget who joined a group a day ago, and one page or another may be open for longer.
REJOIN_SECONDS = 60 * 60
# After so many sockets, whatever else waits for the event loop has its turn.
BATCH = 20

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Fanout:
    """Sends the ASGI event `message` to its members whenever the channel layer has an event for `group`."""

    def __init__(self, group: str, message: dict[str, Any]) -> None:
        self._group = group
        self._message = message
        # Sockets belong to an event loop; a process has one, a test may have several.
        self._subscriptions: WeakKeyDictionary[asyncio.AbstractEventLoop, _Subscription] = WeakKeyDictionary()

    @asynccontextmanager
    async def member(self, send: Send) -> AsyncIterator[None]:
        """Pass hints on to this socket during the block. Raises what the channel layer raises when it is away."""
        loop, key = asyncio.get_running_loop(), object()
        subscription = self._subscriptions.get(loop)
        if subscription is None:
            subscription = self._subscriptions[loop] = _Subscription(self._group, self._message)
        subscription.members[key] = send
        try:
            await subscription.begun()
            yield
        finally:
            del subscription.members[key]
            if not subscription.members:
                del self._subscriptions[loop]
                await subscription.end()


class _Subscription:
    """What one event loop has heard, and to whom it is passed on."""

    def __init__(self, group: str, message: dict[str, Any]) -> None:
        self.members: dict[object, Send] = {}
        self._group = group
        self._message = message
        self._layer = get_channel_layer()
        self._hinted = asyncio.Event()
        self._beginning = asyncio.create_task(self._begin())
        self._tasks: list[asyncio.Task[None]] = []

    async def begun(self) -> None:
        """Wait until hints arrive here."""
        await asyncio.shield(self._beginning)

    async def end(self) -> None:
        """Hear no more."""
        for task in [self._beginning, *self._tasks]:
            task.cancel()
        if self._tasks:
            await self._layer.group_discard(self._group, self._channel)

    async def _begin(self) -> None:
        self._channel = await self._layer.new_channel()
        await self._layer.group_add(self._group, self._channel)
        self._tasks = [asyncio.create_task(work()) for work in (self._listen, self._pass_on, self._stay)]

    async def _listen(self) -> None:
        while True:
            await self._layer.receive(self._channel)
            self._hinted.set()

    async def _stay(self) -> None:
        while True:
            await asyncio.sleep(REJOIN_SECONDS)
            with suppress(RedisError, OSError):
                await self._layer.group_add(self._group, self._channel)

    async def _pass_on(self) -> None:
        while True:
            await self._hinted.wait()
            self._hinted.clear()
            for number, key in enumerate(list(self.members), start=1):
                if send := self.members.get(key):
                    try:
                        await send(self._message)
                    except Exception as error:  # noqa: BLE001  one socket keeps no other from its hint
                        logger.warning("A hint was not sent: %s", type(error).__name__)
                if number % BATCH == 0:
                    await asyncio.sleep(0)
            await asyncio.sleep(PAUSE_SECONDS)
