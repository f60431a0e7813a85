"""What is confirmed is written in small transactions: once, whoever stops, and never over somebody else's change."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from statistics import median

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from appointments.choices import EndedBy
from hosts import tasks
from hosts.exchange import previews, writing
from hosts.exchange.checking import digest
from hosts.models import Host, Import
from tests.cast import make_appointment, make_host
from tests.hosts.exchange.files import HEAD, NAOMI, csv_of, import_whole, preview
from tests.services.inbox import until

ROWS = [[f"Host {n:03}", "", f"host{n}@meridianhouse.example", "098765 43299", "4th floor", "", ""] for n in range(120)]


@pytest.fixture
def confirmed(db) -> Import:
    """A confirmed import of 120 new hosts, of which nothing is written yet."""
    found = preview(csv_of(HEAD, *ROWS))
    assert previews.confirm(found, digest(found.plan), None)
    return found


def test_each_transaction_writes_some_rows_and_says_how_far_it_is(confirmed, monkeypatch):
    monkeypatch.setattr(writing, "LOCKED_SECONDS", 60)

    assert writing.write_some(confirmed.pk, confirmed.plan["changes"])

    confirmed.refresh_from_db()
    assert confirmed.done == confirmed.added == Host.objects.count() == writing.ROWS_AT_ONCE


def test_a_transaction_ends_after_some_time_however_many_rows_it_has(confirmed, monkeypatch):
    monkeypatch.setattr(writing, "LOCKED_SECONDS", 0)

    assert writing.write_some(confirmed.pk, confirmed.plan["changes"])

    confirmed.refresh_from_db()
    assert confirmed.done == confirmed.added == Host.objects.count() == 1


def test_a_transaction_sends_one_hint_to_the_check_in_pages(confirmed, monkeypatch, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as hints:
        writing.write_some(confirmed.pk, confirmed.plan["changes"])

    assert len(hints) == 1


def test_a_transaction_that_is_lost_is_lost_whole(confirmed, monkeypatch):
    class KilledError(Exception):
        """What a worker does not survive."""

    def die(*args, **kwargs):
        raise KilledError

    monkeypatch.setattr(Import, "advance", die)

    with pytest.raises(KilledError):
        writing.write_some(confirmed.pk, confirmed.plan["changes"])

    confirmed.refresh_from_db()
    assert confirmed.done == Host.objects.count() == 0


def test_an_import_that_a_worker_left_is_taken_up_and_each_row_written_once(confirmed, monkeypatch):
    writing.write_some(confirmed.pk, confirmed.plan["changes"])
    queued: list[int] = []
    monkeypatch.setattr("hosts.exchange.tasks.write_import", queued.append)

    tasks.resume_imports.call_local()
    assert queued == []
    Import.objects.update(touched_at=timezone.now() - timedelta(minutes=1))
    tasks.resume_imports.call_local()
    assert queued == [confirmed.pk]

    tasks.write_import.call_local(confirmed.pk)
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.added, Host.objects.count()) == (Import.State.DONE, 120, 120)


def test_a_task_leaves_the_rest_to_the_next_after_some_time(confirmed, monkeypatch):
    monkeypatch.setattr(writing, "SPELL_SECONDS", 0)
    queued: list[int] = []
    monkeypatch.setattr("hosts.exchange.tasks.write_import", queued.append)

    tasks.write_import.call_local(confirmed.pk)

    assert queued == [confirmed.pk]
    assert 0 < Host.objects.count() < 120


def test_what_the_file_said_is_forgotten_when_all_is_written(confirmed):
    while writing.write_some(confirmed.pk, confirmed.plan["changes"]):
        pass

    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.table, confirmed.plan) == (Import.State.DONE, {}, {})


def test_imports_are_forgotten_after_a_day_but_none_that_is_being_written(confirmed):
    preview(csv_of(HEAD, NAOMI))
    Import.objects.update(touched_at=timezone.now() - timedelta(days=2))

    tasks.purge_imports.call_local()

    assert list(Import.objects.all()) == [confirmed]


def test_what_somebody_else_changed_meanwhile_stays_and_is_said(db):
    host = make_host()
    found = preview(csv_of(["Email", "Title", "Phone"], [host.email, "Director", "098765 43299"]))
    previews.confirm(found, digest(found.plan), None)
    Host.objects.update(phone="+919876543255")

    writing.write_some(found.pk, found.plan["changes"])

    host.refresh_from_db()
    found.refresh_from_db()
    assert (host.title, host.phone) == ("Director", "+919876543255")
    assert [(left["name"], left["why"], left["attribute"]) for left in found.left] == [
        ("Anika Rao", "changed", "phone")
    ]


def test_a_host_who_was_deleted_or_added_meanwhile_is_left_and_said(db):
    host = make_host()
    found = preview(csv_of(HEAD, NAOMI, [host.name, "Director", host.email, "", "", "", ""]))
    previews.confirm(found, digest(found.plan), None)
    host.delete()
    make_host(name="Naomi Before", email=NAOMI[2].upper())

    writing.write_some(found.pk, found.plan["changes"])

    found.refresh_from_db()
    assert sorted(left["why"] for left in found.left) == ["added", "gone"]
    assert [each.name for each in Host.objects.all()] == ["Naomi Before"]
    assert (found.state, found.added, found.changed) == (Import.State.DONE, 0, 0)


def test_a_row_that_the_database_refuses_is_said_and_keeps_no_other_back(confirmed):
    changes = confirmed.plan["changes"]
    changes[3]["values"]["name"] = (None, None)

    while writing.write_some(confirmed.pk, changes):
        pass

    confirmed.refresh_from_db()
    assert [left["why"] for left in confirmed.left] == ["refused"]
    assert confirmed.added == Host.objects.count() == 119


def test_an_import_goes_on_when_its_account_is_gone(db):
    user = User.objects.create_user("maria")
    found = previews.begin("hosts.csv", csv_of(HEAD, NAOMI), user)
    previews.confirm(found, digest(found.plan), user)
    user.delete()

    while writing.write_some(found.pk, found.plan["changes"]):
        pass

    assert Host.objects.count() == 1
    assert not LogEntry.objects.exists()


def test_importing_twice_is_harmless(db):
    import_whole(csv_of(HEAD, *ROWS))

    found = preview(csv_of(HEAD, *ROWS))

    assert (found.plan["changes"], found.plan["same"]) == ([], 120)
    assert not previews.confirm(found, digest(found.plan), None)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_each_row_once(confirmed, monkeypatch):
    monkeypatch.setattr(writing, "ROWS_AT_ONCE", 5)
    monkeypatch.setattr(writing, "PAUSE_SECONDS", 0)

    def work() -> None:
        try:
            writing.write_for_a_while(confirmed.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    confirmed.refresh_from_db()
    assert (confirmed.added, confirmed.left, Host.objects.count()) == (120, [], 120)


@pytest.fixture
def long_import(transactional_db) -> Import:
    """A confirmed import of 1,500 new hosts."""
    rows = [[f"Host {n}", "", f"many{n}@meridianhouse.example", "098765 43299", "4th", "", ""] for n in range(1500)]
    found = preview(csv_of(HEAD, *rows))
    assert previews.confirm(found, digest(found.plan), None)
    return found


def is_over(found: Import) -> bool:
    """Whether all of it is written."""
    found.refresh_from_db()
    return found.state == Import.State.DONE


def test_whoever_checks_in_while_a_worker_imports_gets_in_between_its_transactions(host, server, long_import):
    written: list[int] = []

    def check_in() -> bool:
        before = long_import.done
        make_appointment(host).end(EndedBy.HOST)
        is_all = is_over(long_import)
        if before > 0 and not is_all:
            written.append(long_import.done - before)
        return is_all

    tasks.write_import(long_import.pk)
    assert until(check_in, seconds=120)

    # Beginning and end are two transactions of the check-in, and each may have waited for the next pause.
    assert len(written) > 10
    assert median(written) <= 2 * writing.ROWS_AT_ONCE
    assert (long_import.added, Host.objects.count()) == (1500, 1501)


def test_an_import_whose_worker_was_killed_is_written_whole_by_the_next(server, long_import):
    tasks.write_import(long_import.pk)
    assert until(lambda: Import.objects.filter(done__gt=0).exists())

    server.worker.stop(signal.SIGKILL)
    assert not is_over(long_import)
    assert long_import.done == Host.objects.count()
    Import.objects.update(touched_at=timezone.now() - timedelta(minutes=1))
    server.worker.start()

    assert until(lambda: is_over(long_import))
    assert (long_import.added, long_import.left, Host.objects.count()) == (1500, [], 1500)
