"""The web process is asked to stop while it is used: who has asked gets the answer, and the process ends in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from appointments.choices import Role
from appointments.models import Appointment
from hosts.models import Host
from tests.appointments.test_checkin import typed
from tests.cast import make_host
from tests.edge.stranger import Stranger
from tests.edge.wire import Wire, head
from tests.services.inbox import listens, until
from tests.services.product import Product

# Process managers wait for ten seconds or more before they kill.
STOP_SECONDS = 10
# As many as one address may have, and more than the pages that are made at once for it.
VISITORS = 5


@pytest.fixture
def web(transactional_db, tmp_path) -> Iterator[Product]:
    """A web process of the test’s own."""
    product = Product(tmp_path, {})
    product.web.start()
    product.wait_until_up()
    yield product
    product.web.stop()


@contextmanager
def writes_held() -> Iterator[None]:
    """Meanwhile every check-in waits for the database, and pages do not."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE appointments_appointment IN EXCLUSIVE MODE")
        yield


def check_in(web: Product, host: Host, number: int) -> bytes:
    """The bytes of a visitor’s check-in with this host, over a connection that could be used again."""
    browser = Stranger(web.url, {})
    page = browser.ask("/")
    token = page[2].partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    cookie = page[1]["Set-Cookie"].partition(";")[0]
    visitor = typed(host, email=f"visitor{number}@visitor.example", phone=f"+44 7700 90014{number}")
    body = urlencode({**visitor, "csrfmiddlewaretoken": token}).encode()
    headers = [
        b"Content-Type: application/x-www-form-urlencoded",
        b"Content-Length: %d" % len(body),
        b"Cookie: " + cookie.encode(),
    ]
    return keeping(head("POST", "/", *headers)) + body


def keeping(request: bytes) -> bytes:
    """The same request, over a connection that could be used again."""
    return request.replace(b"Connection: close\r\n", b"")


def have_arrived(web: Product) -> None:
    """Wait until the web process has read what was sent so far: it answers what is sent after that."""
    assert Stranger(web.url, {}).ask("/healthz")[0] == 200


def test_who_has_asked_is_answered_over_a_connection_that_ends_then(web):
    hosts = [make_host(name=f"Host{each} Rao", email=f"host{each}@meridianhouse.example") for each in range(VISITORS)]
    requests = [check_in(web, host, number) for number, host in enumerate(hosts)]
    with ExitStack() as connections:
        with writes_held():
            wires = [connections.enter_context(Wire(web.port)).send(request) for request in requests]
            have_arrived(web)
            web.web.ask_to_stop()
            assert until(lambda: not listens(web.port), STOP_SECONDS)

        answers = [wire.answer() for wire in wires]

    assert [status for status, _text in answers] == [302] * VISITORS
    assert all("\r\nconnection: close\r\n" in text.lower() for _status, text in answers)
    assert Appointment.objects.count() == VISITORS
    assert web.web.exit_code(STOP_SECONDS) == 0


@pytest.mark.parametrize(("path", "status"), [("/readyz", 200), ("/healthz", 0)])
def test_who_is_about_to_ask_is_answered_unless_it_asks_who_lives(web, path, status):
    request = head("GET", path)
    with Wire(web.port).send(request[:20]) as wire:
        have_arrived(web)
        web.web.ask_to_stop()
        assert until(lambda: not listens(web.port), STOP_SECONDS)

        assert wire.send(request[20:]).status() == status

    assert web.web.exit_code(STOP_SECONDS) == 0


def test_a_connection_on_which_nothing_is_asked_keeps_nothing_up(web):
    with Wire(web.port).send(keeping(head("GET", "/healthz"))) as used, Wire(web.port):
        assert used.status() == 200

        web.web.ask_to_stop()

        assert web.web.exit_code(STOP_SECONDS / 2) == 0


@pytest.mark.parametrize("role", Role)
def test_sockets_are_told_that_another_process_may_be_there(web, remote, role):
    url = f"{web.url.replace('http', 'ws')}/ws/{role[0]}/{remote.token(role)}/"
    with connect(url, origin=web.url) as socket:
        socket.send('{"type": "join", "after": 0, "place": "phone"}')
        assert socket.recv(timeout=30)

        web.web.ask_to_stop()
        with pytest.raises(ConnectionClosed) as closed:
            list(socket)

    assert closed.value.rcvd is not None
    # RFC 6455's registry: Service Restart.
    assert closed.value.rcvd.code == 1012
    assert web.web.exit_code(STOP_SECONDS) == 0


@pytest.mark.once
def test_what_does_not_end_in_time_is_cut(web, host):
    request = check_in(web, host, 0)
    with writes_held(), Wire(web.port).send(request) as wire:
        have_arrived(web)
        web.web.ask_to_stop()

        web.web.exit_code(STOP_SECONDS)

        assert wire.status() == 0
    assert not Appointment.objects.exists()
