"""Limits of bytes, of time and of connections, in the real web process."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from entrymgmt.edge.channel import FORM, IMPORT, import_path
from entrymgmt.edge.quotas import SOCKETS_PER_ADDRESS
from entrymgmt.edge.server import CONNECTIONS_PER_PEER
from tests.edge.wire import Wire, handshake, head
from tests.services.product import Product

pytestmark = pytest.mark.once

SECONDS = 1


@pytest.fixture(scope="module")
def hasty(running_product: Product, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A web process that gives a request a second, and that believes a proxy on this machine."""
    product = Product(
        tmp_path_factory.mktemp("hasty"),
        {"TRUSTED_PROXIES": "127.0.0.1"},
        ["--header-seconds", str(SECONDS), "--body-seconds", str(SECONDS)],
    )
    product.web.start()
    product.wait_until_up()
    yield product
    product.web.stop()
    output = product.web.log.read_text()
    assert "Traceback (most" not in output, output


PATHS = [
    "/",
    "/out/",
    "/v/7Kq2Vd9xTf7Kq2Vd9xTf7K/end/",
    "/admin/login/",
    "/admin/offices/office/",
    "/webhooks/twilio/status/",
]
FORM_TYPES = [b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x"]


@pytest.mark.parametrize("content_type", FORM_TYPES)
@pytest.mark.parametrize("path", [*PATHS, import_path() + "?", "/admin/hosts/host/%69mport/", import_path()[:-1]])
def test_a_body_that_says_it_is_too_large_is_refused_before_any_of_it_is_sent(web, path, content_type):
    size = (IMPORT if path.startswith(import_path()) else FORM).size + 1
    request = head("POST", path, b"Content-Type: " + content_type, b"Content-Length: %d" % size)
    with Wire(web.port).send(request) as wire:
        status, text = wire.answer()

    assert status == 413
    assert "What you sent is too large for this page" in text


def test_a_client_that_asks_first_is_not_told_to_go_on(web):
    request = head("POST", "/", b"Expect: 100-continue", b"Content-Length: %d" % (FORM.size + 1))
    with Wire(web.port).send(request) as wire:
        assert wire.status() == 413


def test_a_body_in_chunks_is_refused_as_soon_as_it_is_too_large(web):
    chunk = b"%x\r\n%s\r\n" % (4096, b"x" * 4096)
    request = head("POST", "/", b"Transfer-Encoding: chunked") + chunk * (FORM.size // 4096 + 1)
    with Wire(web.port).send(request) as wire:
        assert wire.status() == 413


def test_one_that_has_sent_all_of_a_large_body_reads_the_answer(web):
    size = 20 * 1024 * 1024
    with Wire(web.port).send(head("POST", "/", b"Content-Length: %d" % size) + b"x" * size) as wire:
        assert wire.answer()[0] == 413


@pytest.mark.parametrize(("path", "size"), [("/", FORM.size), (import_path(), IMPORT.size)])
def test_a_body_within_the_limit_is_taken(web, path, size):
    body = b"csrfmiddlewaretoken=" + b"x" * (size - 20)
    with Wire(web.port).send(
        head("POST", path, b"Content-Type: " + FORM_TYPES[0], b"Content-Length: %d" % size) + body
    ) as wire:
        assert wire.answer()[0] in {200, 302, 403, 400}


@pytest.mark.parametrize(
    ("beginning", "pieces"),
    [
        (b"", itertools.repeat(b"G")),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", itertools.repeat(b"X-A: b\r\n")),
        (head("POST", "/", b"Content-Length: 60000"), itertools.repeat(b"x")),
        (head("POST", "/", b"Transfer-Encoding: chunked"), itertools.repeat(b"1\r\nx\r\n")),
        (b"GET /ws/checkin/ HTTP/1.1\r\nUpgrade: websocket\r\n", itertools.repeat(b"X-A: b\r\n")),
    ],
    ids=["request line", "headers", "body", "chunks", "handshake"],
)
def test_a_request_that_dribbles_ends_at_its_deadline(hasty, beginning, pieces):
    with Wire(hasty.port).send(beginning).dribble(pieces) as wire:
        status, text = wire.answer()

    assert status == 408
    assert "took too long to arrive" in text


def test_a_connection_that_waits_for_the_next_request_is_not_ended_by_the_deadline(hasty):
    alive = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with Wire(hasty.port).send(alive) as wire:
        assert wire.status() == 200
        assert wire.is_still_open_after(1.5 * SECONDS)

        assert wire.send(alive).status() == 200


def sockets_of(product: Product, address: bytes, count: int, stack: ExitStack) -> list[Wire]:
    """Ask for this many check-in sockets from this address."""
    request = handshake("/ws/checkin/", product.url, b"X-Forwarded-For: " + address)
    return [stack.enter_context(Wire(product.port)).send(request) for _number in range(count)]


def test_one_address_has_a_limited_number_of_sockets(hasty):
    with ExitStack() as stack:
        wires = sockets_of(hasty, b"203.0.113.9", SOCKETS_PER_ADDRESS, stack)
        assert {wire.status() for wire in wires} == {101}

        [refused] = sockets_of(hasty, b"203.0.113.9", 1, stack)
        [other] = sockets_of(hasty, b"203.0.113.10", 1, stack)

        assert refused.status() == 429
        assert other.status() == 101
        # Pages are counted apart.
        page = head("GET", "/healthz", b"X-Forwarded-For: 203.0.113.9")
        assert stack.enter_context(Wire(hasty.port)).send(page).status() == 200


def test_a_closed_socket_makes_room_for_another(hasty):
    with ExitStack() as stack:
        wires = sockets_of(hasty, b"203.0.113.11", SOCKETS_PER_ADDRESS, stack)
        assert {wire.status() for wire in wires} == {101}
        wires[0].socket.close()

        # The place is free as soon as the server has seen the end.
        statuses = (sockets_of(hasty, b"203.0.113.11", 1, stack)[0].status() for _try in range(100))

        assert 101 in statuses


def test_one_peer_has_a_limited_number_of_connections(web):
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(web.port)) for _number in range(CONNECTIONS_PER_PEER + 1)]

        assert wires[-1].status() == 0

    with Wire(web.port).send(head("GET", "/healthz")) as wire:
        assert wire.status() == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/statusz"])
@pytest.mark.parametrize("name", ["10.2.3.4:8000", "anything.example", "b\xe4d", "a b", ""])
def test_probes_ask_under_any_name(web, path, name):
    request = f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode("latin-1")
    with Wire(web.port).send(request) as wire:
        assert wire.status() in {200, 503}


@pytest.mark.parametrize("path", ["/", "/healthz/", "/admin/login/", "//healthz"])
def test_nothing_else_answers_under_another_name(web, path):
    request = f"GET {path} HTTP/1.1\r\nHost: anything.example\r\nConnection: close\r\n\r\n".encode()
    with Wire(web.port).send(request) as wire:
        assert wire.status() == 400
