"""Measures latency and throughput of notifications, and the cost of a slow provider, in one run.

    python -m benchmarks.notifications                            SQLite, queue in a file
    DATABASE_URL=postgres://… REDIS_URL=redis://… python -m benchmarks.notifications

DATABASE_URL must name an empty database, which is filled with appointments. The mail server and Twilio are stand-ins on
this machine, whose responses take 0 or 250 ms. Compared variants are measured in turns, so that other load on the
machine affects both.
"""

from __future__ import annotations

import os
import re
import secrets
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from benchmarks.notification_providers import Providers

if TYPE_CHECKING:
    from appointments.models import Appointment

ROOT = Path(__file__).parents[1]
SLOW = 0.25
THREADS = 8
CHECK_INS = 60
ROUNDS = 3
DRAINED = {0.0: 600, SLOW: 240}
SINGLES = 100


def main() -> None:
    """Measure everything and print a line for each figure."""
    with tempfile.TemporaryDirectory() as folder:
        providers = Providers()
        try:
            port = prepare(Path(folder), providers)
            with process("manage.py", "run_huey"), web(port) as url:
                measure(providers, url)
        finally:
            providers.stop()


def prepare(folder: Path, providers: Providers) -> int:
    """Set Django up on an empty database with one host; return the port for the web process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "benchmarks.notification_settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "BENCHMARK_QUEUE": str(folder / "queue.sqlite3"),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "EMAIL_URL": f"smtp://127.0.0.1:{providers.mail_port}",
            "DEFAULT_FROM_EMAIL": "reception@example.com",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "token",
            "TWILIO_FROM": "+15005550006",
            "TWILIO_API_URL": f"http://127.0.0.1:{providers.twilio_port}",
        }
    )
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'benchmark.sqlite3'}")
    import django

    django.setup()
    from django.core.management import call_command

    from hosts.models import Host
    from offices.models import LIMITS, MAX_LIMIT, THE_OFFICE, Office

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    Office.objects.update_or_create(pk=THE_OFFICE, defaults=dict.fromkeys(LIMITS, MAX_LIMIT))
    Host.objects.create(name="Anika Rao", email="anika@example.com", phone="+919876543201", address="4th floor")
    return port


@contextmanager
def process(*command: str) -> Iterator[None]:
    """Run a process of the product, and end it with the block."""
    running = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        running.terminate()
        running.wait()


@contextmanager
def web(port: int) -> Iterator[str]:
    """Run the web process; yield its URL."""
    command = ["-m", "entrymgmt.edge", "--bind", "127.0.0.1", "--port", str(port)]
    with process(*command):
        url = f"http://127.0.0.1:{port}"
        while True:
            try:
                requests.get(f"{url}/healthz", timeout=10)
            except requests.ConnectionError:
                time.sleep(0.1)
            else:
                break
        yield url


def measure(providers: Providers, url: str) -> None:
    """All the figures."""
    check_in(url)
    providers.take(4)
    slow, fast = alternate(lambda: check_ins(providers, url, SLOW), lambda: check_ins(providers, url, 0))
    print(f"check-in, providers at 0 ms:            {milliseconds(fast)}")
    print(f"check-in, providers at 250 ms:          {milliseconds(slow)}")
    print(f"ratio of the medians:                   {statistics.median(slow) / statistics.median(fast):.2f}")

    providers.delay(0)
    waits, windows = singles(providers)
    print(f"from commit to the provider:            {milliseconds(waits)}")
    print(f"from its answer to our record:          {milliseconds(windows)}")

    bound = THREADS / SLOW
    for channel in ("email", "sms"):
        rate = drain(providers, channel, SLOW)
        print(f"{channel} drained at 250 ms, 8 threads:     {rate:.1f}/s, {rate / bound:.0%} of {bound:.0f}/s")
    ours, raw = alternate(lambda: [drain(providers, "email", 0)], lambda: [raw_loop(providers)])
    ours_rate, raw_rate = statistics.median(ours), statistics.median(raw)
    print(f"email drained at 0 ms, 8 threads:       {ours_rate:.0f}/s")
    print(f"bare SMTP loop over one connection:     {raw_rate:.0f}/s, of which we reach {ours_rate / raw_rate:.0%}")


def alternate(one: Callable[[], list[float]], other: Callable[[], list[float]]) -> tuple[list[float], list[float]]:
    """The results of both functions over all rounds, called in turns."""
    ones, others = [], []
    for _ in range(ROUNDS):
        ones += one()
        others += other()
    return ones, others


def milliseconds(seconds: list[float]) -> str:
    """Median and 99th percentile."""
    return (
        f"p50 {statistics.median(seconds) * 1000:.1f} ms, p99 {statistics.quantiles(seconds, n=100)[98] * 1000:.1f} ms"
    )


def check_ins(providers: Providers, url: str, delay: float) -> list[float]:
    """The duration of each of several check-ins while the providers have this delay."""
    providers.delay(delay)
    taken = [check_in(url) for _ in range(CHECK_INS)]
    providers.take(4 * CHECK_INS)
    return taken


def check_in(url: str) -> float:
    """Check a visitor in, as a browser does; return the seconds from the request to the response."""
    from hosts.models import Host

    with requests.Session() as browser:
        page = browser.get(url, timeout=30).text
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page))
        form: dict[str, Any] = {
            **fields,
            "host": Host.objects.get().pk,
            "name": "Yusuf Al-Masri",
            "email": "yusuf@example.org",
            "phone": "+447700900142",
            "action": "chat",
        }
        started = time.perf_counter()
        answer = browser.post(url + "/", form, allow_redirects=False, timeout=30)
        taken = time.perf_counter() - started
    assert answer.status_code == 302, answer.text
    return taken


def singles(providers: Providers) -> tuple[list[float], list[float]]:
    """For single messages: the time from commit to the provider, and from its response to the recorded result.

    A worker that is killed in the second span has sent a message without recording it, so the message is sent again.
    """
    from django.db import transaction

    from notifications.models import Notification, State

    appointment = quiet_appointment()
    waits, windows = [], []
    for number in range(SINGLES):
        recipient = f"single{number}@example.org"
        committed: list[float] = []
        with transaction.atomic():
            transaction.on_commit(partial(note_time, committed))
            tell(appointment, "email", [recipient])
        [receipt] = providers.take(1)
        while not Notification.objects.filter(recipient=recipient, state=State.SENT).exists():
            time.sleep(0.0005)
        waits.append(receipt.arrived - committed[0])
        windows.append(time.time() - receipt.answered)
    return waits, windows


def note_time(times: list[float]) -> None:
    """Add this moment."""
    times.append(time.time())


def drain(providers: Providers, channel: str, delay: float) -> float:
    """The messages a second that one worker sends from a backlog, from the first request to the last response."""
    providers.delay(delay)
    count = DRAINED[delay]
    domain = secrets.token_hex(4)
    recipients = [f"{n}@{domain}.example" if channel == "email" else f"+44770{n:07}" for n in range(count)]
    tell(quiet_appointment(), channel, recipients)
    receipts = providers.take(count)
    return count / (max(r.answered for r in receipts) - min(r.arrived for r in receipts))


def raw_loop(providers: Providers) -> float:
    """The messages a second of a loop that only sends the same message over one connection."""
    from notifications.email.channel import Email
    from notifications.models import Notification

    providers.delay(0)
    message = Email().compose(Notification.objects.filter(channel="email")[0]).message().as_bytes()
    with smtplib.SMTP("127.0.0.1", providers.mail_port) as server:
        for _ in range(DRAINED[0]):
            server.sendmail("reception@example.com", ["loop@example.org"], message)
    receipts = providers.take(DRAINED[0])
    return DRAINED[0] / (max(r.answered for r in receipts) - min(r.arrived for r in receipts))


def quiet_appointment() -> Appointment:
    """An appointment without notifications."""
    from appointments.choices import Kind
    from appointments.models import Appointment
    from hosts.models import Host

    [appointment] = Appointment.objects.bulk_create(
        [
            Appointment(
                host=Host.objects.get(),
                host_name="Anika Rao",
                address_visited="4th floor, 12 Residency Road, Bengaluru 560025",
                kind=Kind.REMOTE,
                visitor_name="Yusuf Al-Masri",
                visitor_email="yusuf@example.org",
                visitor_phone="+447700900142",
            )
        ]
    )
    return appointment


def tell(appointment: Appointment, channel: str, recipients: list[str]) -> None:
    """Record the visitor's start message for each recipient; return when it is committed and queued."""
    from dataclasses import replace

    from appointments.notices import TABLE, notices_of
    from notifications.outbox import record
    from offices.current import current_office

    [row] = [row for row in TABLE if row.template == "visitor-started"]
    [notice] = [each for each in notices_of(row, appointment, current_office()) if each.channel == channel]
    notices = [replace(notice, occurrence=secrets.token_hex(8), recipient=recipient) for recipient in recipients]
    record(appointment, notices)


if __name__ == "__main__":
    main()
