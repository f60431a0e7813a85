"""Locks on what is counted by looking at rows: what a concurrent transaction has inserted cannot be seen yet."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from core.digests import digest
from limits.models import Count

# A lock is the lock of its row, which nobody needs after the transaction.
KEPT = timedelta(hours=1)


def hold(*keys: str) -> None:
    """Until the present transaction ends, let no other one hold any of these keys: it waits here."""
    expires_at = timezone.now() + KEPT
    # In one order in every process, so that no two wait for each other.
    rows = [
        Count(digest=each, count=0, expires_at=expires_at) for each in sorted({digest("lock", key) for key in keys})
    ]
    Count.objects.bulk_create(rows, update_conflicts=True, unique_fields=["digest"], update_fields=["expires_at"])
