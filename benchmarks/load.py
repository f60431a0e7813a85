"""Measures what visitors ask for under load, against bare Django views that do as little as possible.

    python -m benchmarks.load                                               SQLite
    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m benchmarks.load

DATABASE_URL must name an empty database. The product and the bare views (`benchmarks/bare.py`) are two web processes on
it, which are asked in turns by 1, 4 and 16 visitors at once, each from an address of its own. Prints a table of rates,
and what part of the bare view's the product reaches: medians of several rounds.

The office's limits are raised, since thousands of visitors check in. No worker runs.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.installation import configure, refuse_other_machines, running
from benchmarks.notification_providers import Providers
from tests.services.inbox import free_port, listens, until

HOSTS = 50
AT_ONCE = (1, 4, 16)
ROUNDS, SECONDS = 5, 2.0
# Each check-in in person needs a host who is free, and no round has more.
VISITED, VISITED_KIND = 2500, "visited"
CSRF = "A" * 32

# Makes the bytes of the next request of the visitor with this number.
Request = Callable[[int], bytes]


def main() -> None:
    """Measure everything, or the pages that are named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="*", help="the rows to measure, as the table names them; all when none is named")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    refuse_other_machines()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        providers = Providers()
        stack.callback(providers.stop)
        product, bare = free_port(), free_port()
        # A name that a visitor's phone can reach, since pages show a code of the link then.
        configure(folder, providers, "http://visit.example.com")
        from huey.contrib.djhuey import HUEY

        stack.callback(HUEY.flush)
        fill()
        stack.enter_context(web("entrymgmt.edge", [], product, folder / "product.log"))
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.bare_settings"
        stack.enter_context(web("daphne", ["benchmarks.bare:application"], bare, folder / "bare.log"))
        measure(product, bare, given.pages, given.rounds)
        for log in ("product.log", "bare.log"):
            if "Traceback" in (text := (folder / log).read_text(errors="replace")):
                sys.exit(text)


def fill() -> None:
    """An office with high limits, and the hosts of the list."""
    from offices.models import LIMITS, MAX_LIMIT, THE_OFFICE, Office

    Office.objects.update_or_create(pk=THE_OFFICE, defaults=dict.fromkeys(LIMITS, MAX_LIMIT))
    add_hosts("host", HOSTS)


def add_hosts(kind: str, number: int) -> list[int]:
    """Add so many hosts; return their ids."""
    from hosts.models import Host

    details: dict[str, Any] = {"title": "Research", "phone": "+919876543201", "address": "4th floor, 12 Residency Road"}
    emails = [f"{kind}{each}@example.com" for each in range(number)]
    hosts = Host.objects.bulk_create(Host(name=f"{email[:-12]} Ahluwalia", email=email, **details) for email in emails)
    return [host.pk for host in hosts]


@contextmanager
def web(module: str, arguments: list[str], port: int, log: Path) -> Iterator[None]:
    """Run a web process during the block."""
    command = [sys.executable, "-m", module, "--bind", "127.0.0.1", "--port", str(port), "--verbosity", "0"]
    with running([*command, *arguments], log):
        if not until(lambda: listens(port), 60):
            sys.exit(log.read_text())
        yield


def measure(product: int, bare: int, wanted: list[str], rounds: int) -> None:
    """Print the table."""
    token = visit()
    pages = {"check-in page": "/", "its refresh": "/hosts/", "visitor’s page": f"/v/{token}/"}
    pages["its refresh "] = f"/v/{token}/live/"
    print("| | at once | a second | bare view | of it |\n|---|--:|--:|--:|--:|")
    for name, path in pages.items():
        if not wanted or name.strip() in wanted:
            size = len(ask(product, get(path)(0)))
            compare(name, (product, get(path)), (bare, get(f"/?bytes={size}")), rounds)
    if not wanted or "check-in" in wanted:
        hosts = add_hosts(VISITED_KIND, VISITED)
        compare("check-in", (product, check_in(hosts)), (bare, check_in(hosts)), rounds)


