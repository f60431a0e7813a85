"""Requests as bytes, for what no well-behaved client sends."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Self

# Between the bytes of a client that dribbles.
PAUSE_SECONDS = 0.05
# What the end of a connection by the other side looks like.
ENDED = (ConnectionError, ssl.SSLEOFError)


class Wire:
    """A connection to the web process."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> Self:
        """Send these bytes; what the server no longer takes is lost."""
        with suppress(*ENDED):
            self.socket.sendall(data)
        return self

    def dribble(self, data: Iterable[bytes]) -> Self:
        """Send one piece after the other, slowly, until the server answers."""
        for piece in data:
            self.send(piece)
            self.socket.settimeout(PAUSE_SECONDS)
            with suppress(TimeoutError):
                self.socket.recv(1, socket.MSG_PEEK)
                break
        self.socket.settimeout(60)
        return self

    def answer(self) -> tuple[int, str]:
        """The status and the text of the answer, up to the end of the connection; 0 and an empty text for none."""
        received = b""
        with suppress(*ENDED):
            while part := self.socket.recv(65536):
                received += part
        return (int(received.split(b" ")[1]), received.decode()) if received else (0, "")

    def is_still_open_after(self, seconds: float) -> bool:
        """Whether the server keeps the connection for this time; what it has sent is dropped."""
        deadline = time.monotonic() + seconds
        with suppress(TimeoutError, *ENDED):
            while (left := deadline - time.monotonic()) > 0:
                self.socket.settimeout(left)
                if not self.socket.recv(65536):
                    break
        self.socket.settimeout(60)
        return time.monotonic() >= deadline

    def status(self) -> int:
        """The status of the answer, as soon as it is there; 0 when the connection ends without one."""
        try:
            received = self.socket.recv(16)
        except ENDED:
            return 0
        return int(received.split(b" ")[1]) if received else 0


def head(method: str, path: str, *headers: bytes) -> bytes:
    """The bytes of a request up to its body."""
    lines = [f"{method} {path} HTTP/1.1".encode(), b"Host: 127.0.0.1", b"Connection: close", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def handshake(path: str, origin: str, *headers: bytes) -> bytes:
    """The bytes that ask for a WebSocket."""
    lines = [
        f"GET {path} HTTP/1.1".encode(),
        b"Host: 127.0.0.1",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Origin: {origin}".encode(),
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"
