"""Two web processes behind the proxies of `deploy/`, restarted one after the other while people use the site."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from appointments.choices import Kind, Role
from appointments.models import Appointment
from chat.models import Message
from hosts.models import Host
from tests.appointments.test_checkin import typed
from tests.cast import make_appointment, make_host
from tests.edge.proxies import NAME, Proxy, caddy, nginx, running
from tests.services.inbox import PATIENCE_SECONDS, until
from tests.services.product import Product
from tests.services.redis import Redis

pytestmark = pytest.mark.once

# A web process is given ten seconds to end.
STOP_SECONDS = 10
CHATS = 2
# The pauses of a page: between tries to come back, between messages, and while it listens. At most 20 messages in 10
# seconds are taken from one link.
COME_BACK_SECONDS, WRITE_SECONDS, LISTEN_SECONDS = 0.5, 0.7, 0.1
# So many tries take less than two seconds.
MOST_TRIES = 3
# From one address, nginx takes 50 requests a second, and the product 120 check-ins in an hour, 20 of them for one host.
PAGE_SECONDS, CHECK_IN_SECONDS, HOSTS = 0.05, 0.3, 10
# How much of everything has to happen before the next step.
MORE = 2
CSRF = "A" * 32
AWAY = "Back in a moment"


@pytest.fixture(scope="module")
def webs(django_db_setup, tmp_path_factory) -> Iterator[list[Product]]:
    """Two web processes that share a Redis, as behind a proxy."""
    if not shutil.which("redis-server") and "CI" not in os.environ:
        pytest.skip("redis-server is not installed")
    redis = Redis(tmp_path_factory.mktemp("redis"))
    settings = {"SITE_URL": f"https://{NAME}", "TRUSTED_PROXIES": "127.0.0.1", "REDIS_URL": redis.url}
    with ExitStack() as stack:
        stack.callback(redis.process.stop, signal.SIGKILL)
        redis.start()
        webs = [Product(tmp_path_factory.mktemp("web"), settings) for _number in range(2)]
        for product in webs:
            stack.callback(product.web.stop)
            product.web.start()
        for product in webs:
            product.wait_until_up()
        yield webs


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def proxy(request, transactional_db, webs, tmp_path, site_certificate) -> Iterator[Proxy]:
    """Each of the two proxies, before both processes."""
    for product in webs:
        product.web.start()
        product.wait_until_up()
    # Two processes are never away for the five seconds that Caddy waits for one.
    changes = [(r"lb_try_duration 5s", "lb_try_duration 1s")] if request.param is caddy else []
    with running(request.param, tmp_path, [product.port for product in webs], site_certificate, changes) as proxy:
        yield proxy


@dataclass
class Person:
    """A chat page, which writes, and comes back when its socket is closed, as `static/entry/chat.js` does."""

    proxy: Proxy
    path: str
    name: str
    last: int = 0
    heard: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    closed: list[int | None] = field(default_factory=list)
    tries: int = 0
    most_tries: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many messages it has written that are stored."""
        return len(self.written) - len(self.waiting)

    def chat(self, over: threading.Event) -> None:
        """Write until it is over and everything is stored."""
        while not over.is_set() or self.waiting:
            self.tries += 1
            self.most_tries = max(self.most_tries, self.tries)
            try:
                with self._connected() as line:
                    self._converse(line, over)
            except ConnectionClosed as end:
                self.closed.append(end.rcvd.code if end.rcvd else None)
            except (InvalidHandshake, InvalidMessage, OSError, EOFError) as error:
                self.refused.append(repr(error))
            time.sleep(COME_BACK_SECONDS)

    def _connected(self) -> ClientConnection:
        wire = socket.create_connection(("127.0.0.1", self.proxy.https))
        context: ssl.SSLContext = self.proxy.context
        url = f"wss://{NAME}{self.path}"
        return connect(url, sock=wire, ssl=context, server_hostname=NAME, origin=Origin(f"https://{NAME}"))

    def _converse(self, line: ClientConnection, over: threading.Event) -> None:
        line.send(json.dumps({"type": "join", "after": self.last, "place": "phone"}))
        for ref, text in self.waiting.items():
            line.send(json.dumps({"type": "send", "ref": ref, "text": text}))
        wrote = 0.0
        while not over.is_set() or self.waiting:
            if not over.is_set() and time.monotonic() > wrote + WRITE_SECONDS:
                wrote = time.monotonic()
                self._write(line)
            try:
                self._hear(line, json.loads(line.recv(timeout=LISTEN_SECONDS)))
            except TimeoutError:
                continue

    def _write(self, line: ClientConnection) -> None:
        ref, text = str(uuid4()), f"{self.name} {len(self.written)}"
        self.written.append(text)
        self.waiting[ref] = text
        line.send(json.dumps({"type": "send", "ref": ref, "text": text}))

    def _hear(self, line: ClientConnection, frame: dict) -> None:
        self.tries = 0
        if frame["type"] == "sent":
            self.waiting.pop(frame["ref"], None)
        elif frame["type"] == "messages":
            # A push and what is caught up with may bring the same.
            new = [message for message in frame["messages"] if message["id"] > self.last]
            self.heard += [message["text"] for message in new]
            self.last = max([self.last, *(message["id"] for message in new)])
        elif frame["type"] == "beat":
            line.send(json.dumps({"type": "beat", "after": self.last}))


