"""ASGI middleware of every socket of the product, and what answers a socket of an unknown path."""

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
    """The same application, which may send to a socket that has just closed.

    Daphne raises an exception in this case, although the application learns of it only from the `websocket.disconnect`
    event, which follows and closes the socket properly.
    """

    async def wrapped(scope: Event, receive: Receive, send: Send) -> None:
        async def send_while_open(event: Event) -> None:
            with suppress(Disconnected):
                await send(event)

        await application(scope, receive, send_while_open)

    return wrapped


def reads_on_demand(application: Application) -> Application:
    """The same application, which gets the next event of a socket only when it waits for one.

    ASGI has no way to stop reading: a page that sends faster than its frames are handled would keep the process busy
    and fill its memory. `entrymgmt.edge.socket` takes one frame, and the next when it is asked to.
    """

    async def wrapped(scope: Event, receive: Receive, send: Send) -> None:
        read_on = _read_on(send) if scope["type"] == "websocket" else None
        if read_on is None:
            await application(scope, receive, send)
            return

        async def receive_on_demand() -> Event:
            read_on()
            return await receive()

        await application(scope, receive_on_demand, send)

    return wrapped


def _read_on(send: Send) -> Callable[[], None] | None:
    """What makes the server read on; None under another server, such as that of a test.

    The server's `send` is a partial function whose one argument is the socket's protocol.
    """
    arguments = getattr(send, "args", ())
    return getattr(arguments[0], "read_on", None) if arguments else None


async def refuse(scope: Event, receive: Receive, send: Send) -> None:
    """Refuse a socket of an unknown path with status 403, as one of an unknown link."""
    await send({"type": "websocket.close"})
