"""Hosts as a file, and the template of a file to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable

from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.spreadsheets import as_text
from core.workbook import Cell, workbook
from hosts.exchange.columns import COLUMNS, row_of
from hosts.models import Host

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def response(hosts: Iterable[Host], file_format: str) -> HttpResponse:
    """The hosts as a download in one of `FORMATS`. No cell is a formula; imported again, it changes nothing."""
    rows = [headings(), *([as_text(cell) for cell in row_of(host)] for host in hosts)]
    data = _as_csv(rows) if file_format == "csv" else _as_xlsx(rows)
    return _download(data, f"hosts-{timezone.localdate()}.{file_format}")


def template() -> HttpResponse:
    """A workbook to fill in: the headings, above columns of text."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Hosts")
    for at, heading in enumerate(headings(), 1):
        cell = sheet.cell(1, at, heading)
        cell.font = Font(bold=True)
        # As text, so that a phone number keeps its zeros and its plus sign.
        column = sheet.column_dimensions[get_column_letter(at)]
        column.width, column.number_format = 24, "@"
    sheet.freeze_panes = "A2"
    data = io.BytesIO()
    book.save(data)
    return _download(data.getvalue(), "hosts.xlsx")


def headings() -> list[str]:
    """The names of the columns, in the panel's language."""
    return [str(column.label) for column in COLUMNS]


def _as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    # Excel needs the mark to recognise UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _as_xlsx(rows: list[list[str]]) -> bytes:
    async def chunks() -> AsyncIterator[list[list[Cell]]]:
        yield [[*row] for row in rows]

    async def collected() -> bytes:
        return b"".join([part async for part in workbook(_("Hosts"), chunks())])

    data: bytes = async_to_sync(collected)()
    return data


def _download(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=FORMATS[name.rpartition(".")[2]], headers=headers)
