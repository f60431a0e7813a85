"""A mail server and a Twilio stand-in that accept everything after a delay, in a separate process, at low CPU cost."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import queue
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Receipt:
    """One accepted message: its recipient, and the times of the request and of the response (Unix time)."""

    recipient: str
    arrived: float
    answered: float


class Providers:
    """Both providers on separate ports; every response takes `delay` seconds."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._delay = context.Value("d", 0.0)
        self._receipts: Any = context.Queue()
        ports: Any = context.Queue()
        self._process = context.Process(target=serve, args=(self._delay, self._receipts, ports), daemon=True)
        self._process.start()
        self.mail_port, self.twilio_port = ports.get(timeout=30)

    def delay(self, seconds: float) -> None:
        """Set the delay of each response from now on, in seconds."""
        self._delay.value = seconds

    def take(self, count: int, seconds: float = 300) -> list[Receipt]:
        """Wait for the next `count` receipts and return them."""
        return [self._receipts.get(timeout=seconds) for _ in range(count)]

    def taken(self) -> list[Receipt]:
        """The receipts that are there, without waiting."""
        receipts = []
        with suppress(queue.Empty):
            while True:
                receipts.append(self._receipts.get(timeout=0.5))
        return receipts

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()


def serve(delay: Any, receipts: Any, ports: Any) -> None:
    """Run both servers until the process is ended."""

    async def answer_late(recipient: str) -> None:
        arrived = time.time()
        await asyncio.sleep(delay.value)
        receipts.put(Receipt(recipient, arrived, time.time()))

    async def mail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        recipient = ""
        while line := await reader.readline():
            command = line[:4].upper()
            if command == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                await answer_late(recipient)
            writer.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")
        writer.close()

    async def twilio(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _until_blank_line(reader):
            length = int(head.lower().partition("content-length:")[2].split()[0])
            form = parse_qs((await reader.readexactly(length)).decode())
            await answer_late(form["To"][0])
            body = json.dumps({"sid": "SM" + "0" * 32, "status": "queued"}).encode()
            writer.write(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n")
            writer.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        writer.close()

    async def run() -> None:
        servers = [await asyncio.start_server(handler, "127.0.0.1", 0) for handler in (mail, twilio)]
        ports.put([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.gather(*(server.serve_forever() for server in servers))

    asyncio.run(run())


async def _until_blank_line(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return ""
