"""The office's settings: one record, read with one function, current in every process within a second."""

import ast
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from offices import current
from offices.current import current_office, last_known_office
from offices.models import THE_OFFICE, Office
from tests.services.product import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def unfixed(settings):
    """An installation whose environment fixes nothing of the office."""
    settings.OFFICE_FIXED = {}
    current.forget_office()


@pytest.fixture
def clock(monkeypatch):
    """Advances the clock of the office's cache."""
    now = [1000.0]
    monkeypatch.setattr(current, "REFRESH_SECONDS", 1.0)
    monkeypatch.setattr("offices.current.time.monotonic", lambda: now[0])

    def move(time: timedelta) -> None:
        now[0] += time.total_seconds()

    return move


def test_an_office_that_nobody_has_set_up_has_defaults(unfixed):
    office = current_office()

    assert (office.name, office.time_zone, office.phone_region, office.link_retention_days) == (
        "Our office",
        "UTC",
        "",
        30,
    )


def test_what_is_saved_is_known_at_once_where_it_is_saved(unfixed):
    current_office()

    Office.objects.create(pk=THE_OFFICE, name="Meridian House")

    assert current_office().name == "Meridian House"


def test_what_the_environment_fixes_counts(unfixed, office):
    Office.objects.create(pk=THE_OFFICE, name="Stored", chat_wait_seconds=60)

    office(name="Fixed")

    assert (current_office().name, current_office().chat_wait_seconds) == ("Fixed", 60)


def test_what_another_process_saves_is_known_after_a_second(unfixed, clock):
    Office.objects.create(pk=THE_OFFICE, name="Before")
    current_office()
    # As in another process: this process gets no signal.
    Office.objects.update(name="After")

    clock(timedelta(milliseconds=900))
    assert current_office().name == "Before"
    clock(timedelta(milliseconds=100))
    assert current_office().name == "After"


def test_the_database_is_asked_once_a_second_however_often_it_is_needed(unfixed, clock, django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(100):
            current_office()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_known(unfixed, clock):
    Office.objects.create(pk=THE_OFFICE, name="Before")
    with transaction.atomic():
        Office.objects.update_or_create(pk=THE_OFFICE, defaults={"name": "After"})
        transaction.set_rollback(True)

    clock(timedelta(seconds=1))

    assert current_office().name == "Before"


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_at_once_all_get_it(unfixed):
    Office.objects.create(pk=THE_OFFICE, name="Meridian House")
    current.forget_office()
    names: list[str] = []

    def ask() -> None:
        names.append(current_office().name)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert names == ["Meridian House"] * 16


def test_the_last_known_office_needs_no_query(unfixed, django_assert_num_queries):
    Office.objects.create(pk=THE_OFFICE, name="Meridian House")
    current_office()

    with django_assert_num_queries(0):
        assert last_known_office().name == "Meridian House"
        current.forget_office()
        assert last_known_office().name == "Our office"


def test_nothing_else_reads_these_settings():
    """Every app uses `current_office`: none reads the row, or the settings that the environment fixes."""
    apps = ["entrymgmt", "panel", "rollcall", "chat", "appointments", "kiosks", "hosts", "notifications", "core"]
    readers = {
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for app in apps
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"settings.OFFICE_FIXED", "Office.objects"}
    }

    assert readers == {
        # Modules that run before there is a database, and those that edit the record itself.
        "appointments/checks.py: settings.OFFICE_FIXED",
        "panel/office.py: Office.objects",
    }
