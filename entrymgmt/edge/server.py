"""The web process: Daphne with limits, and an end that cuts nobody off.

Daphne cancels what is under way as soon as it is asked to stop. Its threads then wait for ever for an event loop that
has ended, and the process with them. Here whoever has asked gets the answer first.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Iterator, Sequence
from functools import partial
from threading import Timer
from typing import Any

from daphne.cli import CommandLineInterface
from daphne.server import Server
from django.conf import settings
from twisted.internet.defer import Deferred

from core.addresses import address_in
from entrymgmt.edge.channel import LimitedChannel
from entrymgmt.edge.origin import is_trusted
from entrymgmt.edge.quotas import Quota
from entrymgmt.edge.socket import LimitedSocket

HEADER_SECONDS = 15
BODY_SECONDS = 30
# Connections of one peer that is no trusted proxy: twice as many as it may have sockets, since browsers keep some open.
CONNECTIONS_PER_PEER = 200
# When asked to stop: how long it takes connections although it does not say any more that it lives, how long a
# connection that was just accepted may take to bring its request, what is under way may take to end, and threads that
# could not end may keep the process. Together under ten seconds, after which process managers lose patience.
NOTICE_SECONDS = 0.3
ARRIVE_SECONDS = 0.5
STOP_SECONDS = 8.0
EXIT_SECONDS = 1.0
LOOK_SECONDS = 0.05


class LimitedServer(Server):
    """Daphne’s server, with the channels of this module."""

    def __init__(self, *args: Any, header_seconds: float, body_seconds: float, **options: Any) -> None:
        super().__init__(*args, **options, ready_callable=self._use_limited_channels)
        self.header_seconds = header_seconds
        self.body_seconds = body_seconds
        self._peers = Quota(CONNECTIONS_PER_PEER)
        self.is_stopping = False
        self._ports: list[Any] = []
        self._open: set[Any] = set()

    def run(self) -> None:
        """Serve until a signal arrives, and until what was under way then has ended."""
        super().run()
        # Python waits for its threads, also for one that was cut off and waits for the event loop, which has ended.
        exit_anyway = Timer(EXIT_SECONDS, os._exit, [1])
        exit_anyway.daemon = True
        exit_anyway.start()

    def listen_success(self, port: Any) -> None:
        """Remember what is listened on."""
        super().listen_success(port)
        self._ports.append(port)

    def admit(self, transport: Any) -> bool:
        """Count a new connection; false when its peer has too many already."""
        peer = self._counted(transport)
        if peer is not None and not self._peers.take(peer):
            return False
        self._open.add(transport)
        return True

    def forget(self, transport: Any) -> None:
        """Count a connection, which was admitted, no longer."""
        self._open.discard(transport)
        peer = self._counted(transport)
        if peer is not None:
            self._peers.release(peer)

    def kill_all_applications(self) -> Deferred[None]:
        """Stop, and say when that is done: Daphne calls this when a signal has arrived, and waits for it."""
        return Deferred.fromFuture(asyncio.ensure_future(self._stop()))

    async def _stop(self) -> None:
        """Take no more connections, close sockets, answer what was asked, and cut what does not end in time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + STOP_SECONDS
        # Caddy asks which process lives before it sends a form there, and may have just been told that this one does.
        self.is_stopping = True
        await asyncio.sleep(NOTICE_SECONDS)
        for port in self._ports:
            # Those that the system has accepted for this process and that it has not seen yet.
            port.doRead()
            port.stopListening()
        for transport in [*self._open]:
            transport.protocol.end()
        await asyncio.sleep(ARRIVE_SECONDS)
        while (self._open or any(self._under_way())) and loop.time() < until:
            for transport in [*self._open]:
                transport.protocol.end_if_idle()
            await asyncio.sleep(LOOK_SECONDS)
        for application in self._under_way():
            application.cancel()

    def _under_way(self) -> Iterator[asyncio.Future[None]]:
        """What the application has not finished."""
        for connection in self.connections.values():
            application = connection.get("application_instance")
            if application is not None and not application.done():
                yield application

    def _use_limited_channels(self) -> None:
        """Take the place of Daphne's channels, before the first connection is accepted."""
        self.http_factory.protocol = LimitedChannel
        self.ws_factory.protocol = LimitedSocket

    def _counted(self, transport: Any) -> str | None:
        """The address for which a connection counts; none for that of a trusted proxy, or over a Unix socket."""
        peer = getattr(transport.getPeer(), "host", None)
        address = address_in(peer) if peer else None
        return None if address is None or is_trusted(address, settings.TRUSTED_PROXIES) else str(address)


class Command(CommandLineInterface):
    """Daphne's command line, for this product and with the deadlines as further options."""

    description = "The web process of entry management: Daphne with limits. Takes Daphne’s options, too."

    def run(self, args: Sequence[str]) -> None:
        """Serve until a signal arrives."""
        parser = argparse.ArgumentParser(add_help=False)
        parser.add_argument("--header-seconds", type=float, default=HEADER_SECONDS)
        parser.add_argument("--body-seconds", type=float, default=BODY_SECONDS)
        deadlines, daphnes = parser.parse_known_args(args)
        self.server_class = partial(LimitedServer, **vars(deadlines))
        super().run([*daphnes, "entrymgmt.asgi:application"])
