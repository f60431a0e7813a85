"""Sends requests and frames byte by byte, so that a client library repairs nothing."""

from __future__ import annotations

import os
import socket
import ssl
import struct
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field

# Longer than any answer takes, also on a busy machine: whoever is silent for this long has hung.
PATIENCE_SECONDS = 30
PONG = 0x8A


@dataclass
class Request:
    """One request as it is sent. `breaks_off`: the client closes before the body is complete."""

    method: bytes
    target: bytes
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    breaks_off: bool = False

    def encoded(self) -> bytes:
        """The bytes on the wire."""
        lines = [b"%s %s HTTP/1.1" % (self.method, self.target), *(b"%s: %s" % pair for pair in self.headers)]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


class Wire:
    """A server by its port, to which every request is a connection of its own, with TLS if there is a `context`.

    `site` is the name by which it is asked for. Connections come from the loopback address `source`.
    """

    def __init__(self, port: int, site: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> None:
        self._port = port
        self._context = context
        self.site = site
        self.source = "127.0.0.1"

    def _connect(self) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self._port), PATIENCE_SECONDS, (self.source, 0))
        return self._context.wrap_socket(plain, server_hostname=self.site) if self._context else plain

    def ask(self, request: Request) -> int | None:
        """Send it and read the whole answer; its status, or None when the server closes without an answer.

        Raises TimeoutError when there is none in `PATIENCE_SECONDS`.
        """
        with closing(self._connect()) as connection:
            try:
                connection.sendall(request.encoded())
                if request.breaks_off:
                    return None
                return _status(_read_all(connection))
            except (ConnectionError, ssl.SSLError):
                return None

    def talk(
        self, target: bytes, headers: Sequence[tuple[bytes, bytes]], frames: Sequence[tuple[int, bytes]]
    ) -> int | None:
        """Open a socket and send these frames; the status of its handshake.

        Waits until the server has read them all, by a ping at their end, or has closed.
        """
        handshake = [
            *headers,
            (b"Upgrade", b"websocket"),
            (b"Connection", b"Upgrade"),
            (b"Sec-WebSocket-Version", b"13"),
            (b"Sec-WebSocket-Key", b"AAAAAAAAAAAAAAAAAAAAAA=="),
        ]
        status = None
        # A server that has closed may refuse the rest of the frames.
        with closing(self._connect()) as connection, suppress(ConnectionError, ssl.SSLError):
            connection.sendall(Request(b"GET", target, handshake).encoded())
            answer = b""
            while b"\r\n\r\n" not in answer and (data := connection.recv(65536)):
                answer += data
            if (status := _status(answer)) == 101:
                connection.sendall(b"".join(_masked(*frame) for frame in [*frames, (0x89, b"the end")]))
                heard = answer.partition(b"\r\n\r\n")[2]
                while bytes([PONG, 7]) + b"the end" not in heard and (data := connection.recv(65536)):
                    heard += data
        return status


def _masked(opcode: int, payload: bytes) -> bytes:
    """A frame of a client (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    else:
        length = (
            bytes([0x80 | 126]) + struct.pack("!H", size)
            if size < 65536
            else bytes([0x80 | 127]) + struct.pack("!Q", size)
        )
    mask = os.urandom(4)
    return bytes([opcode]) + length + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


def _status(answer: bytes) -> int | None:
    parts = answer.split(b" ", 2)
    return int(parts[1]) if parts[0].startswith(b"HTTP/") and len(parts) > 2 else None


def _read_all(connection: socket.socket) -> bytes:
    data = b""
    while piece := connection.recv(65536):
        data += piece
    return data
