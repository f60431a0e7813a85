"""Copies the database into a file of a folder, while the product runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone

from entrymgmt import copies


class Command(BaseCommand):
    """`manage.py backup FOLDER [--keep NUMBER]`."""

    help = "Copy the database into a new file of a folder, also while the product runs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and how many are kept."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, help="delete all copies in the folder but so many of the newest")

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy, and then delete what is too old."""
        folder, keep = options["folder"], options["keep"]
        if keep is not None and keep < 1:
            raise CommandError("--keep must be 1 or more, so that the new copy is kept.")
        file = folder / f"entry-{timezone.now():%Y%m%d-%H%M%S}{copies.SUFFIXES[connection.vendor]}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            copies.save(file)
        except (copies.CopyError, DatabaseError, OSError) as error:
            raise CommandError(str(error)) from error
        if keep is not None:
            for old in copies.newest(folder)[keep:]:
                old.unlink()
        self.stdout.write(f"The database is in {file}.")
