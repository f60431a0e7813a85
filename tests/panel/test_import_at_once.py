"""An import at which several people, or presses, are at once."""

import threading
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from hosts.exchange import pages, previews
from hosts.models import Import
from tests.hosts.exchange.files import HEAD, NAOMI, csv_of
from tests.panel.test_import import confirm, upload, write


def test_the_change_log_names_who_confirmed_whoever_chose_the_file(panel, manager):
    other = User.objects.create_user("lena", password="a quiet front desk", is_staff=True)
    other.groups.set(manager.groups.all())
    colleague = Client()
    colleague.force_login(other)

    confirm(colleague, upload(panel, csv_of(HEAD, NAOMI)))
    write(Import.objects.get())

    assert LogEntry.objects.get().user == other


def test_a_press_that_comes_second_names_nobody_and_queues_nothing(panel, manager, monkeypatch):
    queued: list[int] = []
    monkeypatch.setattr(pages, "write_import", queued.append)
    preview = upload(panel, csv_of(HEAD, NAOMI))

    confirm(panel, preview)
    page = confirm(panel, preview)

    assert queued == [Import.objects.get().pk]
    assert Import.objects.get().user == manager
    assert "Nothing was imported yet" not in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_several_presses_at_once_one_queues_the_writing(panel, monkeypatch):
    preview = upload(panel, csv_of(HEAD, NAOMI))
    queued: list[int] = []
    monkeypatch.setattr(pages, "write_import", queued.append)
    everybody = threading.Barrier(3, timeout=30)
    begin = previews.confirm

    def begin_together(*args: Any) -> bool:
        everybody.wait()
        return begin(*args)

    def press() -> None:
        try:
            panel.post(preview.request["PATH_INFO"], {"seen": preview.context["seen"]})
        finally:
            connection.close()

    monkeypatch.setattr(previews, "confirm", begin_together)
    presses = [threading.Thread(target=press) for _ in range(3)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()

    assert queued == [Import.objects.get().pk]


def test_columns_chosen_too_late_leave_an_import_that_is_being_written(panel):
    preview = upload(panel, csv_of(HEAD, NAOMI))
    late = Import.objects.get()
    confirm(panel, preview)

    previews.rematch(late, {"email": 2})

    found = Import.objects.get()
    assert (found.state, found.matching["name"], found.total) == (Import.State.WRITING, 0, 1)
    write(found)
    previews.rematch(late, {"email": 2})
    assert Import.objects.get().state == Import.State.DONE


def test_columns_chosen_for_a_preview_that_is_gone_bring_nothing_back(panel):
    upload(panel, csv_of(HEAD, NAOMI))
    late = Import.objects.get()
    Import.objects.all().delete()

    previews.rematch(late, {"email": 2})

    assert not previews.confirm(late, "x", None)
    assert not Import.objects.exists()
