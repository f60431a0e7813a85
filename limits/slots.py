"""What the stores count: the counter of one use in the present window, with its maximum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.digests import digest
from limits.rules import Use
from offices.models import Office


@dataclass(frozen=True)
class Slot:
    """The counter of `use` in the window that ends at `ends_at`."""

    use: Use
    digest: str
    maximum: int
    ends_at: datetime

    @property
    def order(self) -> tuple[bool, str]:
        """The order in which counters are locked: first those that everybody needs."""
        return bool(self.use.key), self.digest


def slots_of(uses: Sequence[Use], now: datetime, office: Office) -> list[Slot]:
    """The counters of these uses at `now`, with the office's maxima."""
    bounds = {window: window.bounds(now, office.zone) for window in {use.rule.window for use in uses}}
    slots = []
    for use in uses:
        start, end = bounds[use.rule.window]
        key = digest("count", use.rule.name, use.key, str(int(start.timestamp())))
        slots.append(Slot(use, key, use.rule.maximum(office), end))
    return slots


def admit(groups: Sequence[Sequence[Slot]], counts: Mapping[str, int]) -> tuple[list[Slot | None], dict[str, int]]:
    """Decide each group in turn, from the present counts: it is counted when all of its slots have room.

    Returns for each group the first slot that is full, or None, and for each counter how many were counted.
    """
    counted = {slot.digest: 0 for group in groups for slot in group}
    full: list[Slot | None] = []
    for group in groups:
        taken = [slot for slot in group if counts.get(slot.digest, 0) + counted[slot.digest] >= slot.maximum]
        full.append(taken[0] if taken else None)
        if not taken:
            for slot in group:
                counted[slot.digest] += 1
    return full, counted
