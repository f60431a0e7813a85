"""`manage.py backup` and `manage.py restore`: the whole way, while people check in."""

from __future__ import annotations

import os
import re
import select
import socket
import socketserver
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from appointments.choices import Kind
from appointments.models import Appointment
from entrymgmt.copies import SUFFIXES
from tests.cast import make_appointment, make_host
from tests.edge.stranger import Stranger
from tests.services import product
from tests.services.databases import empty_database
from tests.services.inbox import until
from tests.services.product import ROOT, Product

# Two for each of host and visitor: an email and a text.
NOTICES = 4
SOME = 5


def manage(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a management command says on this database."""
    environment = {**os.environ, "DATABASE_URL": url}
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, check=False, env=environment, capture_output=True, text=True)


@contextmanager
def people_check_in() -> Iterator[Callable[[], int]]:
    """Meanwhile one visitor after the other starts a chat; yields how many have."""
    over = threading.Event()
    done = [0]

    def start() -> None:
        host = make_host()
        while not over.is_set():
            make_appointment(host, kind=Kind.REMOTE)
            done[0] += 1
        connection.close()

    thread = threading.Thread(target=start)
    thread.start()
    try:
        yield lambda: done[0]
    finally:
        over.set()
        thread.join()


def opened(url: str) -> closing[Any]:
    """This database, without Django."""
    is_file = url.startswith("sqlite")
    return closing(sqlite3.connect(urlsplit(url).path) if is_file else psycopg.connect(url, autocommit=True))


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """What this database has."""
    with opened(url) as database:
        return list(database.execute(query).fetchall())


@contextmanager
def somebody_reads(url: str) -> Iterator[None]:
    """Meanwhile a reader goes on, so that SQLite keeps what is new in a second file."""
    with opened(url) as database:
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM hosts_host").fetchall()
        yield


def test_a_copy_made_while_people_check_in_comes_back_whole(transactional_db, tmp_path):
    with somebody_reads(product.test_database_url()), people_check_in() as done:
        assert until(lambda: done() >= SOME)
        before = done()
        saved = manage(product.test_database_url(), "backup", str(tmp_path / "copies"))
        during = done()
        assert until(lambda: done() >= during + SOME)
    assert saved.returncode == 0, saved.stderr
    (copy,) = (tmp_path / "copies").iterdir()

    with empty_database(tmp_path) as url:
        restored = manage(url, "restore", str(copy))
        assert restored.returncode == 0, restored.stderr
        assert manage(url, "migrate", "--check").returncode == 0

        assert during > before
        for table in ("appointments_appointment", "hosts_host", "auth_group_permissions", "django_migrations"):
            query = f"SELECT * FROM {table} ORDER BY id"
            there, here = rows(url, query), rows(product.test_database_url(), query)
            assert there == here[: len(there)]
        visits = rows(url, "SELECT visitor_token, host_token FROM appointments_appointment ORDER BY id")
        assert len(visits) >= before
        # Each visit is there with everything that was saved with it.
        assert rows(url, "SELECT count(*) FROM notifications_notification") == [(NOTICES * len(visits),)]
        links_work(visits[-1], Product(tmp_path, {"DATABASE_URL": url}))


def links_work(tokens: tuple[str, str], copy: Product) -> None:
    """The product on the restored database knows both people by their links."""
    copy.web.start()
    try:
        copy.wait_until_up()
        browser = Stranger(copy.url, {})
        for kind, token in zip("vh", tokens, strict=True):
            assert browser.ask(f"/{kind}/{token}/chat/")[0] == 200
    finally:
        copy.web.stop()


def test_only_its_owner_can_read_a_copy(transactional_db, tmp_path):
    call_command("backup", str(tmp_path / "copies"), stdout=StringIO())

    (copy,) = (tmp_path / "copies").iterdir()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700


def test_the_oldest_copies_go_and_nothing_else_does(transactional_db, tmp_path):
    suffix = SUFFIXES[connection.vendor]
    old = [tmp_path / f"entry-2020010{day}-023000{suffix}" for day in (1, 2, 3)]
    other = tmp_path / "notes.txt"
    for file in (*old, other):
        file.touch()

    call_command("backup", str(tmp_path), keep=2, stdout=StringIO())

    kept = {*tmp_path.iterdir()} - {other}
    assert len(kept) == 2
    assert old[2] in kept
    assert other.exists()


def test_the_new_copy_is_always_kept(tmp_path):
    with pytest.raises(CommandError, match="--keep must be 1 or more"):
        call_command("backup", str(tmp_path), keep=0)


def test_a_copy_replaces_no_database_that_is_in_use(transactional_db, tmp_path, host):
    call_command("backup", str(tmp_path), stdout=StringIO())
    make_appointment(host)

    with pytest.raises(CommandError, match="The database is not empty"):
        call_command("restore", str(next(tmp_path.iterdir())))

    assert Appointment.objects.exists()


def test_what_is_no_copy_is_refused_in_a_sentence(tmp_path):
    file = tmp_path / "notes.dump"
    file.write_text("No database, but many words. " * 1000)

    with empty_database(tmp_path) as url:
        ended = manage(url, "restore", str(file))

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert ended.stderr.startswith("CommandError: ")


class Pooler(socketserver.BaseRequestHandler):
    """Stand-in for PgBouncer as its clients see it: their process id is not that of the server’s process."""

    def handle(self) -> None:
        """Pass everything on, in both directions, until one side ends."""
        where = connection.settings_dict["HOST"], connection.settings_dict["PORT"]
        with suppress(ConnectionError), socket.create_connection(where) as server:
            sides = {server: self.request, self.request: server}
            while True:
                for side in select.select(sides, [], [])[0]:
                    data = side.recv(65536)
                    if not data:
                        return
                    # BackendKeyData: its type and length, then the process id.
                    sides[side].sendall(re.sub(rb"(?<=K\0\0\0\x0c).{4}", b"\0\0\0\1", data, flags=re.DOTALL))


@pytest.mark.postgresql
def test_no_copy_is_made_through_a_pooler_whose_connections_it_would_leave_unusable(transactional_db, tmp_path):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Pooler) as pooler:
        threading.Thread(target=pooler.serve_forever, kwargs={"poll_interval": 0.05}).start()
        user = connection.settings_dict["USER"]
        name = connection.settings_dict["NAME"]
        ended = manage(
            f"postgres://{user}@127.0.0.1:{pooler.server_address[1]}/{name}?sslmode=disable", "backup", str(tmp_path)
        )
        pooler.shutdown()

    assert ended.returncode == 1
    assert "name PostgreSQL itself" in ended.stderr
    assert [*tmp_path.iterdir()] == []


@pytest.mark.postgresql
def test_without_the_programs_of_postgresql_the_operator_is_told_which_is_missing(
    transactional_db, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(CommandError, match="pg_dump is not installed"):
        call_command("backup", str(tmp_path))
