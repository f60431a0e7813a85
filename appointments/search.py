"""Finds appointments by the visitor's name, email or phone, or the host's name, among a million of them.

Each appointment stores its normalised words in `search_words`; a full-text index of the database on this column finds
prefixes of words. Both databases have full-text indexes, and the ORM supports neither. The index is created after every
migration instead of by one, because SQLite drops a table's triggers whenever a migration recreates the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from core.phones import beginnings, national
from core.text import searchable
from offices.current import phone_region

# Only prefixes of words are queried, so the index stores no positions and no column sizes. For the prefix lengths
# listed here SQLite reads matches newest first, up to the limit; for any other length it collects every match before it
# returns the first (450 ms for a million).
_SQLITE_INDEX = """CREATE VIRTUAL TABLE appointments_search USING fts5(
        search_words, content='appointments_appointment', content_rowid='id',
        detail=none, columnsize=0, prefix='1 2 3 4 5 6 7 8 9 10 11 12'
    )"""
_SQLITE_TRIGGERS = (
    """CREATE TRIGGER IF NOT EXISTS appointments_search_insert AFTER INSERT ON appointments_appointment BEGIN
        INSERT INTO appointments_search (rowid, search_words) VALUES (new.id, new.search_words);
    END""",
    """CREATE TRIGGER IF NOT EXISTS appointments_search_update AFTER UPDATE OF search_words ON appointments_appointment
    BEGIN
        INSERT INTO appointments_search (appointments_search, rowid, search_words)
        VALUES ('delete', old.id, old.search_words);
        INSERT INTO appointments_search (rowid, search_words) VALUES (new.id, new.search_words);
    END""",
    """CREATE TRIGGER IF NOT EXISTS appointments_search_delete AFTER DELETE ON appointments_appointment BEGIN
        INSERT INTO appointments_search (appointments_search, rowid, search_words)
        VALUES ('delete', old.id, old.search_words);
    END""",
)
# A stored vector, because a scan from the newest row would otherwise compute it for each row.
_POSTGRESQL = (
    """ALTER TABLE appointments_appointment ADD COLUMN IF NOT EXISTS search_vector tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', search_words)) STORED""",
    "CREATE INDEX IF NOT EXISTS appointments_search ON appointments_appointment USING gin (search_vector)",
)
_FOUND = {
    "sqlite": "SELECT rowid FROM appointments_search WHERE appointments_search MATCH %s",
    "postgresql": "SELECT id FROM appointments_appointment WHERE search_vector @@ to_tsquery('simple', %s)",
}
Appointments = TypeVar("Appointments", bound=QuerySet[Any])


def make_index(*, using: str, **kwargs: Any) -> None:
    """After migrations, ensure that the index exists with the definition of this module."""
    connection = connections[using]
    if "appointments_appointment" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'appointments_search'")
            if cursor.fetchone() != (_SQLITE_INDEX,):
                cursor.execute("DROP TABLE IF EXISTS appointments_search")
                cursor.execute(_SQLITE_INDEX)
                cursor.execute("INSERT INTO appointments_search (appointments_search) VALUES ('rebuild')")
        for statement in _SQLITE_TRIGGERS if connection.vendor == "sqlite" else _POSTGRESQL:
            cursor.execute(statement)


# Letters of scripts that put no space between words, in which a name may be searched by its second half: Thai, Lao,
# Burmese, Khmer, Kana and Han. A syllable of Hangul begins with the last kind, once it is taken apart.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff\u1100-\u115f]"
)
# The prefix index of SQLite knows no longer ones.
_LONGEST_TAIL = 12


def words(text: str) -> list[str]:
    """The words of a text without case and accents: letters and digits only."""
    return re.findall(r"[^\W_]+", searchable(text))


def indexed_words(texts: Iterable[str], number: str) -> str:
    """The value of `search_words`: the words of these texts, the digits of the number (E.164) with and without its
    country code, and what words without spaces may be searched by.
    """
    spelled = [word for text in texts for word in words(text)]
    tails = dict.fromkeys(tail for word in spelled for tail in _tails(word))
    return " ".join([*spelled, number.lstrip("+"), national(number), *tails])


def _tails(word: str) -> Iterator[str]:
    """The beginnings of what follows each letter of a word, in scripts without spaces."""
    for letter in _UNSPACED.finditer(word, 1):
        yield word[letter.start() :][:_LONGEST_TAIL]


def _searched(word: str) -> str:
    """What the index has of a word that may be the end of one."""
    return word[:_LONGEST_TAIL] if _UNSPACED.search(word) else word


def find(appointments: Appointments, typed: str, newest: int | None = None) -> Appointments:
    """Those of `appointments` in which each typed word is a prefix of a word; a number may be typed in any format.

    `newest` limits the search to this many of the newest matches, because a common word may have a million. It then
    queries the index immediately, so that counting and showing the matches queries it only once.
    """
    numbers = beginnings(typed, phone_region())
    groups = [numbers] if numbers else [[_searched(word)] for word in words(typed)]
    if not groups:
        return appointments
    sqlite = connections[appointments.db].vendor == "sqlite"
    begins, either, all_of = ('"{}"*', " OR ", " AND ") if sqlite else ("'{}':*", " | ", " & ")
    query = all_of.join(f"({either.join(begins.format(word) for word in group)})" for group in groups)
    found = _FOUND["sqlite" if sqlite else "postgresql"]
    if newest is None:
        return appointments.filter(pk__in=RawSQL(found, [query]))  # noqa: S611
    with connections[appointments.db].cursor() as cursor:
        cursor.execute(f"{found} ORDER BY {'rowid' if sqlite else 'id'} DESC LIMIT %s", [query, newest])
        return appointments.filter(pk__in=[pk for (pk,) in cursor.fetchall()])
