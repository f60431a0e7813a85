"""How long to wait before the next attempt, and when to give up."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=30)
# Pauses vary between this part of their length and the whole, so that a provider that comes back is not stormed.
SHORTEST_PART = 0.75
# The shortest pauses between this many tries add up to just over 24 hours: 8 growing ones are 32 minutes together,
# and 63 of at least 22.5 minutes follow.
MOST_TRIES = 72


def pause(tries: int, asked: timedelta | None = None) -> timedelta:
    """The pause after the `tries`-th failure in a row: doubling, as long as `asked`, 30 minutes at most."""
    grown: timedelta = min(FIRST_PAUSE * 2 ** min(tries - 1, 20), LONGEST_PAUSE)
    # Spreading load needs no secret randomness.
    varied = grown * random.uniform(SHORTEST_PART, 1)  # noqa: S311
    return max(varied, min(asked or timedelta(), LONGEST_PAUSE))
