"""What every socket of the product has in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from autobahn.exception import Disconnected

Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Event, Receive, Send], Awaitable[None]]


def ends_quietly(application: Application) -> Application:
    """The same application, which may send to a page that has just gone.

    Daphne raises on that, although nobody can know before the `websocket.disconnect` event, which follows and ends the
    socket in order.
    """

    async def wrapped(scope: Event, receive: Receive, send: Send) -> None:
        async def send_while_open(event: Event) -> None:
            with suppress(Disconnected):
                await send(event)

        await application(scope, receive, send_while_open)

    return wrapped
