"""Reads a file: recognises what it is, and finds the row of headings and the rows below it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from hosts.exchange import csvfiles, workbooks
from hosts.exchange.headings import MAX_HEADING, has_address, known
from hosts.exchange.sheets import MAX_COLUMNS, Sheet, Unreadable

MAX_ROWS = 50_000
# Headings stand in one of the first rows; above them may be a title.
HEAD_ROWS = 20


@dataclass(frozen=True)
class Table:
    """What a file holds: headings, and each row that is not empty with its number in the file.

    `source` says as what it was read, for people.
    """

    headings: list[str]
    rows: list[tuple[int, list[str]]]
    source: str


def read(data: bytes) -> Table:
    """The table in a file. Raises :class:`Unreadable`, with one sentence, where there is none."""
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    sheets = _sheets(data)
    heads = [[row[:MAX_COLUMNS] for row in islice(sheet.rows(), HEAD_ROWS)] for sheet in sheets]
    best = max(range(len(sheets)), key=lambda at: (max(map(known, heads[at]), default=0), sheets[at].is_active))
    return _table(sheets[best], heads[best])


def _sheets(data: bytes) -> Sequence[Sheet]:
    if data.startswith(b"PK\x03\x04"):
        _refuse_other_archives(data)
        return workbooks.open_workbook(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            _("This is a workbook of the older kind (XLS), or has a password. Save it as XLSX without one, or as CSV.")
        )
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"GIF8", b"{\\rtf")):
        raise Unreadable(_("This is no spreadsheet. Choose a CSV or XLSX file."))
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise Unreadable(_("This is a web page or XML, whatever its name says. Save it as XLSX or CSV."))
    return [csvfiles.open_text(data)]


def _refuse_other_archives(data: bytes) -> None:
    """Raise Unreadable for what programs save as an archive, too."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise Unreadable(_("The file is damaged. Save it again, as XLSX or CSV.")) from error
    if "xl/workbook.xml" in names:
        return
    if "Index/Document.iwa" in names or "Index.zip" in names:
        raise Unreadable(_("This is a Numbers file. Export it from Numbers as Excel or CSV."))
    if "content.xml" in names:
        raise Unreadable(_("This is an OpenDocument file. Save it as XLSX or CSV."))
    if "xl/workbook.bin" in names:
        raise Unreadable(_("This is a binary workbook (XLSB). Save it as XLSX or CSV."))
    raise Unreadable(_("This is no spreadsheet. Choose a CSV or XLSX file."))


def _table(sheet: Sheet, head: Sequence[Sequence[str]]) -> Table:
    at = _head_row(head)
    rows: list[tuple[int, list[str]]] = []
    width = 0
    for number, cells in _filled(sheet.rows(), after=0 if at is None else at + 1):
        rows.append((number, cells))
        width = max(width, len(cells))
        if len(rows) > MAX_ROWS:
            raise Unreadable(_("The file has more than %(count)d rows. Divide it.") % {"count": MAX_ROWS})
    headings = [cell.strip()[:MAX_HEADING] for cell in head[at]] if at is not None else []
    headings += [""] * (width - len(headings))
    if not rows:
        raise Unreadable(_("There are no rows below the headings."))
    return Table(headings, rows, sheet.source)


def _head_row(head: Sequence[Sequence[str]]) -> int | None:
    """The row with the most known headings, or else the one with the most texts above the first person, if any."""
    best = max(range(len(head)), key=lambda at: (known(head[at]), -at), default=0)
    if head and known(head[best]):
        return best
    first = next((at for at, row in enumerate(head) if has_address(row)), len(head))
    return max(range(first), key=lambda at: (sum(bool(cell.strip()) for cell in head[at]), -at), default=None)


def _filled(rows: Iterable[Sequence[str]], *, after: int) -> Iterable[tuple[int, list[str]]]:
    """The rows after so many in which something stands, with their numbers."""
    for number, row in enumerate(rows, 1):
        cells = [cell.replace("\x00", "") for cell in row[:MAX_COLUMNS]]
        if number > after and any(cell.strip() for cell in cells):
            yield number, cells
