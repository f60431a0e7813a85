"""Counts in the database, exactly also for concurrent processes: the rows of the counters are locked until commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import connection, transaction
from django.db.models import Case, F, When

from limits.models import Count
from limits.slots import Slot, admit

_ADD = """
    INSERT INTO limits_count (digest, count, expires_at) VALUES {rows}
    ON CONFLICT (digest) DO UPDATE SET count = limits_count.count + excluded.count
    RETURNING digest, count
"""


def read(slots: Sequence[Slot]) -> dict[str, int]:
    """The present count of each of these; those that were never counted are left out."""
    digests = [slot.digest for slot in slots]
    return dict(Count.objects.filter(digest__in=digests).values_list("digest", "count"))


def take_each(groups: Sequence[Sequence[Slot]]) -> list[Slot | None]:
    """Count each group whose slots all have room; for every other, the first slot that is full.

    One statement when all have room, and two when not.
    """
    asked = Counter(slot.digest for group in groups for slot in group)
    # What counts for all comes first, in every process, so that no two processes wait for each other.
    slots = sorted({slot.digest: slot for group in groups for slot in group}.values(), key=lambda slot: slot.order)
    with transaction.atomic(savepoint=False):
        after = _add(slots, asked)
        full, counted = admit(groups, {digest: count - asked[digest] for digest, count in after.items()})
        excess = {digest: asked[digest] - counted[digest] for digest in asked if asked[digest] > counted[digest]}
        if excess:
            amounts = [When(digest=digest, then=amount) for digest, amount in excess.items()]
            Count.objects.filter(digest__in=excess).update(count=F("count") - Case(*amounts))
    return full


def _add(slots: Sequence[Slot], asked: Mapping[str, int]) -> dict[str, int]:
    """Add what is asked to each counter, and return the counts after that."""
    rows = ", ".join(["(%s, %s, %s)"] * len(slots))
    adapt = connection.ops.adapt_datetimefield_value
    values = [value for slot in slots for value in (slot.digest, asked[slot.digest], adapt(slot.ends_at))]
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(rows=rows), values)
        return dict(cursor.fetchall())
