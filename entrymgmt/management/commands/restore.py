"""Fills an empty database with a copy that `manage.py backup` has made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from entrymgmt import copies


class Command(BaseCommand):
    """`manage.py restore FILE`."""

    help = "Fill the database, which must be empty, with a copy. Stop web and worker first."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which copy."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Put it back."""
        try:
            copies.load(options["file"])
        except (copies.CopyError, DatabaseError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The database is back. Now run: manage.py migrate")
