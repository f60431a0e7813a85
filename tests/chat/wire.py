"""A proxy to the product with injected faults: closed, half-open or one-way connections."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.services.product import Product


class Connection:
    """One open socket, and the directions in which it still forwards data."""

    def __init__(self, writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]) -> None:
        self.writers = writers
        self.to_server = self.to_page = True


class Wire:
    """A TCP proxy on a separate port, in a separate thread. Faults affect only sockets; pages always pass."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._loop = asyncio.new_event_loop()
        self._sockets: list[Connection] = []
        self._up = True
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._call(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        """The base URL of the product through this proxy."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Close every socket, and accept none until `mend`."""
        self._up = False
        self._loop.call_soon_threadsafe(self._close_sockets)

    def die(self) -> None:
        """Open sockets forward no more data in either direction, and stay open; new ones work."""
        for socket in self._sockets:
            socket.to_server = socket.to_page = False

    def deafen_the_page(self) -> None:
        """Open sockets forward no more data to the page."""
        for socket in self._sockets:
            socket.to_page = False

    def mend(self) -> None:
        """Accept sockets again."""
        self._up = True

    def stop(self) -> None:
        """Close everything."""
        self._loop.call_soon_threadsafe(self._close_sockets)
        self._loop.call_soon_threadsafe(self._server.close)
        self._call(self._finish())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=20)

    async def _finish(self) -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # An aborted transport closes its socket in the next iteration of the event loop.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def _close_sockets(self) -> None:
        for socket in self._sockets:
            for writer in socket.writers:
                writer.transport.abort()
        self._sockets.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = [writer]
        # Browsers also open connections that they close without sending a request.
        with suppress(OSError, EOFError, asyncio.CancelledError):
            request = await reader.readuntil(b"\r\n")
            is_socket = request.startswith(b"GET /ws/")
            if self._up or not is_socket:
                there, back = await asyncio.open_connection("127.0.0.1", self._target)
                writers.append(back)
                back.write(request)
                line = Connection((writer, back))
                if is_socket:
                    self._sockets.append(line)
                await asyncio.gather(
                    self._carry(reader, back, lambda: line.to_server), self._carry(there, writer, lambda: line.to_page)
                )
        for each in writers:
            each.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passes: Callable[[], bool]
    ) -> None:
        while data := await reader.read(65536):
            if passes():
                writer.write(data)
                await writer.drain()
        writer.close()


@pytest.fixture
def wire(server: Product) -> Iterator[Wire]:
    """A proxy to the running product with injectable faults."""
    wire = Wire(server.port)
    yield wire
    wire.stop()
