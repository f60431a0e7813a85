"""Writes what a preview has shown: in small transactions, so that check-ins get in between."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, transaction
from django.db.models.functions import Lower

from hosts.forms import changed
from hosts.models import Host, Import

# Rows in one transaction at most, and after how many seconds it ends. On SQLite nobody else writes meanwhile.
ROWS_AT_ONCE = 50
LOCKED_SECONDS = 0.05
# Between two transactions. Whoever waits for SQLite's lock looks at least this often whether it is free.
PAUSE_SECONDS = 0.1
# After this time the rest is left to another task, so that a worker that is to stop can.
SPELL_SECONDS = 5.0

Row = dict[str, Any]


def write_for_a_while(pk: int) -> bool:
    """Write the next rows of this import, for some seconds; whether some are left.

    Each row is written once, whoever else writes the same import at the same time.
    """
    plan = Import.objects.filter(pk=pk, state=Import.State.WRITING).values_list("plan", flat=True).first()
    if plan is None:
        return False
    until = time.monotonic() + SPELL_SECONDS
    while write_some(pk, plan["changes"]):
        if time.monotonic() > until:
            return True
        time.sleep(PAUSE_SECONDS)
    return False


def write_some(pk: int, changes: Sequence[Row]) -> bool:
    """Write the next rows, and how many have been written, in one short transaction; whether some are left."""
    with transaction.atomic():
        current = Import.objects.select_for_update().defer("plan").filter(pk=pk).first()
        if current is None or current.state != Import.State.WRITING:
            return False
        batch = _Batch(changes[current.done : current.done + ROWS_AT_ONCE])
        written = batch.write()
        current.advance(written, added=batch.added, changed=batch.changed, left=batch.left)
        if current.user_id:
            batch.log(current.user_id)
    return current.state == Import.State.WRITING


class _Batch:
    """Rows that are written in one transaction, and what became of each."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._entries: list[LogEntry] = []
        self.left: list[dict[str, Any]] = []

    @property
    def added(self) -> int:
        """How many hosts were added."""
        return sum(entry.is_addition() for entry in self._entries)

    @property
    def changed(self) -> int:
        """How many hosts were changed."""
        return sum(entry.is_change() for entry in self._entries)

    def write(self) -> int:
        """Write rows, as far as each is still what the preview has shown, for some time; how many."""
        until = time.monotonic() + LOCKED_SECONDS
        keys = [row["host"] for row in self._rows if row["host"]]
        # In the order in which everybody locks several hosts, so that none waits for the other.
        known = {host.pk: host for host in Host.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
        emails = [row["email"].lower() for row in self._rows if not row["host"]]
        there = set(
            Host.objects.annotate(lower=Lower("email")).filter(lower__in=emails).values_list("lower", flat=True)
        )
        for number, row in enumerate(self._rows, 1):
            if row["email"].lower() in there and not row["host"]:
                self._leave(row, Import.Left.ADDED)
            elif not row["host"]:
                self._add(row)
            elif host := known.get(row["host"]):
                self._change(host, row)
            else:
                self._leave(row, Import.Left.GONE)
            if time.monotonic() > until:
                return number
        return len(self._rows)

    def log(self, user_id: int) -> None:
        """Record the changes in the change log, as those of this person."""
        content_type = ContentType.objects.get_for_model(Host)
        for entry in self._entries:
            entry.user_id, entry.content_type = user_id, content_type
        LogEntry.objects.bulk_create(self._entries)

    def _add(self, row: Row) -> None:
        host = Host(**{attribute: new for attribute, (_old, new) in row["values"].items()})
        if self._save(host, row):
            self._note(host, ADDITION, [{"added": {}}])

    def _change(self, host: Host, row: Row) -> None:
        """Change what nobody else has changed since the preview."""
        fields = []
        for attribute, (old, new) in row["values"].items():
            now = getattr(host, attribute)
            if now == old:
                setattr(host, attribute, new)
                fields.append(attribute)
            elif now != new:
                self._leave(row, Import.Left.CHANGED, attribute)
        if fields and self._save(host, row, update_fields=fields):
            self._note(host, CHANGE, changed(*fields))

    def _save(self, host: Host, row: Row, **how: Any) -> bool:
        try:
            with transaction.atomic():
                host.save(**how)
        except DatabaseError:
            self._leave(row, Import.Left.REFUSED)
            return False
        return True

    def _leave(self, row: Row, why: Import.Left, attribute: str = "") -> None:
        self.left.append({"row": row["row"], "name": row["name"], "why": why, "attribute": attribute})

    def _note(self, host: Host, flag: int, message: list[Any]) -> None:
        said = json.dumps(message)
        self._entries.append(
            LogEntry(object_id=str(host.pk), object_repr=str(host)[:200], action_flag=flag, change_message=said)
        )
