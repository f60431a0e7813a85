"""Cells of files that people open in a spreadsheet program."""

from __future__ import annotations

import re

# A spreadsheet program evaluates cells that begin with these characters (OWASP, “CSV Injection”). A cell that has
# apostrophes before them gets one more, so that `from_text` gives back every cell as it was.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
# A number as people read it, such as +44 7700 900142, stays unchanged: it is harmless even if it is evaluated.
_NUMBER = re.compile(r"\+\d+( \d+)*")


def as_text(cell: str) -> str:
    """The cell, with an apostrophe in front when a spreadsheet program would evaluate it as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def from_text(cell: str) -> str:
    """The cell before :func:`as_text`: without its apostrophe. Those that belong to a name stay."""
    return cell[1:] if _GUARDED.match(cell) else cell
