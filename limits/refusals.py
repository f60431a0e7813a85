"""Remembers which limits have refused something, so that an office manager sees what looks like abuse."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from core.digests import digest
from limits.models import Refusal
from limits.rules import LABELS

# A flood of refusals writes one row in this time for each key.
NOTED_EVERY = timedelta(minutes=5)


def note(limit: str, key: str) -> None:
    """Remember that the limit of this name, which is in `LABELS`, refuses this key now."""
    now, hashed = timezone.now(), digest("refusal", limit, key)
    if not Refusal.objects.filter(digest=hashed, at__gt=now - NOTED_EVERY, at__lte=now).exists():
        row = Refusal(rule=limit, digest=hashed, at=now)
        Refusal.objects.bulk_create([row], update_conflicts=True, unique_fields=["digest"], update_fields=["at"])


def since(past: timedelta) -> list[tuple[str, int]]:
    """The limits that refused something within this time: what each counts, and for how many keys it was reached."""
    rows = Refusal.objects.filter(at__gt=timezone.now() - past).values_list("rule", flat=True)
    return [(str(LABELS[name]), count) for name, count in Counter(rows).most_common() if name in LABELS]
