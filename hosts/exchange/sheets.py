"""What the readers of files give: sheets of rows of texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# So many columns of a file are looked at.
MAX_COLUMNS = 200


class Unreadable(Exception):
    """The file cannot be taken; the text is a sentence that says why, and what to do."""


@dataclass(frozen=True)
class Sheet:
    """A sheet. `rows` goes through it from its beginning; `source` says as what it was read, for people."""

    rows: Callable[[], Iterator[Sequence[str]]]
    source: str
    is_active: bool = True
