"""A program that sends frames without end, to a real Daphne: it is cut off, and everybody else goes on."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest

from appointments.choices import Role
from core.site import socket_path
from tests.edge.stranger import Stranger
from tests.services.inbox import PATIENCE_SECONDS
from tests.services.product import Product

pytestmark = pytest.mark.once

Connect = Callable[[str], tuple[socket.socket, bytes]]
# Frames masked with zeros, as a page masks them with any four bytes (RFC 6455, section 5.2).
FRAMES = {
    "message": b"\x81\x82\0\0\0\0{}",
    "ping": b"\x89\x80\0\0\0\0",
    "pong": b"\x8a\x80\0\0\0\0",
    # After a first part, which is sent once.
    "part of a message": b"\x00\x80\0\0\0\0",
}
FIRST_PART = b"\x01\x80\0\0\0\0"
# More than the kernel keeps of a connection that nobody reads, on both sides together.
KEPT_BYTES = 16 * 2**20
# Several seconds of work for a server that reads everything.
MOST_BYTES = 64 * 2**20


@pytest.fixture
def connect(server: Product) -> Iterator[Connect]:
    """Opens a socket of this path; returns the connection and the response to the handshake."""
    handshake = (
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with ExitStack() as opened:

        def connect(path: str) -> tuple[socket.socket, bytes]:
            line = opened.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS))
            line.sendall(handshake.format(path=path, origin=server.url).encode())
            return line, line.recv(4096)

        yield connect


def flood(line: socket.socket, frame: bytes) -> int:
    """Send frames until the server cuts the connection; return how many bytes it has taken."""
    taken, frames = 0, frame * 10_000
    with suppress(ConnectionError):
        while taken < MOST_BYTES:
            taken += line.send(frames)
    return taken


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize("role", [None, *Role], ids=["check-in", *Role])
def test_a_flood_is_not_read_to_its_end(connect, server, remote, role, kind):
    path = socket_path(f"{role}-socket", remote.token(role)) if role else socket_path("checkin-socket")
    line, response = connect(path)
    assert response.startswith(b"HTTP/1.1 101")

    if kind == "part of a message":
        line.sendall(FIRST_PART)
    assert flood(line, FRAMES[kind]) < KEPT_BYTES
    assert Stranger(server.url, {}).ask("/healthz")[0] == 200


@pytest.mark.parametrize("path", ["/ws/", "/ws/nowhere/", "/ws/v/{token}/extra/", "/", "/%0a"])
def test_a_socket_of_an_unknown_path_is_refused_without_a_word_in_the_log(connect, server, remote, path):
    written = server.web.log.stat().st_size

    _line, response = connect(path.format(token=remote.visitor_token))

    assert response.startswith(b"HTTP/1.1 403")
    Stranger(server.url, {}).ask("/healthz")
    with server.web.log.open("rb") as log:
        log.seek(written)
        assert b"rror" not in log.read()