@dataclass
class Visitors:
    """People who open the page and check in, one after the other."""

    proxy: Proxy
    hosts: list[Host]
    failed: list[str] = field(default_factory=list)
    pages: int = 0
    check_ins: int = 0

    def open_pages(self, over: threading.Event) -> None:
        """Open the check-in page again and again."""
        while not over.is_set():
            self.pages += self._expect(200, lambda: self.proxy.ask("/"))
            over.wait(PAGE_SECONDS)

    def check_in(self, over: threading.Event) -> None:
        """Start a chat again and again, each time as somebody else."""
        headers = {
            "Origin": f"https://{NAME}",
            "Cookie": f"__Host-entry_csrf={CSRF}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        for number in count():
            if over.is_set():
                return
            visitor = typed(
                self.hosts[number % len(self.hosts)],
                email=f"visitor{number}@visitor.example",
                phone=f"+919{number:09}",
                action="chat",
            )
            body = urlencode({**visitor, "csrfmiddlewaretoken": CSRF}).encode()
            self.check_ins += self._expect(302, lambda body=body: self.proxy.ask(body=body, **headers))
            over.wait(CHECK_IN_SECONDS)

    def _expect(self, status: int, ask: Callable) -> bool:
        try:
            answer, text = ask()
        except (OSError, HTTPException) as error:
            self.failed.append(repr(error))
            return False
        if answer.status != status:
            self.failed.append(f"{answer.status} {text[:200]}")
        return answer.status == status


def test_a_restart_of_one_after_the_other_loses_nothing(proxy, webs):
    visitors = Visitors(proxy, [make_host(name=f"Host{number}") for number in range(HOSTS)])
    talks = [make_appointment(make_host(name=f"Talk{number}"), kind=Kind.REMOTE) for number in range(CHATS)]
    people = [
        Person(proxy, f"/ws/{role[0]}/{talk.token(role)}/", f"{role} {talk.pk}") for talk in talks for role in Role
    ]
    over = threading.Event()
    loops = [visitors.open_pages, visitors.check_in, *(person.chat for person in people)]
    threads = [threading.Thread(target=loop, args=[over]) for loop in loops]

    def figures() -> list[int]:
        return [visitors.pages, visitors.check_ins, *(person.done for person in people)]

    def everybody_gets_on() -> None:
        """Wait until some more of everything has happened."""
        goal = [figure + MORE for figure in figures()]
        got_on = until(lambda: all(now >= then for now, then in zip(figures(), goal, strict=True)))
        assert got_on, (goal, figures(), visitors.failed, people)

    with ExitStack() as stack:
        for thread in threads:
            thread.start()
            stack.callback(thread.join, PATIENCE_SECONDS)
        stack.callback(over.set)
        everybody_gets_on()
        for product in webs:
            product.web.ask_to_stop()
            assert product.web.exit_code(STOP_SECONDS) == 0
            everybody_gets_on()
            product.web.start()
            product.wait_until_up()
            everybody_gets_on()

    assert visitors.failed == []
    assert Appointment.objects.count() == visitors.check_ins + CHATS
    for person in people:
        # Each socket was at one of the processes; a page comes back with its first try or, where that met the process
        # in the instant in which it ended, within two seconds.
        # The proxy may cut the line of one that opens in the instant of the stop; a page comes back from that, too.
        assert 1012 in person.closed
        assert set(person.closed) <= {1012, None}
        assert person.most_tries <= MOST_TRIES, person.refused
    for talk, *both in zip(talks, people[::2], people[1::2], strict=True):
        stored = [message.text for message in Message.objects.filter(appointment=talk).order_by("pk")]
        for person in both:
            assert [text for text in stored if text in set(person.written)] == person.written
            assert person.heard == stored[: len(person.heard)]
        assert len(stored) == sum(len(person.written) for person in both)


def test_while_both_are_away_a_page_says_so_until_they_are_back(proxy, webs):
    for product in webs:
        product.web.stop()

    looked, seen = proxy.ask("/")
    sent, told = proxy.ask("/", body=b"name=Yusuf")

    assert (looked.status, sent.status) == (502, 502)
    assert AWAY in seen
    assert AWAY in told
    # The browser looks again by itself, but sends nothing again by itself.
    assert looked.headers["Refresh"] == "5"
    assert "Refresh" not in sent.headers
    assert "may not have arrived" in told

    webs[0].web.start()
    assert until(lambda: proxy.ask("/")[0].status == 200)
