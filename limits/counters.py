"""Counts what the rules limit, for all processes together: in Redis, else in the database.

    counters.take(Use(CHECKINS_PER_PHONE, phone), Use(CHECKINS_OF_OFFICE))

What is refused is not counted, so whoever goes on trying does not keep others out. Counting is atomic: of any number of
concurrent uses, exactly as many pass as the maximum says. When Redis stops answering, the database starts from nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from math import ceil
from typing import TypeVar

from django.utils import timezone
from redis.exceptions import RedisError

from limits import database, refusals, shared_cache
from limits.rules import Use
from limits.slots import Slot, slots_of
from offices.current import current_office

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class LimitReached(Exception):
    """A limit refuses this `use` now; `retry_after` is the number of whole seconds until its window ends, 1 or more."""

    def __init__(self, use: Use, retry_after: int) -> None:
        super().__init__(use.rule.name)
        self.use = use
        self.retry_after = retry_after


def take(*uses: Use) -> None:
    """Count all of these, or none: raises :class:`LimitReached` when one has no room."""
    (reached,) = take_each([uses])
    if reached:
        raise reached


def take_each(groups: Sequence[Sequence[Use]]) -> list[LimitReached | None]:
    """Count each group of uses of which all have room, in turn; for every other, the limit that refuses it."""
    if not any(groups):
        return [None] * len(groups)
    now, office = timezone.now(), current_office()
    slots = [slots_of(group, now, office) for group in groups]
    return [_refusal(full) for full in _ask(shared_cache.take_each, database.take_each, slots)]


def check(*uses: Use) -> None:
    """Raise :class:`LimitReached` when one of these has no room, and count nothing. It writes nothing for most."""
    slots = slots_of(uses, timezone.now(), current_office())
    counts = _ask(shared_cache.read, database.read, slots)
    reached = _refusal(next((slot for slot in slots if counts.get(slot.digest, 0) >= slot.maximum), None))
    if reached:
        raise reached


def _ask(shared: Callable[..., Answer], stored: Callable[..., Answer], argument: object) -> Answer:
    """What the shared cache answers, else the database."""
    if shared_cache.is_shared():
        try:
            return shared(argument)
        except (RedisError, OSError):
            logger.warning("The cache does not answer; the database counts")
    return stored(argument)


def _refusal(full: Slot | None) -> LimitReached | None:
    if full is None:
        return None
    refusals.note(full.use.rule.name, full.use.key)
    seconds = (full.ends_at - timezone.now()).total_seconds()
    return LimitReached(full.use, max(ceil(seconds), 1))
