"""Checks every row of a file against the hosts, and says what it would change; changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hosts.exchange.cells import refuse_errors, text_of
from hosts.exchange.columns import ADDRESS, COLUMNS, EMAIL, NAME, NAME_PARTS, Column
from hosts.exchange.headings import Matching
from hosts.models import Host

Rows = Sequence[tuple[int, Sequence[str]]]
Faults = list[tuple[Column, ValidationError]]


@dataclass
class Change:
    """What a row does: `values` has the old and the new value of each attribute; without `host` it adds one."""

    row: int
    name: str
    email: str
    host: int | None
    values: dict[str, tuple[Any, Any]]


@dataclass
class Fault:
    """Why a row cannot be taken."""

    row: int
    name: str
    sentence: str


@dataclass
class Plan:
    """What a file would do. With a fault, nothing of it is imported."""

    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    same: int = 0
    # The names of columns that are needed and not there.
    missing: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """To be kept."""
        return {
            "changes": [vars(change) for change in self.changes],
            "faults": [vars(fault) for fault in self.faults],
            "same": self.same,
            "missing": self.missing,
        }


def digest(plan: dict[str, Any]) -> str:
    """What is the same for plans that do the same."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()


def check(rows: Rows, matching: Matching, address: str) -> Plan:
    """What the rows would do: first the hosts that would change, then the new ones.

    `address` is that of new hosts when the file has none. Without a column for emails nobody is known, and nothing is
    checked.
    """
    lacking = _lacking(matching, has_address=bool(address))
    if EMAIL.name not in matching:
        return Plan(missing=lacking)
    plan = _Check(matching, address).of(rows)
    if any(change.host is None for change in plan.changes):
        plan.missing = lacking
    return plan


def _lacking(matching: Matching, *, has_address: bool) -> list[str]:
    """The names of columns that a new host needs and for which none is matched."""
    there = _columns(matching)
    there |= {ADDRESS.name} if has_address else set()
    return [column.name for column in COLUMNS if column.is_needed and column.name not in there]


def _columns(matching: Matching) -> set[str]:
    """The names of columns of a host that are matched. One part of a name is no name."""
    whole = {NAME.name} if set(NAME_PARTS) <= set(matching) else set()
    return (set(matching) - set(NAME_PARTS)) | whole


class _Check:
    def __init__(self, matching: Matching, address: str) -> None:
        self._matching = matching
        self._columns = [column for column in COLUMNS if column.name in _columns(matching)]
        self._defaults = {} if ADDRESS.name in matching or not address else {ADDRESS.attribute: address}
        self._hosts = {host.email.lower(): host for host in Host.objects.all()}
        self._rows: dict[str, int] = {}
        self._plan = Plan()

    def of(self, rows: Rows) -> Plan:
        for number, cells in rows:
            if any(cells[at].strip() for at in self._matching.values() if at < len(cells)):
                self._take(number, cells)
        self._plan.changes.sort(key=lambda change: change.host is None)
        return self._plan

    def _take(self, number: int, cells: Sequence[str]) -> None:
        texts: dict[Column, str] = {}
        faults: Faults = []
        for column in self._columns:
            texts[column] = column.clean(" ".join(self._parts(column, cells)))
        email = texts.get(EMAIL, "").removeprefix("mailto:").lower()
        texts[EMAIL] = email if email in self._hosts else texts.get(EMAIL, "").removeprefix("mailto:")
        host = self._hosts.get(email)
        if host and not all(self._parts(NAME, cells)):
            # Half of a name is not the name of somebody who is known by both.
            texts.pop(NAME, None)
        name = texts.get(NAME) or (host.name if host else "") or email
        if email and (before := self._rows.setdefault(email, number)) != number:
            sentence = _("This address is also in row %(row)d") % {"row": before}
            faults.append((EMAIL, ValidationError(sentence)))
        values = dict(self._values(texts, host, faults))
        if faults:
            self._plan.faults += [Fault(number, name, sentence) for sentence in _sentences(faults)]
        elif values:
            change = Change(number, str(values.get("name", ("", name))[1]), email, host.pk if host else None, values)
            self._plan.changes.append(change)
        else:
            self._plan.same += 1

    def _parts(self, column: Column, cells: Sequence[str]) -> list[str]:
        """The texts of the column, or of the two that make the name."""
        names = [column.name] if column.name in self._matching else list(NAME_PARTS)
        at = [self._matching[name] for name in names if name in self._matching]
        return [text_of(cells[each]) if each < len(cells) else "" for each in at]

    def _values(
        self, texts: dict[Column, str], host: Host | None, faults: Faults
    ) -> Iterator[tuple[str, tuple[Any, Any]]]:
        for column, text in texts.items():
            old = getattr(host, column.attribute) if host else None
            if not text and not (column.is_needed and host is None) and not (column.may_be_emptied and host):
                continue
            if host and (column is EMAIL or column.is_said_by(text, old)):
                continue
            if not text and column.is_needed:
                faults.append((column, ValidationError(_("This cell is empty"))))
                continue
            try:
                refuse_errors(text)
                new = column.read(text)
            except ValidationError as error:
                faults.append((column, error))
                continue
            if host is None or new != old:
                yield column.attribute, (old, new)
        if host is None:
            for attribute, value in self._defaults.items():
                yield attribute, (None, value)


def _sentences(faults: Faults) -> list[str]:
    return [f"{column.label}: {sentence}" for column, error in faults for sentence in error.messages]
