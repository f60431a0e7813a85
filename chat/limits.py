"""How much one person may send, and how often. `docs/chat-protocol.md` says what the page is told at each limit."""

from __future__ import annotations

import time
from collections import deque

# Characters in one message.
MESSAGE_LENGTH = 4000
# Bytes in one frame: a message of 4,000 characters takes at most 16,000 in UTF-8.
FRAME_BYTES = 16 * 1024
# Messages in this many seconds on one socket.
MESSAGES = 20
MESSAGE_WINDOW = 10
# Frames of any kind in the same time: a page sends far fewer, and a program that sends more is cut off.
FRAMES = 200
# Open sockets of one link.
SOCKETS = 6
# The server asks every socket this often where it is; that also repairs what a lost push left out.
BEAT_SECONDS = 8
# A socket that has left this many beats unanswered is dead: noticed within 24 seconds.
UNANSWERED_BEATS = 2
# Messages in one frame to the page.
BATCH = 100


class Rate:
    """At most `most` in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._times: deque[float] = deque(maxlen=most)
        self._seconds = seconds

    def wait(self) -> float:
        """Count one now and return 0, or count nothing and return the seconds until one is allowed again."""
        now = time.monotonic()
        if len(self._times) == self._times.maxlen and now - self._times[0] < self._seconds:
            return self._seconds - (now - self._times[0])
        self._times.append(now)
        return 0
