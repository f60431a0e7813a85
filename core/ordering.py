"""Sorts names as people do, on both databases: Åsa beside Anders, de Vries before Zed."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func
from django.db.models.sql.compiler import SQLCompiler

from core.text import searchable

# What :func:`core.text.searchable` is called in SQLite.
_SQLITE_FUNCTION = "entry_searchable"
# The order of the Unicode Collation Algorithm for no language in particular.
_POSTGRESQL_COLLATION = '"und-x-icu"'


class ByName(Func):
    """The value of a text column by which people sort it: accents and case decide last. For `order_by`."""

    arity = 1

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        """By the letters without accents and case."""
        return self.as_sql(compiler, connection, function=_SQLITE_FUNCTION, **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        """By the collation of PostgreSQL that does so."""
        template = f"(%(expressions)s) COLLATE {_POSTGRESQL_COLLATION}"
        return self.as_sql(compiler, connection, template=template, **context)


def prepare(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Give a new connection to SQLite the function that :class:`ByName` calls."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(_SQLITE_FUNCTION, 1, _searchable, deterministic=True)


def _searchable(text: str | None) -> str | None:
    return text if text is None else searchable(text)
