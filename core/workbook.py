"""Streams a workbook (XLSX, ECMA-376) of one sheet.

openpyxl's write-only mode takes five times as long (1.8 instead of 0.33 seconds for 20,000 rows) and sends nothing
before the last row is written. The export of a million appointments must start immediately and use little memory.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

Cell = str | int | datetime | None

# The most rows that a sheet of Excel holds.
MAX_ROWS = 1_048_576
# Spreadsheet programs count days from this day (ECMA-376 part 1, 18.17.4.1).
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet's moments have no zone
# The width of a column in characters, wide enough that a moment is not shown as ####.
COLUMN_WIDTH = 18

_NAMESPACE = "http://schemas.openxmlformats.org"
_MAIN = f"{_NAMESPACE}/spreadsheetml/2006/main"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = f"{_NAMESPACE}/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_SHEET = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="50" width="{COLUMN_WIDTH}" customWidth="1"/></cols>'
    "<sheetData>"
)
# The index of the style of moments in `cellXfs`.
_MOMENT_STYLE = 1
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_PARTS = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_NAMESPACE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_NAMESPACE}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
    '<sheets><sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_NAMESPACE}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": _STYLES,
}


async def workbook(sheet_name: str, chunks: AsyncIterator[list[list[Cell]]]) -> AsyncIterator[bytes]:
    """The bytes of the file, one part for each chunk of rows.

    Numbers and moments (without a time zone) are typed cells; no cell is a formula. Rows beyond `MAX_ROWS` are
    dropped.
    """
    out = _Buffer()
    left = MAX_ROWS
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in _PARTS.items():
            book.writestr(name, text.replace("{sheet}", escape(sheet_name)))
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_SHEET.encode())
            async for rows in chunks:
                sheet.write(_rows(rows[:left]))
                left -= len(rows[:left])
                yield out.take()
                if not left:
                    break
            sheet.write(b"</sheetData></worksheet>")
    yield out.take()


class _Buffer(io.RawIOBase):
    """A write-only file whose bytes are taken out while it grows; a zip archive needs nothing else."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def _rows(rows: list[list[Cell]]) -> bytes:
    return "".join(f"<row>{''.join(_cells(row))}</row>" for row in rows).encode()


def _cells(row: list[Cell]) -> Iterator[str]:
    for cell in row:
        match cell:
            case None:
                yield "<c/>"
            case int():
                yield f"<c><v>{cell}</v></c>"
            case datetime():
                yield f'<c s="{_MOMENT_STYLE}"><v>{(cell - EPOCH) / timedelta(days=1)!r}</v></c>'
            case str():
                # XML 1.0 allows only these three control characters.
                text = "".join(c for c in cell if c >= " " or c in "\t\n\r")
                yield f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
