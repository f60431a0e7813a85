"""Reads workbooks (XLSX)."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from core.workbook import MAX_ROWS
from hosts.exchange.cells import of_number
from hosts.exchange.sheets import MAX_COLUMNS, Sheet, Unreadable

# What a workbook may unpack to; the largest that people import is a tenth of it.
MAX_UNPACKED = 64 * 1024 * 1024


def open_workbook(data: bytes) -> Sequence[Sheet]:
    """The sheets of a workbook, those that are shown before those that are hidden.

    Raises :class:`Unreadable` where it is damaged, or unpacks to too much.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # zipfile reads no more of a part than is said here.
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
            raise Unreadable(_("The workbook is too large. Keep only the sheet with the hosts."))
    try:
        with warnings.catch_warnings():
            # Of parts that openpyxl does not know, such as those of newer programs, nothing is needed.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [_sheet(each, is_active=each is book.active) for each in book.worksheets]
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise _damaged() from error
    if not sheets:
        raise Unreadable(_("The workbook has no sheet with cells."))
    return sheets


def _sheet(worksheet: Any, *, is_active: bool) -> Sheet:
    # What a program wrote about the size of a sheet may be wrong.
    worksheet.reset_dimensions()

    def rows() -> Iterator[Sequence[str]]:
        try:
            for number, row in enumerate(worksheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
                _refuse_beyond_last(number)
                yield _texts(row)
        except Exception as error:
            raise _damaged() from error

    source = _("workbook, sheet “%(sheet)s”") % {"sheet": worksheet.title}
    return Sheet(rows, source, is_active)


def _refuse_beyond_last(number: int) -> None:
    # openpyxl makes up each row that is missing before another, however many those are.
    if number > MAX_ROWS:
        raise _damaged()


def _texts(row: tuple[Any, ...]) -> list[str]:
    """The texts of its cells up to the last one that holds something."""
    if row.count(None) == len(row):
        return []
    filled = next(at for at in range(len(row), 0, -1) if row[at - 1] is not None)
    return [_text(value) for value in row[:filled]]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return of_number(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _damaged() -> Unreadable:
    return Unreadable(_("The file is damaged. Save it again, as XLSX or CSV."))
