"""A bounded attack on a copy of the product on this machine, while a reception screen goes on checking people in.

    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m benchmarks.burst

DATABASE_URL must name an empty database on this machine; the copy listens on loopback, and nothing else is attacked.
In one run: the screen alone, then the screen while 10,000 check-ins, 2,000 sockets, slow requests and floods of frames
come from one address and from many. Prints a table, and fails when a row misses its goal.

The attackers stand where the proxy stands, so that `X-Forwarded-For` can speak for many clients: what nginx or Caddy
would keep away comes through. They share the processors with the product, at a lower priority.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import re
import resource
import secrets
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from benchmarks.installation import ROOT, Installation, installed

HOSTS = 50
CHECK_INS, SOCKETS = 10_000, 2_000
# Connections that send a byte now and then, half of them in the headers and half in the body.
SLOW, SLOW_SECONDS = 400, 5
# Sockets that send as many frames as they can, and open again when they are closed, this often.
FLOODS, FLOOD_FRAMES, FLOOD_AGAIN = 40, 20_000, 20
WORKERS = 20
# What the attackers check in from: half of all from one address, the others from as many as this.
ADDRESSES = 200
ONE = "198.51.100.7"
# A round of the screen is one page and one check-in; one is begun every so many seconds.
ROUNDS, ROUND_SECONDS = 200, 0.2
# The goal: 99 of 100 within this many times what they take in quiet.
SLOWER_AT_MOST = 5
# A quarter of the office's texts a day may go out in one hour: to visitors, and as many to hosts. Reception, which is
# told of hosts whose messages are held back, gets what one number may get in an hour.
TEXTS_AT_MOST = 2 * 500 // 4 + 60
# The attack ends after this time, whether or not all check-ins have been answered, and then the worker has some more.
ATTACK_SECONDS, DRAIN_SECONDS = 300, 180
CSRF = "A" * 32


@dataclass
class Answer:
    """What came back: the status (0: nothing), the `Location`, the seconds that it took, and each `name=value` of a
    cookie.
    """

    status: int
    location: str
    seconds: float
    cookies: list[str]


@dataclass
class Figures:
    """Times of the screen's pages and check-ins, in seconds, and how often it was not served."""

    pages: list[float] = field(default_factory=list)
    check_ins: list[float] = field(default_factory=list)
    refused: int = 0


async def ask(port: int, path: str, address: str, cookies: str, form: dict[str, Any] | None = None) -> Answer:
    """GET this path, or POST the form to it, as the trusted proxy does for a client at this address."""
    body = urlencode(form).encode() if form else b""
    head = [
        f"{'POST' if form else 'GET'} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        f"X-Forwarded-For: {address}",
        f"Cookie: {cookies}",
        "Connection: close",
        *([f"Content-Length: {len(body)}", "Content-Type: application/x-www-form-urlencoded"] if form else []),
    ]
    started = time.perf_counter()
    data = b""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(60):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
            data = await reader.read(-1)
            writer.close()
    found = re.match(rb"HTTP/1\.\d (\d+)", data)
    location = re.search(rb"\r\nlocation: (\S+)", data.partition(b"\r\n\r\n")[0], re.IGNORECASE)
    taken = time.perf_counter() - started
    given = re.findall(r"\r\nset-cookie: ([^;]+)", data.partition(b"\r\n\r\n")[0].decode("latin-1"), re.IGNORECASE)
    return Answer(int(found[1]) if found else 0, location[1].decode() if location else "", taken, given)


def visitor(number: int, host: int, *, action: str) -> dict[str, Any]:
    """The form of a visitor whom nobody else has the phone and email of."""
    return {
        "csrfmiddlewaretoken": CSRF,
        "host": host,
        "name": f"Visitor {number}",
        "email": f"visitor{number}@visitor.example",
        # Mobile numbers of India: ten digits that begin with 9.
        "phone": f"+919{number % 10**9:09}",
        "people": 1,
        "action": action,
    }


def _jar(cookies: list[str]) -> dict[str, str]:
    return {name: value for name, _equals, value in (cookie.partition("=") for cookie in cookies)}


