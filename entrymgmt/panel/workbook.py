"""A workbook (XLSX, ECMA-376) of one sheet of texts, sent while it is being written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Iterator
from typing import Any
from xml.sax.saxutils import escape

# The most rows that a sheet of Excel holds.
MOST_ROWS = 1_048_576

_NAMESPACE = "http://schemas.openxmlformats.org"
_SHEET = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_NAMESPACE}/spreadsheetml/2006/main"><sheetData>'
_PARTS = {
    "[Content_Types].xml": '<?xml version="1.0" encoding="UTF-8"?>'
    f'<Types xmlns="{_NAMESPACE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<?xml version="1.0" encoding="UTF-8"?>'
    f'<Relationships xmlns="{_NAMESPACE}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_NAMESPACE}/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="{_NAMESPACE}/spreadsheetml/2006/main" '
    f'xmlns:r="{_NAMESPACE}/officeDocument/2006/relationships">'
    '<sheets><sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<?xml version="1.0" encoding="UTF-8"?>'
    f'<Relationships xmlns="{_NAMESPACE}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_NAMESPACE}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


async def workbook(sheet_name: str, chunks: AsyncIterator[list[list[str]]]) -> AsyncIterator[bytes]:
    """The file, a piece for each chunk of rows. No cell is a formula. What does not fit the sheet is left out."""
    out = _Outbox()
    left = MOST_ROWS
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in _PARTS.items():
            book.writestr(name, text.format(sheet=escape(sheet_name)))
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


class _Outbox(io.RawIOBase):
    """A file that is written once and read as it grows; a zip archive needs no more."""

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


def _rows(rows: list[list[str]]) -> bytes:
    return "".join(f"<row>{''.join(_cells(row))}</row>" for row in rows).encode()


def _cells(row: list[str]) -> Iterator[str]:
    for cell in row:
        # XML 1.0 has no control characters but these three.
        text = "".join(c for c in cell if c >= " " or c in "\t\n\r")
        yield f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
