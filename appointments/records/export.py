"""Streams any number of appointments as a file for spreadsheet programs."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import Field, QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.choices import EndedBy, Kind, Reply
from appointments.models import Appointment
from core.phones import international
from core.spreadsheets import as_text
from core.workbook import Cell, workbook

ROWS_AT_ONCE = 1000
FIELDS = (
    "visitor_name",
    "visitor_email",
    "visitor_phone",
    "people",
    "purpose",
    "host_name",
    "address_visited",
    "kind",
    "started_at",
    "ended_at",
    "ended_by",
    "reply",
)


def headings() -> list[str]:
    """The names of the columns."""
    return [str(field.verbose_name) for name in FIELDS if isinstance(field := Appointment._meta.get_field(name), Field)]


async def rows(appointments: QuerySet[Appointment]) -> AsyncIterator[list[list[Cell]]]:
    """The cells of these appointments, newest first, in chunks of rows (keyset pagination: no cursor stays open)."""
    ordered = appointments.order_by("-started_at", "-pk").values_list(*FIELDS, "pk")
    cells, last = await _some(ordered)
    while last:
        yield cells
        started_at, pk = last[FIELDS.index("started_at")], last[-1]
        cells, last = await _some(ordered.filter(started_at__lte=started_at).exclude(started_at=started_at, pk__gte=pk))


@sync_to_async
def _some(ordered: QuerySet[Appointment, tuple[Any, ...]]) -> tuple[list[list[Cell]], tuple[Any, ...]]:
    """The cells of the first rows, and the last of these rows; empty when there is none.

    Runs in the request's thread. In the event loop's thread it would block every chat for a quarter of a second.
    """
    found = list(ordered[:ROWS_AT_ONCE])
    return [_cells(row) for row in found], found[-1] if found else ()


def _cells(row: tuple[Any, ...]) -> list[Cell]:
    """The row as people read it: choices in words, moments in the office's time zone, numbers as numbers."""
    values = dict(zip(FIELDS, row[:-1], strict=True))
    values["visitor_phone"] = international(values["visitor_phone"])
    values["kind"] = str(Kind(values["kind"]).label)
    values["ended_by"] = str(EndedBy(values["ended_by"]).label) if values["ended_by"] else ""
    values["reply"] = str(Reply(values["reply"]).label) if values["reply"] else ""
    return [_local(values[name]) for name in FIELDS]


def _local(value: Any) -> Cell:
    if not isinstance(value, datetime):
        cell: Cell = value
        return cell
    return timezone.localtime(value).replace(second=0, microsecond=0, tzinfo=None)


async def as_csv(appointments: QuerySet[Appointment]) -> AsyncIterator[bytes]:
    """CSV in UTF-8 with a byte order mark, which Excel needs to detect UTF-8; no cell is a formula."""
    yield b"\xef\xbb\xbf"
    async for some in _with_headings(appointments):
        yield _lines(some)


def _lines(some: list[list[Cell]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([as_text(_in_words(cell)) for cell in row] for row in some)
    return text.getvalue().encode()


def _in_words(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return "" if cell is None else str(cell)


def as_xlsx(appointments: QuerySet[Appointment]) -> AsyncIterator[bytes]:
    """A workbook, newest first."""
    return workbook(_("Appointments"), _with_headings(appointments))


async def _with_headings(appointments: QuerySet[Appointment]) -> AsyncIterator[list[list[Cell]]]:
    yield [[*headings()]]
    async for some in rows(appointments):
        yield some


FORMATS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def response(appointments: QuerySet[Appointment], file_format: str) -> StreamingHttpResponse:
    """The streaming download in one of `FORMATS`."""
    write, content_type = FORMATS[file_format]
    name = f"appointments-{timezone.localdate()}.{file_format}"
    return StreamingHttpResponse(
        write(appointments),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
