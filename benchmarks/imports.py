"""Measures the import of 20,000 hosts: how long it takes, and how long a check-in waits meanwhile.

    python -m benchmarks.imports [DATABASE_URL]

Without a database, a new SQLite file. One process reads, checks and confirms the file, then starts an appointment after
another; a second process writes the import as a worker does.
"""

from __future__ import annotations

import csv
import io
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from openpyxl import Workbook

ROWS = 20_000
HEAD = ["Name", "Title", "Email", "Phone", "Address", "Presence", "Listed"]
WORKER = """
import django; django.setup()
from hosts.exchange.writing import write_for_a_while
while write_for_a_while({pk}): pass
"""


def prepare(database_url: str) -> None:
    """Settings and the tables."""
    os.environ |= {"DATABASE_URL": database_url, "SECRET_KEY": secrets.token_urlsafe(50), "REDIS_URL": ""}
    os.environ |= {"PHONE_REGION": "IN", "DJANGO_SETTINGS_MODULE": "entrymgmt.settings"}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def rows() -> list[list[str]]:
    """The headings, and as many hosts."""
    return [HEAD] + [
        [f"Host {n}", "Partner", f"host{n}@office.example", f"98765{n:05}", "4th floor", "Remote", "yes"]
        for n in range(ROWS)
    ]


def as_csv() -> bytes:
    """The file as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows())
    return text.getvalue().encode()


def as_xlsx() -> bytes:
    """The file as a workbook."""
    book, data = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in rows():
        sheet.append(row)
    book.save(data)
    return data.getvalue()


def timed(what: str, action: Any) -> Any:
    """The result of the action, whose time is printed."""
    started = time.perf_counter()
    result = action()
    print(f"{what}: {time.perf_counter() - started:.1f} s", flush=True)
    return result


def waits_until(process: subprocess.Popen[bytes]) -> list[float]:
    """Start and end one appointment after another until the process is over: the seconds that each start took."""
    from appointments.choices import EndedBy, Kind
    from appointments.models import Appointment
    from hosts.models import Host

    host = Host.objects.create(name="Anika", email="anika@office.example", phone="+919876543201", address="4th floor")
    waits = []
    while process.poll() is None:
        started = time.perf_counter()
        visit = Appointment.objects.start(
            host=host,
            kind=Kind.IN_PERSON,
            visitor_name="Yusuf",
            visitor_email="yusuf@visitor.example",
            visitor_phone="+447911123456",
            purpose="",
            people=1,
        )
        waits.append(time.perf_counter() - started)
        visit.end(EndedBy.HOST)
        time.sleep(0.1)
    return waits


def main(database_url: str) -> None:
    """Print the figures."""
    prepare(database_url)
    from hosts.exchange import previews
    from hosts.exchange.checking import digest
    from hosts.models import Host

    timed("XLSX: read, check, keep", lambda: previews.begin("hosts.xlsx", as_xlsx(), None)).delete()
    found = timed("CSV: read, check, keep", lambda: previews.begin("hosts.csv", as_csv(), None))
    timed("confirm", lambda: previews.confirm(found, digest(found.plan), None))
    command = [sys.executable, "-c", WORKER.format(pk=found.pk)]
    started = time.perf_counter()
    waits = waits_until(subprocess.Popen(command))
    print(f"write: {time.perf_counter() - started:.1f} s, {Host.objects.count() - 1} hosts")
    worst = (
        f"{max(waits):.3f} s at most, {quantiles(waits, n=100)[98]:.3f} s for 99 of 100, median {median(waits):.3f} s"
    )
    print(f"{len(waits)} check-ins meanwhile: {worst}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'benchmark.sqlite3'}")
