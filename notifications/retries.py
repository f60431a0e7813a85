"""The retry policy: exponential backoff with jitter, and the maximum number of attempts."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=10)
MAX_PAUSE = timedelta(minutes=30)
# A message may wait this long before its first attempt, in which its reason may go away.
MAX_DELAY = timedelta(seconds=30)
# Jitter: a pause is between this part of its length and the whole, so that messages are not all retried at the same
# time when a provider is available again.
SHORTEST_PART = 0.75
# The shortest pauses between this many attempts add up to just over 24 hours: 8 growing pauses are 32 minutes in total,
# and 63 pauses of at least 22.5 minutes follow.
MAX_ATTEMPTS = 72


def pause(attempts: int, asked: timedelta | None = None) -> timedelta:
    """The pause after this many failed attempts in a row: doubling, at least `asked`, at most 30 minutes."""
    grown: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), MAX_PAUSE)
    # Jitter needs no cryptographic randomness.
    varied = grown * random.uniform(SHORTEST_PART, 1)  # noqa: S311
    return max(varied, min(asked or timedelta(), MAX_PAUSE))
