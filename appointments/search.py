"""Finds appointments by the visitor's name, email or phone, or the host's name, among a million of them.

Each appointment keeps its words, written one way, in `search_words`; a full-text index of the database over that column
finds the beginnings of words. Both databases have one, and neither is in the ORM's vocabulary. It is made after every
migration rather than by one: SQLite loses a table's triggers whenever a migration remakes the table.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from hosts.phones import national, to_e164
from hosts.text import searchable

if TYPE_CHECKING:
    from appointments.models import Appointment

# Only beginnings of words are looked up: no positions, no column sizes. Those that are indexed are read newest first,
# up to the limit; of any other, SQLite gathers every match before the first (450 ms for a million).
_SQLITE_INDEX = """CREATE VIRTUAL TABLE appointments_search USING fts5(
        search_words, content='appointments_appointment', content_rowid='id',
        detail=none, columnsize=0, prefix='1 2 3 4 5 6 7 8 9 10 11 12'
    )"""
_SQLITE_TRIGGERS = (
    """CREATE TRIGGER IF NOT EXISTS appointments_search_insert AFTER INSERT ON appointments_appointment BEGIN
        INSERT INTO appointments_search (rowid, search_words) VALUES (new.id, new.search_words);
    END""",
    """CREATE TRIGGER IF NOT EXISTS appointments_search_delete AFTER DELETE ON appointments_appointment BEGIN
        INSERT INTO appointments_search (appointments_search, rowid, search_words)
        VALUES ('delete', old.id, old.search_words);
    END""",
)
# A stored vector: a scan from the newest would otherwise compute it for each row that it passes.
_POSTGRESQL = (
    """ALTER TABLE appointments_appointment ADD COLUMN IF NOT EXISTS search_vector tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', search_words)) STORED""",
    "CREATE INDEX IF NOT EXISTS appointments_search ON appointments_appointment USING gin (search_vector)",
)
_FOUND = {
    "sqlite": "SELECT rowid FROM appointments_search WHERE appointments_search MATCH %s",
    "postgresql": "SELECT id FROM appointments_appointment WHERE search_vector @@ to_tsquery('simple', %s)",
}
_LIKE_A_NUMBER = re.compile(r"[\d\s()+./-]*\d[\d\s()+./-]*")


def make_index(*, using: str, **kwargs: Any) -> None:
    """After migrations, ensure that the index exists, as it is defined here."""
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


def words(text: str) -> list[str]:
    """The words of a text without case and accents: letters and digits only."""
    return re.findall(r"[^\W_]+", searchable(text))


def words_of(appointment: Appointment) -> str:
    """What an appointment is found by: names, the email's parts, the number with and without its country code."""
    number = appointment.visitor_phone
    texts = (appointment.visitor_name, appointment.visitor_email, appointment.host_name)
    return " ".join([*(word for text in texts for word in words(text)), number.lstrip("+"), national(number)])


def find(appointments: QuerySet[Appointment], typed: str, newest: int | None = None) -> QuerySet[Appointment]:
    """Those of `appointments` in which every word that was typed begins a word; a number may be typed in any format.

    `newest` looks at so many matches only, those recorded last, since a common word has a million. It looks at once, so
    that counting and showing them asks the index once.
    """
    groups = [_numbers(typed)] if _LIKE_A_NUMBER.fullmatch(typed) else [[word] for word in words(typed)]
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


def _numbers(typed: str) -> list[str]:
    """What a stored number may begin with when this was typed: as a whole number, or as a part of one."""
    digits = re.sub(r"\D", "", typed).lstrip("0") or "0"
    try:
        return list(dict.fromkeys([to_e164(typed).lstrip("+"), digits]))
    except ValueError:
        return [digits]
