"""Measures latency, throughput and memory of the chat, compared with a minimal Channels consumer, in one run.

    python -m benchmarks.chat                                     SQLite, in-memory layer
    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m benchmarks.chat

DATABASE_URL must name an empty database, which is filled with appointments. Each round measures three servers in turn,
so that other load on the machine affects all of them: `bare` forwards a frame to the two members of a group, `insert`
also stores it first, `chat` is the product. A round trip is from the sender's send to the receiver's message; the
receiving page also marks messages as read, as often as the real one does. Figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from asgiref.sync import sync_to_async
from django.db.models import Max
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

ROOT = Path(__file__).parents[1]
MODES = ("bare", "insert", "chat")
CONVERSATIONS = 500
# As in static/entry/chat.js.
READ_SECONDS = 2
ORIGIN = Origin("http://localhost")


@dataclass
class Pair:
    """The appointment of a conversation, by the paths of its two sockets."""

    number: int
    visitor: str
    host: str


class Page:
    """One open socket, which answers the server's heartbeats as the real page does."""

    def __init__(self, socket: ClientConnection, last: int) -> None:
        self.socket = socket
        self.last = last
        self.told_read = 0.0

    async def say(self, **frame: object) -> None:
        """Send a frame."""
        await self.socket.send(json.dumps(frame))

    async def hear(self) -> AsyncIterator[str]:
        """The texts of the messages that arrive; they are marked as read."""
        async for data in self.socket:
            frame = json.loads(data)
            if frame.get("type") == "beat":
                await self.say(type="beat", after=self.last)
            elif frame.get("type") == "messages":
                for message in frame["messages"]:
                    yield message["text"]
                self.last = frame["messages"][-1]["id"]
                if time.perf_counter() >= self.told_read + READ_SECONDS:
                    self.told_read = time.perf_counter()
                    await self.say(type="read", upto=self.last)
            elif "type" not in frame:
                yield frame["text"]


class Conversation:
    """Both sockets of one conversation, and the send time of each message in transit."""

    def __init__(self, mode: str, sender: Page, receiver: Page) -> None:
        self.mode = mode
        self.sender = sender
        self.receiver = receiver
        self.sent: dict[str, float] = {}
        self.trips: list[float] = []
        self.arrived = asyncio.Event()

    async def say(self) -> None:
        """Send a message."""
        text = secrets.token_hex(16)
        self.sent[text] = time.perf_counter()
        if self.mode == "chat":
            await self.sender.say(type="send", ref=str(uuid4()), text=text)
        else:
            await self.sender.say(text=text)

    async def listen_to(self, side: str) -> None:
        """Receive the messages of one side, and measure the round trips at the receiver."""
        async for text in (self.sender if side == "sender" else self.receiver).hear():
            if side == "receiver" and (started := self.sent.pop(text, None)):
                self.trips.append(time.perf_counter() - started)
                self.arrived.set()


class Server:
    """Daphne with the application of `chat_server.py`."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        address = ["--bind", "127.0.0.1", "--port", str(self.port), "--websocket_connect_timeout", "60"]
        command = ["daphne", *address, "benchmarks.chat_server:application"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("Daphne does not start")

    def memory(self) -> int:
        """The resident memory of the process in bytes (VmRSS of /proc)."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("no VmRSS")

    async def open(self, path: str, *, join: bool, last: int = 0) -> Page:
        """A socket to this path; one that joins has the messages up to `last`."""
        url = f"ws://127.0.0.1:{self.port}{path}"
        page = Page(await connect(url, origin=ORIGIN, ping_interval=None, open_timeout=60), last)
        if join:
            await page.say(type="join", after=last, place="phone")
            await page.say(type="here")
        return page

    async def converse(self, pair: Pair, mode: str, last: int) -> Conversation:
        """Both sockets of a conversation."""
        paths = [pair.visitor, pair.host] if mode == "chat" else [f"/ws/{mode}/{pair.number}/"] * 2
        ends = [await self.open(path, join=mode == "chat", last=last) for path in paths]
        return Conversation(mode, *ends)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


async def measure(
    server: Server, pairs: list[Pair], mode: str, seconds: float, talk: Callable[[Conversation, float], Awaitable[None]]
) -> tuple[list[float], float]:
    """All round trips of these conversations, and messages a second, while `talk` sends the messages of each."""
    last = await sync_to_async(newest)()
    conversations: list[Conversation] = []
    listening: list[asyncio.Task[None]] = []
    for pair in pairs:
        conversations.append(await server.converse(pair, mode, last))
        listening += [asyncio.create_task(conversations[-1].listen_to(side)) for side in ("sender", "receiver")]
    await asyncio.sleep(1)
    start = time.perf_counter()
    await asyncio.gather(*[talk(each, start + seconds) for each in conversations])
    took = time.perf_counter() - start
    await asyncio.sleep(1)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    for each in conversations:
        await asyncio.gather(each.sender.socket.close(), each.receiver.socket.close())
    trips = [trip for each in conversations for trip in each.trips]
    return trips, len(trips) / took


