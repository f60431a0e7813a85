"""Daphne's socket, which reads one message at a time.

Daphne parses all that has arrived, some thousand small frames, before anything else in the process has its turn, and
queues what it has parsed without a limit.
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any

from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketProtocol

from entrymgmt.edge.quotas import TRY_AGAIN_LATER

# Frames in a minute that end no message: pings, pongs, and parts of messages. Browsers answer a ping every 20 seconds,
# and send messages as large as ours whole.
OTHER_FRAMES = 60


class LimitedSocket(WebSocketProtocol):
    """A WebSocket, which is still one of the connections of its peer."""

    _reads = True
    _minute = 0
    _other_frames = 0

    def read_on(self) -> None:
        """Take the next message, which may have arrived already."""
        if not self._reads:
            self._reads = True
            self.transport.resumeProducing()
            self.consumeData()

    def processData(self) -> bool:  # noqa: N802
        """Parse the next part of a frame; false when that must wait."""
        return self._reads and bool(super().processData())

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: FBT001, N802, N803
        """Hand over a message, and read no more until that is asked for."""
        self._other_frames -= 1
        self._reads = False
        self.transport.pauseProducing()
        super().onMessage(payload, isBinary)

    def onFrameEnd(self) -> Any:  # noqa: N802
        """Cut the connection when most frames are none that the application gets."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._other_frames = minute, 0
        self._other_frames += 1
        if self._other_frames > OTHER_FRAMES:
            self.transport.abortConnection()
            return False
        return super().onFrameEnd()

    def end(self) -> None:
        """Close the socket so that its page comes back at once: this process stops, and another may be there."""
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(self.CLOSE_STATUS_CODE_SERVICE_RESTART)

    def end_if_idle(self) -> None:
        """Close the socket if it was not open before."""
        self.end()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        """Forget the connection, which its channel has handed over."""
        self.factory.server_class.forget(self.transport)
        super().connectionLost(reason)

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Send what the application says; to try again later, before the socket is accepted, is 429 instead of 403."""
        if (
            message.get("type") == "websocket.close"
            and message.get("code") == TRY_AGAIN_LATER
            and self.state == self.STATE_CONNECTING
        ):
            status = HTTPStatus.TOO_MANY_REQUESTS
            self.handshake_deferred.errback(ConnectionDeny(int(status), status.phrase))  # type: ignore[no-untyped-call]
            del self.handshake_deferred
            self.server.protocol_disconnected(self)
        else:
            super().handle_reply(message)
