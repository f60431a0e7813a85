"""The way of an import up to its writing: a file is read, matched, checked and shown."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from hosts.exchange.checking import check, digest
from hosts.exchange.headings import Matching, match
from hosts.exchange.reading import read
from hosts.models import Host, Import


def begin(file_name: str, data: bytes, user: Any) -> Import:
    """A new import of this file, not confirmed yet. Raises `Unreadable` for a file that cannot be taken."""
    table = read(data)
    found = Import(file_name=file_name[:255], user=user)
    found.table = {"headings": table.headings, "rows": table.rows, "source": table.source}
    found.matching = match(table.headings)
    _check(found)
    found.save()
    return found


def rematch(found: Import, matching: Matching) -> None:
    """Take these columns of its file for those of a host, and check it again; nothing once it is confirmed."""
    found.matching = matching
    _check(found)
    _keep(found)


def confirm(found: Import, seen: str, user: Any) -> bool:
    """Have it written in this person's name, if it still does what was `seen` (a digest); whether this began it.

    Otherwise it is shown as it is now: still a preview, or what somebody has confirmed before.
    """
    _check(found)
    if digest(found.plan) != seen or not is_ready(found):
        _keep(found)
        return False
    found.state, found.user, found.table = Import.State.WRITING, user, {}
    return _keep(found, "state", "user", "table")


def is_ready(found: Import) -> bool:
    """Whether it changes something, and nothing of it is wrong."""
    plan = found.plan
    return bool(plan["changes"]) and not plan["faults"] and not plan["missing"]


def _keep(found: Import, *more: str) -> bool:
    """Keep what was checked, and these fields, unless it is no preview any more; whether it was kept."""
    with transaction.atomic():
        current = Import.objects.select_for_update().only("state").filter(pk=found.pk).first()
        if current is None or current.state != Import.State.PREVIEW:
            return False
        found.touched_at = timezone.now()
        found.save(update_fields=["matching", "plan", "total", "touched_at", *more])
    return True


def _check(found: Import) -> None:
    plan = check(found.table["rows"], found.matching, Host.objects.usual_address())
    found.plan, found.total = plan.as_json(), len(plan.changes)
