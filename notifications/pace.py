"""How many messages a worker takes at once: as many as are sent in a moment, and one where a provider is slow."""

from __future__ import annotations

from collections.abc import Mapping

# What is taken at once keeps a thread busy for about this long. It is how long a message waits behind others at most
# while threads are idle, and bounds what a killed worker leaves until its leases run out.
AT_ONCE_SECONDS = 0.25
MOST_AT_ONCE = 16
# The part of the last time in the next estimate, where messages become faster; a slower one counts whole at once.
EASE = 0.2


class Pace:
    """The seconds that a message takes on each channel, as slow as the slowest of the last ones.

    All threads of a process share it. What one of them notes may be lost to another's note of the same moment.
    """

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    def note(self, channel: str, seconds: float) -> None:
        """Take into account how long one attempt has taken."""
        before = self._seconds.get(channel, seconds)
        self._seconds[channel] = max(seconds, before + EASE * (seconds - before))

    def quick(self) -> Mapping[str, int]:
        """The channels of which a thread sends more than one message in a moment, and how many; unknown ones are not
        among them.
        """
        sizes = {name: int(AT_ONCE_SECONDS / max(seconds, 0.001)) for name, seconds in self._seconds.items()}
        return {name: min(size, MOST_AT_ONCE) for name, size in sizes.items() if size > 1}
