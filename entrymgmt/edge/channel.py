"""HTTP connections with limits of bytes and of time, which act while a request arrives.

Daphne itself takes a whole body, of any size and for any time, before it calls the application: it spools the body to a
file, and Twisted parses every form a first time, in memory. So the limits belong into its HTTP channel:

- the body: 64 kB, and 5 MB on the page that imports hosts; else 413, before more of it is kept;
- the time: 15 s for request line and headers, 30 s for the body, however steadily it drips; else 408;
- the connections of one peer that is no trusted proxy.

Headers that make Daphne fail are refused or dropped here, too.
"""

from __future__ import annotations

from functools import cache, partial
from http import HTTPStatus
from typing import Any, NamedTuple

from daphne.http_protocol import WebRequest
from django.urls import reverse
from twisted.internet.interfaces import IDelayedCall
from twisted.web.http import HTTPChannel

from entrymgmt.edge.refusal import answer

# How long the rest of a refused request is read and dropped, so that its sender gets to read the answer: a connection
# that closes on unread data is reset.
LINGER_SECONDS = 5


class BodyLimit(NamedTuple):
    """How large a body may be, in bytes, and in how many times `body_seconds` it must have arrived."""

    size: int
    share: int


# The largest form of the product has under 10 kB. The import takes a file, also over a slow line: 42 kB a second.
FORM = BodyLimit(64 * 1024, 1)
IMPORT = BodyLimit(5 * 1024 * 1024, 4)


@cache
def import_path() -> str:
    """The path to which files of hosts are uploaded, the only one that takes large bodies."""
    return reverse("admin:hosts_host_import")


@cache
def liveness_path() -> bytes:
    """The path at which the process says that it lives."""
    return reverse("healthz").encode("ascii")


def body_limit(target: bytes) -> BodyLimit:
    """The limit of a request for this target, as it stands in the request line."""
    return IMPORT if target.partition(b"?")[0] == import_path().encode("ascii") else FORM


class LimitedChannel(HTTPChannel):
    """An HTTP connection whose requests must arrive within limits of bytes and of time."""

    limit = FORM
    _is_last = False
    _deadline: IDelayedCall | None = None
    _is_admitted = False
    _is_refused = False

    def connectionMade(self) -> None:  # noqa: N802
        """Take requests, unless the peer has too many connections."""
        # The factory has just set Daphne's own class.
        self.requestFactory = LimitedRequest
        super().connectionMade()
        self._is_admitted = self.factory.server.admit(self.transport)
        if not self._is_admitted:
            self.transport.loseConnection()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        """Forget the connection."""
        self._expect_within(None)
        if self._is_admitted:
            self.factory.server.forget(self.transport)
        super().connectionLost(reason)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Take bytes of a request; the first ones start its deadline."""
        if self._is_refused:
            return
        if self._deadline is None and not self._handlingRequest:
            self._expect_within(self.factory.server.header_seconds)
        super().dataReceived(data)

    def allHeadersReceived(self) -> None:  # noqa: N802
        """Refuse a body that says it is too large, before any of it is read."""
        self.limit = body_limit(self._path)
        self._expect_within(self.factory.server.body_seconds * self.limit.share)
        if self.length is not None and self.length > self.limit.size:
            self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            super().allHeadersReceived()

    def rawDataReceived(self, data: bytes) -> None:  # noqa: N802
        """Take bytes of a body, unless the request has been refused."""
        if not self._is_refused:
            super().rawDataReceived(data)

    def allContentReceived(self) -> None:  # noqa: N802
        """Hand over a request that has arrived whole, and in time."""
        if not self._is_refused:
            self._expect_within(None)
            super().allContentReceived()

    def checkPersistence(self, request: Any, version: bytes) -> bool:  # noqa: N802
        """Whether another request may follow this one."""
        if self._is_last:
            request.responseHeaders.setRawHeaders(b"connection", [b"close"])
            return False
        return bool(super().checkPersistence(request, version))

    def end(self) -> None:
        """Close the connection after the answer to the request that is under way, or to the one that comes next."""
        self._is_last = True
        if self._handlingRequest:
            self.persistent = False
            self.requests[0].responseHeaders.setRawHeaders(b"connection", [b"close"])

    def end_if_idle(self) -> None:
        """Close the connection, of which no request has arrived, not even in part."""
        if not self._handlingRequest and self._deadline is None:
            self.loseConnection()

    def refuse(self, status: HTTPStatus) -> None:
        """Answer with this error status now, and take nothing more from this connection."""
        if self._is_refused:
            return
        self._is_refused = True
        self.setTimeout(None)
        headers, body = answer(status)
        head = [b"HTTP/1.1 %d %s" % (status, status.phrase.encode()), b"Connection: close"]
        head += [name + b": " + value for name, value in headers]
        self.transport.write(b"\r\n".join([*head, b"", body]))
        self._networkProducer.unregisterProducer()
        self.transport.loseWriteConnection()
        self._expect_within(LINGER_SECONDS, self.transport.abortConnection)

    def _expect_within(self, seconds: float | None, otherwise: Any = None) -> None:
        """Refuse the request, or call `otherwise`, unless this is called again within `seconds`; `None` ends it."""
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()
        late = otherwise or partial(self.refuse, HTTPStatus.REQUEST_TIMEOUT)
        self._deadline = None if seconds is None else self.callLater(seconds, late)


class LimitedRequest(WebRequest):
    """A request of a `LimitedChannel`."""

    def __init__(self, channel: LimitedChannel, *args: Any) -> None:
        # Django reads forms; Twisted need not parse them first.
        super().__init__(channel, *args, parsePOSTFormSubmission=False)

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        """Prepare for a body; one of unknown length is kept as one of the greatest length allowed."""
        super().gotLength(self.channel.limit.size if length is None else length)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        """Keep a part of the body, as long as the whole is not too large."""
        if self.content.tell() + len(data) > self.channel.limit.size:
            self.channel.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            super().handleContentChunk(data)

    def process(self) -> Any:
        """Let Daphne handle the request without headers of which it makes an exception."""
        if self.path == liveness_path() and self.channel.factory.server.is_stopping:
            # Without an answer, so that a proxy asks the next process by itself.
            self.channel.transport.abortConnection()
            return None
        # A prefix for links, which Daphne would take from anybody.
        self.requestHeaders.removeHeader(b"Daphne-Root-Path")
        protocols = self.requestHeaders.getRawHeaders(b"Sec-WebSocket-Protocol", [])
        if not all(value.isascii() for value in protocols):
            self.basic_error(HTTPStatus.BAD_REQUEST, b"", "")
            return None
        return super().process()

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """Answer in the words of the product instead of Daphne's."""
        headers, page = answer(status)
        self.handle_reply({"type": "http.response.start", "status": status, "headers": headers})
        self.handle_reply({"type": "http.response.body", "body": page})
