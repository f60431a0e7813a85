"""Reads text files of rows (CSV and its kin): recognises encoding and delimiter."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from hosts.exchange.encodings import decode
from hosts.exchange.headings import known
from hosts.exchange.sheets import MAX_COLUMNS, Sheet, Unreadable

_DELIMITERS = (",", ";", "\t", "|")
_SAID = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_SAMPLE_ROWS = 30


def open_text(data: bytes) -> Sheet:
    """The only sheet of a text file. Raises :class:`Unreadable` where it is no text."""
    text, encoding = decode(data)
    # Excel's own first line, which names the delimiter. It stays a row of its own, so that numbers of rows are right.
    said = _SAID.match(text)
    delimiter = said[1] if said else _delimiter(text)
    names = {",": _("commas"), ";": _("semicolons"), "\t": _("tabs"), "|": _("bars")}
    kind = _("text with %(delimiter)s, %(encoding)s") % {
        "delimiter": names.get(delimiter, f"“{delimiter}”"),
        "encoding": encoding,
    }
    return Sheet(lambda: _rows(text, delimiter, skip=bool(said)), kind)


def _rows(text: str, delimiter: str, *, skip: bool = False) -> Iterator[Sequence[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, row in enumerate(reader):
            yield [] if skip and not number else row
    except csv.Error as error:
        raise Unreadable(
            _("Line %(line)d cannot be read: a quotation mark may be missing.") % {"line": reader.line_num}
        ) from error


def _delimiter(text: str) -> str:
    """The delimiter by which most headings are known, or else which gives most rows the same number of columns."""

    def score(delimiter: str) -> tuple[int, int]:
        rows = [row[:MAX_COLUMNS] for row in islice(_rows(text, delimiter), _SAMPLE_ROWS)]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        columns, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return max(map(known, rows), default=0), columns * times

    try:
        return max(_DELIMITERS, key=score)
    except Unreadable:
        return ","
