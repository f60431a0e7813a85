"""Files as people choose them, and imports of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook

from hosts.exchange import previews, writing
from hosts.exchange.checking import digest
from hosts.models import Import

HEAD = ["Name", "Title", "Email", "Phone", "Address", "Presence", "Listed"]
NAOMI = ["Naomi Tanaka", "Legal", "naomi@meridianhouse.example", "098765 43299", "4th floor", "Remote", "yes"]


def csv_of(*rows: Sequence[str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A CSV file of these rows."""
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_of(*rows: Sequence[Any]) -> bytes:
    """A workbook of one sheet with these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def preview(data: bytes) -> Import:
    """The import of this file, not confirmed."""
    return previews.begin("hosts.csv", data, None)


def import_whole(data: bytes) -> Import:
    """Import this file, confirmed and written."""
    found = preview(data)
    assert not found.plan["faults"], found.plan["faults"]
    assert not found.plan["missing"], found.plan["missing"]
    confirm_and_write(found)
    return found


def confirm_and_write(found: Import) -> None:
    """Confirm this import as it was shown, and write all of it."""
    if found.plan["changes"]:
        assert previews.confirm(found, digest(found.plan), None)
        while writing.write_some(found.pk, found.plan["changes"]):
            pass
    found.refresh_from_db()


def faults(data: bytes) -> list[str]:
    """The sentences about the rows of a file."""
    return [fault["sentence"] for fault in preview(data).plan["faults"]]