def compare(name: str, ours: tuple[int, Request], theirs: tuple[int, Request], rounds: int) -> None:
    """Print the rows of one page."""
    for side in (ours, theirs):
        rate(*side, 4, 1.0)
        forget_visits()
    for at_once in AT_ONCE:
        rates: dict[int, list[float]] = {ours[0]: [], theirs[0]: []}
        for _ in range(rounds):
            for side in (ours, theirs):
                rates[side[0]].append(rate(*side, at_once, SECONDS))
                forget_visits()
        product, bare = (statistics.median(each) for each in rates.values())
        print(f"| {name.strip()} | {at_once} | {product:.0f} | {bare:.0f} | {product / bare:.2f} |", flush=True)


def rate(port: int, request: Request, at_once: int, seconds: float) -> float:
    """The answers a second to so many visitors together, each of whom asks again as soon as there is an answer."""
    ends = time.perf_counter() + seconds
    counts = [0] * at_once
    problems: list[BaseException] = []

    def visitor(number: int) -> None:
        try:
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while time.perf_counter() < ends:
                    exchange(line, request(number))
                    counts[number] += 1
        except BaseException as problem:  # noqa: BLE001  told in the thread that waits
            problems.append(problem)

    threads = [threading.Thread(target=visitor, args=(number,)) for number in range(at_once)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return sum(counts) / (time.perf_counter() - started)


def ask(port: int, request: bytes) -> bytes:
    """The body of one answer."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        return exchange(line, request)


def exchange(line: socket.socket, request: bytes) -> bytes:
    """Send a request; return the body of the answer, which must be a page or a redirect."""
    line.sendall(request)
    data = b""
    while b"\r\n\r\n" not in data:
        data += receive(line)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    if lines[0].split()[1] not in {b"200", b"302"}:
        raise RuntimeError(data.decode(errors="replace")[:2000])
    headers = dict(each.lower().split(b": ", 1) for each in lines[1:])
    length = int(headers[b"content-length"])
    parts, got = [body], len(body)
    while got < length:
        parts.append(receive(line))
        got += len(parts[-1])
    return b"".join(parts)


def receive(line: socket.socket) -> bytes:
    """The bytes that are there."""
    data = line.recv(1 << 17)
    if not data:
        raise ConnectionError("The server has closed the connection.")
    return data


def get(path: str) -> Request:
    """What asks for a page."""
    return lambda visitor: head("GET", path, visitor) + b"\r\n"


def check_in(hosts: list[int]) -> Request:
    """What checks visitors in, each as somebody else, and with a host whom nobody visits."""
    visitors = count()

    def request(number: int) -> bytes:
        new = next(visitors)
        body = urlencode(
            {
                "csrfmiddlewaretoken": CSRF,
                "idempotency_key": uuid.uuid4(),
                "host": hosts[new % VISITED],
                "name": "Yusuf Al-Masri",
                "email": f"visitor{new}@example.org",
                "phone": f"+9198{new % 10**8:08}",
                "action": "appointment",
            }
        ).encode()
        form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return head("POST", "/", number) + f"{form}Cookie: entry_csrf={CSRF}\r\n\r\n".encode() + body

    return request


def head(method: str, path: str, visitor: int) -> bytes:
    """A request line and headers."""
    lines = [f"{method} {path} HTTP/1.1", "Host: visit.example.com", f"X-Forwarded-For: 198.51.100.{visitor + 1}", ""]
    return "\r\n".join(lines).encode()


def visit() -> str:
    """The token of a visitor whose page is open."""
    from appointments.choices import Kind
    from appointments.models import Appointment
    from hosts.models import Host

    host = Host.objects.all()[0]
    visitor = {"visitor_name": "Yusuf Al-Masri", "visitor_email": "y@example.org", "visitor_phone": "+447700900142"}
    details: dict[str, Any] = {"host": host, "kind": Kind.IN_PERSON, **visitor}
    return str(Appointment.objects.start(**details).visitor_token)


def forget_visits() -> None:
    """Take away the check-ins, since no office has hundreds of visits going on."""
    from huey.contrib.djhuey import HUEY

    from appointments.models import Appointment
    from notifications.models import Notification

    visits = Appointment.objects.filter(host__email__startswith=VISITED_KIND)
    Notification.objects.filter(object_id__in=visits.values("pk")).delete()
    visits.delete()
    HUEY.flush()


if __name__ == "__main__":
    main()
