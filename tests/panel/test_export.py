"""The export of appointments as a file."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from asgiref.sync import sync_to_async
from django.contrib.admin.models import LogEntry
from django.test import AsyncClient
from django.utils import timezone
from openpyxl import load_workbook

from appointments.choices import EndedBy, Kind, Reply
from appointments.models import Appointment
from appointments.records import export
from tests.cast import make_appointment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def download(manager):
    """Downloads a file as the office manager, over ASGI as in production."""

    async def get(path: str) -> bytes:
        client = AsyncClient()
        await client.aforce_login(manager)
        answer = await client.get(f"/admin/appointments/appointment/{path}")
        assert answer.status_code == 200
        return b"".join([part async for part in aiter(answer)])  # type: ignore[arg-type]

    return get


def table(data: bytes) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(StringIO(data.decode("utf-8-sig"))))


def sheet(data: bytes) -> list[list[object]]:
    """The rows of a workbook."""
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(data)).active.rows]


async def test_csv_and_xlsx_say_the_same(in_person, download):
    expected = ["Yusuf Al-Masri", "yusuf@visitor.example", "+44 7700 900142", "2", "Supplier review", "Anika Rao"]

    lines, cells = table(await download("csv/")), sheet(await download("xlsx/"))

    assert lines[1][:6] == [str(cell) for cell in cells[1][:6]] == expected
    assert lines[0] == cells[0] == export.headings()


async def test_a_workbook_can_be_computed_with(in_person, download):
    row = dict(zip(export.FIELDS, sheet(await download("xlsx/"))[1], strict=True))

    assert row["people"] == 2
    assert row["started_at"] == timezone.localtime(in_person.started_at).replace(second=0, microsecond=0, tzinfo=None)
    assert row["ended_at"] is None


async def test_a_file_says_in_words_how_a_visit_went(in_person, download):
    await sync_to_async(in_person.set_reply)(Reply.ON_MY_WAY)
    await sync_to_async(in_person.end)(EndedBy.HOST)

    row = dict(zip(export.FIELDS, table(await download("csv/"))[1], strict=True))

    assert (row["reply"], row["ended_by"]) == ("I’m on my way", "Host")


async def test_a_file_is_empty_where_nothing_happened_yet(in_person, download):
    row = dict(zip(export.FIELDS, table(await download("csv/"))[1], strict=True))

    assert [row[name] for name in ("reply", "ended_at", "ended_by")] == ["", "", ""]


def test_a_file_is_named_after_the_day_and_kept_by_no_cache(panel, in_person):
    answer = panel.get("/admin/appointments/appointment/csv/")

    today = timezone.localdate()
    assert answer["Content-Disposition"] == f'attachment; filename="appointments-{today}.csv"'
    assert "no-store" in answer["Cache-Control"]


async def test_only_what_is_filtered_is_exported(in_person, remote, download):
    assert [row[7] for row in table(await download("csv/?kind__exact=remote"))[1:]] == ["Remote"]


@pytest.mark.parametrize("name", ["=1+2", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"])
async def test_nothing_is_a_formula(host, download, name):
    await sync_to_async(make_appointment)(host, visitor_name=name, purpose="=HYPERLINK(0)")

    lines, book = table(await download("csv/")), load_workbook(BytesIO(await download("xlsx/")))

    assert lines[1][0] == f"'{name}"
    assert "f" not in {cell.data_type for row in book.active.rows for cell in row}


async def test_every_appointment_comes_once_newest_first_over_many_chunks(host, download, monkeypatch):
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 3)
    now = timezone.now()
    # Several started at the same moment.
    await Appointment.objects.abulk_create(
        Appointment(
            host=host, host_name=host.name, address_visited="", kind=Kind.REMOTE, visitor_name=f"Visitor {number:02}",
            visitor_email="v@visitor.example", visitor_phone="+447700900142", search_words="",
            started_at=now - timedelta(minutes=number // 4), ended_at=now, ended_by=EndedBy.HOST,
        )
        for number in range(20)
    )  # fmt: skip

    names = [row[0] for row in table(await download("csv/"))[1:]]

    assert sorted(names) == [f"Visitor {number:02}" for number in range(20)]
    assert [int(name[-2:]) // 4 for name in names] == [number // 4 for number in range(20)]


async def test_control_characters_break_no_workbook(host, download):
    await sync_to_async(make_appointment)(host, visitor_name="A\x0b\x1f<b>&\ud7ff\U0001f600")

    assert sheet(await download("xlsx/"))[1][0] == "A<b>&\ud7ff\U0001f600"


def test_an_export_is_in_the_change_log(panel, manager, in_person):
    panel.get("/admin/appointments/appointment/csv/?kind__exact=remote")

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr, entry.get_change_message()) == (
        manager,
        "CSV kind__exact=remote",
        "Exported.",
    )


def test_reception_cannot_export(desk, in_person):
    assert desk.get("/admin/appointments/appointment/csv/").status_code == 403
    assert "Export" not in desk.get("/admin/appointments/appointment/").content.decode()


async def test_a_search_is_exported_whole(in_person, remote, download, monkeypatch):
    monkeypatch.setattr("appointments.records.admin.COUNT_LIMIT", 1)

    assert len(table(await download("csv/?q=yusuf"))) == 3
