"""Cells of files that people open in a spreadsheet program."""

from __future__ import annotations

import re

# A spreadsheet program computes what begins so (OWASP, “CSV Injection”).
_FORMULA = re.compile(r"[=+\-@\t\r\n]")
# A number as people read it, such as +44 7700 900142, stays as it is: computed or not, it does no harm.
_NUMBER = re.compile(r"\+\d+( \d+)*")


def as_text(cell: str) -> str:
    """The cell, with an apostrophe in front where a spreadsheet program would take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
