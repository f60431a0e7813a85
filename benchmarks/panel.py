"""Measures the host panel with 1,000 and with 1,000,000 appointments, on SQLite and on PostgreSQL.

    python -m benchmarks.panel [postgres://postgres@127.0.0.1/entry_benchmark]

Both sizes are the same office with 275 appointments a day, ten years apart. An office manager requests each page
through the whole stack; figures are medians over the rounds. Databases whose names begin with the given one are
recreated.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
import warnings
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

SMALL = 1_000
DOUBLINGS = 10
A_DAY = 275
ROUNDS = 11
GOING_ON = 20
FAILED = 20
EXPORTED = 100_000
FIRST = ["Amara", "Chen", "Deepika", "Fatima", "Gabriel", "Harpreet", "Mai", "Yusuf", "Zoe", "Tomas", "Priya", "Rohan"]
LAST = ["Okafor", "Wei", "Benali", "Monteiro", "Kaur", "Nguyen", "Masri", "Berg", "Herrera", "Nair", "Siddiqui", "Osei"]


def prepare(database_url: str) -> None:
    """Settings and an empty database."""
    os.environ |= {"DATABASE_URL": database_url, "SECRET_KEY": secrets.token_urlsafe(50), "REDIS_URL": ""}
    os.environ |= {"TIME_ZONE": "Asia/Kolkata", "PHONE_REGION": "IN", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def fill() -> Any:
    """Create an office manager, fifty hosts and `SMALL` appointments, the newest a minute ago; a few are ongoing."""
    from django.contrib.auth.models import Group, User
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone

    from appointments.models import Appointment
    from hosts.models import Host
    from notifications.models import Notification

    random = Random(4)
    manager = User.objects.create_user("maria", is_staff=True)
    manager.groups.add(Group.objects.get(name="Office managers"))
    hosts = Host.objects.bulk_create(
        Host(name=f"Host {n}", email=f"host{n}@office.example", phone=f"+9198765{n:05}", address="4th floor")
        for n in range(50)
    )
    now = timezone.now()
    visits = [visit(number, random, hosts, now - timedelta(days=number / A_DAY, minutes=1)) for number in range(SMALL)]
    here = [each for each in visits if each.kind == "in_person"][:GOING_ON]
    for host, each in zip(hosts[1:], here, strict=False):
        each.host, each.host_name, each.ended_at, each.ended_by = host, host.name, None, ""
    Appointment.objects.bulk_create(visits)
    content_type = ContentType.objects.get_for_model(Appointment)
    Notification.objects.bulk_create(
        Notification(
            content_type=content_type,
            object_id=each.pk,
            event="started",
            audience=audience,
            channel=channel,
            recipient=each.visitor_email,
            template="visitor-started",
            context={},
            due_at=None,
            state="failed" if number < FAILED else "delivered",
            failed_at=now if number < FAILED else None,
        )
        for number, each in enumerate(visits)
        for audience in ("host", "visitor")
        for channel in ("email", "sms")
    )
    return manager


def visit(number: int, random: Random, hosts: list[Any], began: Any) -> Any:
    """An appointment that has ended; every tenth is with the same busy host, every third a chat."""
    from appointments.models import Appointment
    from appointments.search import indexed_words

    host = hosts[0] if number % 10 == 0 else random.choice(hosts)
    first, last = random.choice(FIRST), random.choice(LAST)
    made = Appointment(
        host=host,
        host_name=host.name,
        address_visited=host.address,
        kind="remote" if number % 3 == 0 else "in_person",
        visitor_name=f"{first} {last}",
        visitor_email=f"{first}.{last}{number}@visitor.example".lower(),
        visitor_phone=f"+4477009{number:05}",
        started_at=began,
        ended_at=began + timedelta(minutes=random.randint(5, 90)),
        ended_by="visitor",
    )
    made.search_words = indexed_words((made.visitor_name, made.visitor_email, made.host_name), made.visitor_phone)
    return made


def grow(doublings: int) -> None:
    """Copy all ended appointments and their notifications repeatedly, each time to earlier dates.

    In the copies one visitor has another name and another number, so that a search for this visitor finds as many
    appointments among a million as among a thousand. A search for any other visitor finds a thousand times as many.
    """
    from django.db import connection

    from appointments.models import Appointment
    from notifications.models import Notification

    sqlite = connection.vendor == "sqlite"
    token = "lower(hex(randomblob(11)))" if sqlite else "substr(md5(random()::text), 1, 22)"
    earlier = "strftime('%Y-%m-%d %H:%M:%f', {}, '-{} seconds')" if sqlite else "{} - interval '{} seconds'"
    for doubling in range(doublings):
        seconds = int(SMALL / A_DAY * 86400 * 2**doubling)
        top = highest(Appointment)
        copy(
            Appointment,
            {
                "id": f"id + {top}",
                "visitor_token": token,
                "host_token": token,
                "started_at": earlier.format("started_at", seconds),
                "ended_at": earlier.format("ended_at", seconds),
                "search_words": "replace(replace(search_words, 'masri', 'osman'), '0900142', '0800142')",
            },
            "ended_at IS NOT NULL",
        )
        copy(
            Notification,
            {
                "id": f"id + {highest(Notification)}",
                "object_id": f"object_id + {top}",
                "created_at": earlier.format("created_at", seconds),
            },
            "state <> 'failed'",
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if sqlite else "VACUUM ANALYZE")


def highest(model: Any) -> int:
    """The highest primary key in use."""
    return int(model.objects.order_by("-pk").values_list("pk", flat=True)[0])


def copy(model: Any, changed: dict[str, str], which: str) -> None:
    """Insert the model's rows again, with some columns changed."""
    from django.db import connection

    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(changed.get(column, column) for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {which}")


def pages(host: int, appointment: int) -> dict[str, str]:
    """The measured pages: every page of the panel whose cost could grow with the number of appointments."""
    appointments = "/admin/appointments/appointment/"
    return {
        "first page": "/admin/",
        "first page, refreshed": "/admin/dashboard/",
        "appointments": appointments,
        "appointments, last page": f"{appointments}?p=10",
        "filter: going on": f"{appointments}?state=on",
        "filter: ended, in person": f"{appointments}?state=ended&kind__exact=in_person",
        "filter: a busy host": f"{appointments}?host__id__exact={host}",
        "filter: two days": f"{appointments}?from={day(3)}&to={day(2)}",
        "search: a visitor": f"{appointments}?q=yusuf+masri",
        "search: a first name": f"{appointments}?q=amara",
        "search: a common name": f"{appointments}?q=amara+okafor",
        "search: a common word": f"{appointments}?q=visitor",
        "search: a phone": f"{appointments}?q=0770+0900+142",
        "search: nobody": f"{appointments}?q=nobody",
        "an appointment": f"{appointments}{appointment}/change/",
        "a busy host": f"/admin/hosts/host/{host}/change/",
        "hosts": "/admin/hosts/host/",
        "notifications": "/admin/notifications/notification/",
        "notifications: failed": "/admin/notifications/notification/?state__exact=failed",
        "roll call": "/admin/roll-call/",
        "change log": "/admin/admin/logentry/",
        "export: first rows": f"{appointments}csv/",
    }


def day(ago: int) -> str:
    """The date that many days ago, in ISO 8601."""
    from django.utils import timezone

    return (timezone.localdate() - timedelta(days=ago)).isoformat()


def timed(client: Any, path: str) -> float:
    """Milliseconds until the page is complete or, for a download, until its first rows have arrived."""
    start = time.perf_counter()
    answer = client.get(path, follow=path.endswith("p=10"))
    if answer.streaming:
        first_rows(answer)
    assert answer.status_code == 200, (path, answer.status_code)
    return (time.perf_counter() - start) * 1000


def first_rows(answer: Any) -> None:
    """Wait for the byte order mark, the heading and the first rows."""
    from asgiref.sync import async_to_sync

    async def three() -> None:
        parts = aiter(answer._iterator)
        for _part in range(3):
            await anext(parts)

    async_to_sync(three)()


def long_export() -> str:
    """The duration in seconds and the size in megabytes of the first hundred thousand rows of a CSV download."""
    from asgiref.sync import async_to_sync

    from appointments.models import Appointment
    from appointments.records import export

    write, _type = export.FORMATS["csv"]

    async def run() -> int:
        size = 0
        parts = aiter(write(Appointment.objects.all()))
        for _part in range(EXPORTED // export.ROWS_AT_ONCE):
            size += len(await anext(parts, b""))
        return size

    start = time.perf_counter()
    size = async_to_sync(run)()
    return f"{time.perf_counter() - start:.1f} s, {size / 1e6:.1f} MB"


def serve(database_url: str, doublings: int) -> None:
    """Fill a database, then answer each line with a page's name with its milliseconds."""
    warnings.simplefilter("ignore")
    prepare(database_url)
    from django.core.cache import cache
    from django.test import Client

    from appointments.models import Appointment
    from hosts.models import Host

    manager = fill()
    grow(doublings)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(manager)
    busy, oldest = Host.objects.order_by("pk")[0].pk, Appointment.objects.order_by("started_at")[0].pk
    found = pages(busy, oldest)
    timed(client, "/admin/password_change/")
    cache.clear()
    print(Appointment.objects.count(), *found, sep=";", flush=True)
    for line in sys.stdin:
        name = line.strip()
        answer = timed(client, found[name]) if name in found else long_export()
        print(answer, flush=True)


class Office:
    """A process with a separate database."""

    def __init__(self, database_url: str, doublings: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.panel", "--serve", database_url, str(doublings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self) -> str:
        """The next line of its output."""
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def ask(self, what: str) -> str:
        """Send a request to it and return its answer."""
        assert self._process.stdin
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return self.read()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def compare(vendor: str, small_url: str, large_url: str) -> None:
    """Print a table for one kind of database. The two sizes are measured in turns, so that both have the same load."""
    small, large = Office(small_url, 0), Office(large_url, DOUBLINGS)
    few, many = (office.read().split(";") for office in (small, large))
    print(f"\n### {vendor}: {int(few[0]):,} and {int(many[0]):,} appointments\n", flush=True)
    print("| page | few: p50 ms | many: p50 ms | ratio | many: first time ms |\n|---|--:|--:|--:|--:|", flush=True)
    for name in few[1:]:
        first = float(large.ask(name))
        small.ask(name)
        rounds = [(float(small.ask(name)), float(large.ask(name))) for _round in range(ROUNDS)]
        before, after = (median(times) for times in zip(*rounds, strict=True))
        print(f"| {name} | {before:.1f} | {after:.1f} | {after / before:.2f} | {first:.1f} |", flush=True)
    print(f"\nThe first {EXPORTED:,} rows of many as CSV: {large.ask('export')}", flush=True)
    small.close()
    large.close()


def main() -> None:
    """Measure both kinds of database, one after the other."""
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
        return
    postgres = sys.argv[1] if len(sys.argv) > 1 else "postgres://postgres@127.0.0.1/entry_benchmark"
    server = ["--host=127.0.0.1", "--username=postgres"]
    names = [f"{postgres.rpartition('/')[2]}_{size}" for size in ("few", "many")]
    with tempfile.TemporaryDirectory() as folder:
        compare("SQLite", *(f"sqlite:///{Path(folder) / name}.sqlite3" for name in names))
    for name in names:
        subprocess.run(["dropdb", *server, "--if-exists", name], check=True)
        subprocess.run(["createdb", *server, name], check=True)
    compare("PostgreSQL", *(f"{postgres.rpartition('/')[0]}/{name}" for name in names))
    for name in names:
        subprocess.run(["dropdb", *server, name], check=True)


if __name__ == "__main__":
    main()