async def one_a_second(conversation: Conversation, until: float) -> None:
    """Send one message a second, with a random offset for each conversation."""
    await asyncio.sleep(secrets.randbelow(1000) / 1000)
    while (now := time.perf_counter()) < until:
        await conversation.say()
        await asyncio.sleep(max(0.0, now + 1 - time.perf_counter()))


async def as_fast_as_allowed(conversation: Conversation, until: float) -> None:
    """Send the next message as soon as the last has arrived, up to the product's limit of two a second."""
    while (now := time.perf_counter()) < until:
        conversation.arrived.clear()
        await conversation.say()
        await asyncio.wait_for(conversation.arrived.wait(), timeout=60)
        await asyncio.sleep(max(0.0, now + 0.51 - time.perf_counter()))


async def idle_memory(server: Server, pairs: list[Pair]) -> float:
    """Bytes of the server's memory for each of 1,000 idle sockets in the chat."""
    before = server.memory()
    pages = [await server.open(path, join=True) for pair in pairs for path in (pair.visitor, pair.host)]
    await asyncio.sleep(2)
    used = server.memory() - before
    await asyncio.gather(*[page.socket.close() for page in pages])
    return used / len(pages)


def newest() -> int:
    """The id of the last message of all."""
    from chat.models import Message

    return Message.objects.aggregate(last=Max("pk"))["last"] or 0


@contextmanager
def prepared() -> Iterator[list[Pair]]:
    """Conversations in a migrated database: the one of DATABASE_URL, or else a temporary one on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/benchmark.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "entrymgmt.settings"
        yield prepare()


def prepare() -> list[Pair]:
    """Migrate the database and start the conversations."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from appointments.choices import Kind
    from appointments.models import Appointment
    from hosts.models import Host, Presence

    call_command("migrate", verbosity=0)
    host = Host.objects.create(name="Benchmark", email="benchmark@example.com", presence=Presence.REMOTE)
    details = {"visitor_name": "Benchmark", "visitor_email": "visitor@example.com", "visitor_phone": "+447700900142"}
    with transaction.atomic():
        appointments = Appointment.objects.bulk_create(
            Appointment(host=host, host_name=host.name, kind=Kind.REMOTE, **details) for _ in range(CONVERSATIONS)
        )
    return [Pair(each.pk, f"/ws/v/{each.visitor_token}/", f"/ws/h/{each.host_token}/") for each in appointments]


def quantiles(trips: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile, in milliseconds."""
    cuts = statistics.quantiles(trips, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


async def run(options: argparse.Namespace, pairs: list[Pair]) -> None:
    """Measure and print."""
    kind = "PostgreSQL" if os.environ["DATABASE_URL"].startswith("postgres") else "SQLite"
    layer = "Redis" if os.environ.get("REDIS_URL") else "in-memory layer"
    print(f"{kind}, {layer}, {os.cpu_count()} cores, {options.rounds} rounds of {options.seconds} s")
    figures: dict[tuple[str, int], list[tuple[float, float]]] = {}
    saturation: dict[str, list[float]] = {}
    server = Server(dict(os.environ))
    try:
        for _ in range(options.rounds):
            for mode in MODES:
                for load in (1, 200):
                    trips, _rate = await measure(server, pairs[:load], mode, options.seconds, one_a_second)
                    figures.setdefault((mode, load), []).append(quantiles(trips))
                    print(f"  {mode}, {load}: p50 {figures[mode, load][-1][0]:.1f} ms", file=sys.stderr)
                _trips, rate = await measure(server, pairs, mode, options.seconds, as_fast_as_allowed)
                saturation.setdefault(mode, []).append(rate)
        print(f"{'':8}{'1: p50':>10}{'p99':>10}{'200: p50':>10}{'p99':>10}{'most a second':>16}   (ms)")
        for mode in MODES:
            cells = [statistics.median(each[i] for each in figures[mode, load]) for load in (1, 200) for i in (0, 1)]
            cells.append(statistics.median(saturation[mode]))
            print(f"{mode:8}" + "".join(f"{cell:>10.1f}" for cell in cells[:4]) + f"{cells[4]:>16.0f}")
    finally:
        server.stop()
    server = Server(dict(os.environ))
    try:
        print(f"memory for each of {2 * CONVERSATIONS} idle sockets: {await idle_memory(server, pairs) / 1024:.0f} KiB")
    finally:
        server.stop()


def main() -> None:
    """Parse the command-line options and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    with prepared() as pairs:
        asyncio.run(run(options, pairs))


if __name__ == "__main__":
    main()
