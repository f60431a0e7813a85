"""How much one client address may have open at a time in this process: sockets, and requests being answered.

The counts guard the file descriptors and threads of this one process, so they live in its memory. A network is counted
for an IPv6 client, because one client can use all addresses of its /64 (RFC 6177). Clients of unknown address share one
count, and so do those on this machine.
"""

from __future__ import annotations

import math
import resource
from collections import Counter
from collections.abc import Collection
from http import HTTPStatus

from core.addresses import address_in, client_of
from entrymgmt.edge.interface import Application, Receive, Scope, Send
from entrymgmt.edge.refusal import refuse

# An office's network, with the devices of reception, of hosts and of visitors, usually has one address outside. An open
# page has one socket, and a page without one still refreshes by itself. A hundred open pages are more than an office of
# some hundred people has at a time, and a fraction of the descriptors of a process.
SOCKETS_PER_ADDRESS = 100
# A browser has at most six requests to one site under way, each answered in well under a second.
REQUESTS_PER_ADDRESS = 100
# The close code that says “try again later” (IANA registry of WebSocket close codes).
TRY_AGAIN_LATER = 1013


class Quota:
    """Counts what is open for each client address, up to a limit for one and for all together."""

    def __init__(self, per_address: int, altogether: float = math.inf) -> None:
        self._per_address = per_address
        self._altogether = altogether
        self._open: Counter[str] = Counter()
        self._sum = 0

    def take(self, address: str | None) -> bool:
        """Count one more for this address; false, and nothing is counted, when that would be too many."""
        bucket = bucket_of(address)
        if self._open.get(bucket, 0) >= self._per_address or self._sum >= self._altogether:
            return False
        self._open[bucket] += 1
        self._sum += 1
        return True

    def release(self, address: str | None) -> None:
        """Count one less for this address, for which `take` was true."""
        bucket = bucket_of(address)
        self._sum -= 1
        self._open[bucket] -= 1
        if not self._open[bucket]:
            del self._open[bucket]


def bucket_of(address: str | None) -> str:
    """The name under which a client is counted: its IPv4 address or its IPv6 network; empty when it is not known."""
    known = address_in(address or "")
    return client_of(str(known)) if known and not known.is_loopback else ""


def limited(application: Application, exempt: Collection[str]) -> Application:
    """The same application, for as many sockets and requests of one address as the constants above say.

    A request beyond them is answered with 429, a socket is closed before it is accepted. Sockets of all addresses
    together take at most half of the process's file descriptors, so that pages can still be served. `exempt` are paths
    that are never refused.
    """
    descriptors, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    sockets = Quota(SOCKETS_PER_ADDRESS, descriptors // 2)
    requests = Quota(REQUESTS_PER_ADDRESS)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or scope["path"] in exempt:
            await application(scope, receive, send)
            return
        is_socket = scope["type"] == "websocket"
        address = scope["client"][0] if scope.get("client") else None
        quota = sockets if is_socket else requests
        if quota.take(address):
            try:
                await application(scope, receive, send)
            finally:
                quota.release(address)
        elif is_socket:
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
        else:
            await refuse(send, HTTPStatus.TOO_MANY_REQUESTS)

    return wrapped
