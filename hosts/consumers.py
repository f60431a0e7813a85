"""The check-in page's socket: a hint that the list of hosts changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from core.fanout import Fanout, Send
from hosts.live import GROUP

Receive = Callable[[], Awaitable[dict[str, Any]]]

# A page sends nothing here (close codes 4000 to 4999 are for applications, RFC 6455 section 7.4.2).
NO_FRAMES = 4008

hints = Fanout(GROUP, {"type": "websocket.send", "text": '{"type": "changed"}'})


async def directory_socket(_scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Send `{"type": "changed"}` whenever a host or an availability may have changed, and nothing else.

    The socket closes at the first frame, and nothing more of it is read.
    """
    await receive()
    async with hints.member(send):
        await send({"type": "websocket.accept"})
        event = await receive()
    if event["type"] == "websocket.receive":
        await send({"type": "websocket.close", "code": NO_FRAMES})
