"""Copies of the whole database, made while it is in use, and the way back from one.

SQLite is copied by its online backup API, PostgreSQL by `pg_dump` and `pg_restore`, which must be installed and not
older than the server. Both copies are of one instant: what is written meanwhile is in it whole, or not at all.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from django.db import connection

# The ending of a copy's name, by the kind of database.
SUFFIXES = {"sqlite": ".sqlite3", "postgresql": ".dump"}


class CopyError(Exception):
    """A copy cannot be made or put back; the text is one sentence for the operator."""


def save(file: Path) -> None:
    """Write a copy to this file, which only its owner can read, and which is there only when it is complete."""
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            with closing(sqlite3.connect(part)) as copy:
                connection.connection.backup(copy)
                # Without a second file beside it, which could be forgotten.
                copy.execute("PRAGMA journal_mode=DELETE")
        else:
            _run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={part}"])
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)


def load(file: Path) -> None:
    """Fill the database, which must be empty, with the copy in this file; whole, or not at all."""
    if connection.introspection.table_names():
        raise CopyError("The database is not empty: name another one in DATABASE_URL, or remove what is in it first.")
    if not file.is_file():
        raise CopyError(f"There is no file {file}.")
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        try:
            with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy:
                copy.backup(connection.connection)
        except sqlite3.DatabaseError as error:
            raise CopyError(f"{file} is no copy of a SQLite database: {error}.") from error
    else:
        whole = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
        _run("pg_restore", [*whole, f"--dbname={connection.settings_dict['NAME']}"], str(file))


def newest(folder: Path) -> list[Path]:
    """The copies in this folder that `manage.py backup` has made, the newest first."""
    return sorted(folder.glob(f"entry-*{SUFFIXES[connection.vendor]}"), reverse=True)


def _refuse_a_pooler() -> None:
    """PostgreSQL’s programs set an empty search path, which PgBouncer would hand on to the product’s connections."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    # A pooler makes up the number that it gives to its clients.
    if process != connection.connection.info.backend_pid:
        raise CopyError(
            "A pooler such as PgBouncer stands before the database: for this command, name PostgreSQL itself in "
            "DATABASE_URL."
        )


def _run(program: str, options: Sequence[str], file: str | None = None) -> None:
    """Run one of PostgreSQL’s programs on the database. `ps` does not show the password, which the environment has."""
    _refuse_a_pooler()
    (_psql, *where, name), secret = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    try:
        subprocess.run(  # noqa: S603  its own programs, and paths that the operator gives
            [program, *where, *options, file or name],
            check=True,
            env={**os.environ, **(secret or {})},
            stderr=subprocess.PIPE,
            text=True,
        )
    except FileNotFoundError as error:
        raise CopyError(f"{program} is not installed: it comes with PostgreSQL’s client programs.") from error
    except subprocess.CalledProcessError as error:
        raise CopyError(f"{program} has failed: {' '.join(error.stderr.split())}") from error