class Screen:
    """A reception screen at which somebody checks in every moment."""

    def __init__(self, copy: Installation, cookies: str, hosts: list[int]) -> None:
        self._copy, self._hosts = copy, hosts
        self._cookies = _jar(cookies.split("; "))
        self._numbers = count(1)

    async def _ask(self, form: dict[str, Any] | None = None) -> Answer:
        """GET or POST the check-in page, and keep the cookies that come back, as a browser does."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        answer = await ask(self._copy.port, "/", "192.0.2.10", cookies, form)
        self._cookies.update(_jar(answer.cookies))
        return answer

    async def serve(self, going_on: Callable[[int], bool]) -> Figures:
        """Rounds of a page and a check-in, for as long as `going_on` says so of their number."""
        figures = Figures()
        for done in count():
            if not going_on(done):
                return figures
            began = time.monotonic()
            page = await self._ask()
            number = next(self._numbers)
            form = visitor(number, self._hosts[number % len(self._hosts)], action="chat")
            checked_in = await self._ask(form)
            figures.pages.append(page.seconds)
            figures.check_ins.append(checked_in.seconds)
            figures.refused += (page.status != 200) + (checked_in.status != 302)
            await asyncio.sleep(max(0.0, began + ROUND_SECONDS - time.monotonic()))
        raise AssertionError


@dataclass
class Attack:
    """What one process sends: everything at once, until the check-ins have been answered."""

    port: int
    cookies: str
    hosts: list[int]
    answers: Counter[str] = field(default_factory=Counter)
    links: list[str] = field(default_factory=list)

    async def run(self) -> Counter[str]:
        """Send it; how often what came of it."""
        floods = [self._flood(number) for number in range(FLOODS)]
        around = (
            [self._hold(number) for number in range(SOCKETS)]
            + [self._dribble(number) for number in range(SLOW)]
            + floods
        )
        tasks = [asyncio.create_task(each) for each in around]
        numbers = iter(range(CHECK_INS))
        with suppress(TimeoutError):
            async with asyncio.timeout(ATTACK_SECONDS):
                await asyncio.gather(*[self._check_in(numbers) for _worker in range(WORKERS)])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return self.answers

    async def _check_in(self, numbers: Iterator[int]) -> None:
        for number in numbers:
            form = visitor(10_000 + number, secrets.choice(self.hosts), action=secrets.choice(["appointment", "chat"]))
            answer = await ask(self.port, "/", address_of(number), self.cookies, form)
            self.answers[f"check-in {answer.status}"] += 1
            if answer.status == 302:
                self.links.append(answer.location)

    async def _open(self, path: str, address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
            f"X-Forwarded-For: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        answer = await reader.readuntil(b"\r\n\r\n")
        opened = answer.startswith(b"HTTP/1.1 101")
        self.answers["socket opened" if opened else "socket refused"] += 1
        if opened:
            return reader, writer
        writer.close()
        return None

    async def _hold(self, number: int) -> None:
        """Open a socket and keep it."""
        with suppress(OSError, asyncio.IncompleteReadError):
            if opened := await self._open("/ws/checkin/", address_of(number)):
                await opened[0].read(-1)
                self.answers["socket closed by the server"] += 1

    async def _dribble(self, number: int) -> None:
        """Send headers, or a body, a byte at a time, and begin again when it is cut off."""
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
                if number % 2:
                    writer.write(b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n")
                while not reader.at_eof():
                    writer.write(b"a")
                    await writer.drain()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(reader.read(1000), SLOW_SECONDS)
                self.answers["slow request cut off"] += 1
                writer.close()

    async def _flood(self, number: int) -> None:
        """Send frames without a pause, on the socket of check-in or that of a link of one's own."""
        address = ONE if number % 2 else address_of(2 * number + 1)
        frame = b"\x81\x8e" + bytes(4) + b'{"type":"beat"'
        for _again in range(FLOOD_AGAIN):
            path = f"/ws{secrets.choice(self.links)}" if number % 4 > 1 and self.links else "/ws/checkin/"
            with suppress(OSError, asyncio.IncompleteReadError):
                if opened := await self._open(path, address):
                    for _block in range(FLOOD_FRAMES // 100):
                        opened[1].write(frame * 100)
                        await opened[1].drain()
                    opened[1].close()
            await asyncio.sleep(0.5)


def address_of(number: int) -> str:
    """Every second one is the same; the others take turns."""
    return f"203.0.113.{number % ADDRESSES + 1}" if number % 2 else ONE


def attack(port: int, cookies: str, hosts: list[int], results: Any) -> None:
    """The process of the attackers."""
    os.nice(10)
    results.put(asyncio.run(Attack(port, cookies, hosts).run()))


@contextmanager
def watched(copy: Installation) -> Iterator[dict[str, int]]:
    """The most memory that each process has during the block, in bytes."""
    most = dict.fromkeys(copy.pids, 0)
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            for name in most:
                most[name] = max(most[name], copy.memory(name))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


def allowed_memory(name: str) -> int | None:
    """`MemoryMax` of the unit of this process, in bytes; None when it has none."""
    unit = (ROOT / f"deploy/entry-{name}.service").read_text()
    found = re.search(r"^MemoryMax=(\d+)([MG])$", unit, re.MULTILINE)
    return int(found[1]) << {"M": 20, "G": 30}[found[2]] if found else None


def set_up() -> tuple[str, list[int]]:
    """The cookies of a reception screen, that of every visitor last, and the keys of the hosts."""
    from django.conf import settings
    from django.http import HttpResponse

    from hosts.models import Host
    from kiosks.cookie import set_cookie
    from kiosks.models import Kiosk
    from offices.models import MAX_LIMIT, THE_OFFICE, Office

    hosts = Host.objects.bulk_create(
        Host(
            name=f"Host {number:02}",
            email=f"host{number}@example.com",
            phone=f"+4477009{number:05}",
            address="4th floor",
        )
        for number in range(HOSTS)
    )
    response = HttpResponse()
    set_cookie(response, Kiosk.objects.create(name="Front desk"))
    # It is used more than any desk, so that there is enough to measure.
    Office.objects.update_or_create(pk=THE_OFFICE, defaults={"checkins_per_screen_hour": MAX_LIMIT})
    screen = "; ".join(f"{name}={morsel.value}" for name, morsel in response.cookies.items())
    return f"{screen}; {settings.CSRF_COOKIE_NAME}={CSRF}", [host.pk for host in hosts]


def drain() -> None:
    """Wait until the worker has nothing left to send, for a while."""
    from notifications.models import Notification, State

    deadline = time.monotonic() + DRAIN_SECONDS
    while Notification.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists() and time.monotonic() < deadline:
        time.sleep(1)


async def measure(copy: Installation, cookies: str, hosts: list[int]) -> tuple[Figures, Figures, Counter[str]]:
    """The screen in quiet, the screen under attack, and what came of the attack."""
    screen = Screen(copy, cookies, hosts)
    quiet = await screen.serve(lambda done: done < ROUNDS)
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    process = context.Process(target=attack, args=(copy.port, cookies.rpartition("; ")[2], hosts, results), daemon=True)
    process.start()
    loud = await screen.serve(lambda _done: process.is_alive() and results.empty())
    answers: Counter[str] = await asyncio.to_thread(results.get)
    process.join()
    return quiet, loud, answers


def percentiles(seconds: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


def print_verdict(quiet: Figures, loud: Figures, texts: int, most: dict[str, int]) -> bool:
    """Print the table; whether every row reaches its goal."""
    rows: list[tuple[str, str, str, bool]] = []
    for name, before, after in [("page", quiet.pages, loud.pages), ("check-in", quiet.check_ins, loud.check_ins)]:
        (p50, p99), (p50_loud, p99_loud) = percentiles(before), percentiles(after)
        figure = f"p50 {p50:.0f} → {p50_loud:.0f} ms, p99 {p99:.0f} → {p99_loud:.0f} ms ({p99_loud / p99:.1f} ×)"
        rows.append((f"screen, {name}", figure, f"p99 {SLOWER_AT_MOST} × at most", p99_loud <= SLOWER_AT_MOST * p99))
    rounds = len(loud.pages)
    rows.append(("screen, not served", f"{loud.refused} of {2 * rounds}", "0", loud.refused == 0))
    rows.append(("texts handed to the provider", str(texts), f"{TEXTS_AT_MOST} at most", texts <= TEXTS_AT_MOST))
    for name, used in most.items():
        limit = allowed_memory(name)
        goal = f"{limit >> 20} MiB at most" if limit else "the unit sets no MemoryMax"
        rows.append((f"memory, {name}", f"{used >> 20} MiB", goal, limit is not None and used <= limit))
    print("| what | quiet → attack | goal | |\n|---|---|---|---|")
    for row in rows:
        print(f"| {row[0]} | {row[1]} | {row[2]} | {'met' if row[3] else '**missed**'} |")
    return all(row[3] for row in rows)


def main() -> None:
    """Run it; the exit status is 1 when a goal was missed."""
    argparse.ArgumentParser(description="Attack a copy of the product on this machine.").parse_args()
    # As LimitNOFILE= of the unit; the attackers need as many.
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with installed(behind_nginx=False) as copy:
        cookies, hosts = set_up()
        started = time.monotonic()
        with watched(copy) as most:
            quiet, loud, answers = asyncio.run(measure(copy, cookies, hosts))
            drain()
        texts = sum(receipt.recipient.startswith("+") for receipt in copy.providers.taken())
        print(
            f"{time.monotonic() - started:.0f} s; "
            + ", ".join(f"{name}: {times}" for name, times in sorted(answers.items()))
        )
        good = print_verdict(quiet, loud, texts, most)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
