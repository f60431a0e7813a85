"""Locks on what is counted by looking at rows: what a concurrent transaction has inserted cannot be seen yet."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from core.digests import digest

# A lock is the lock of its row, which nobody needs after the transaction.
KEPT = timedelta(hours=1)
_HOLD = """
    INSERT INTO limits_count (digest, count, expires_at) VALUES {rows}
    ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at
"""


def hold(*keys: str) -> None:
    """Until the present transaction ends, let no other one hold any of these keys: it waits here."""
    # In one order in every process, so that no two wait for each other.
    digests = sorted({digest("lock", key) for key in keys})
    expires_at = connection.ops.adapt_datetimefield_value(timezone.now() + KEPT)
    with connection.cursor() as cursor:
        rows = ", ".join(["(%s, 0, %s)"] * len(digests))
        cursor.execute(_HOLD.format(rows=rows), [value for each in digests for value in (each, expires_at)])
