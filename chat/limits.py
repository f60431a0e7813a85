"""Size and rate limits of the chat. `docs/chat-protocol.md` describes the response at each limit."""

from __future__ import annotations

import time
from collections import deque

# Characters in one message.
MAX_MESSAGE_LENGTH = 4000
# Bytes in one frame: a message of 4,000 characters takes at most 16,000 bytes in UTF-8.
MAX_FRAME_BYTES = 16 * 1024
# Messages of one link in this many seconds.
MAX_MESSAGES = 20
WINDOW_SECONDS = 10
# Frames of any kind on one socket in the same time: a page sends far fewer, and the server closes a socket that sends
# more. What a socket has sent counts for the next one of its link (`chat/presence.py`).
MAX_FRAMES = 200
# Messages of one conversation, and characters of all its messages together. A busy chat of an hour has a tenth.
MAX_CONVERSATION_MESSAGES = 2000
MAX_CONVERSATION_CHARACTERS = 1_000_000
# From this part of either on, both people are told that the conversation is nearly full.
NEARLY_FULL = 0.9
# Maximum of open sockets of one link.
MAX_SOCKETS = 6
# The interval of the server's heartbeat on every socket; the answer also makes a socket catch up after a lost push.
BEAT_SECONDS = 8
# The server closes a socket that leaves this many heartbeats unanswered, within 24 seconds.
MAX_UNANSWERED_BEATS = 2
# Messages in one frame to the page.
BATCH_SIZE = 100
# Messages on one page. With the longest messages in Latin script, the page has 300 kB.
PAGE_SIZE = 50


class Rate:
    """A sliding-window rate limit: at most `most` in any `seconds`, of which `used` have just been."""

    def __init__(self, most: int, seconds: float, used: int = 0) -> None:
        self._times: deque[float] = deque([time.monotonic()] * used, maxlen=most)
        self._seconds = seconds

    @property
    def used(self) -> int:
        """How many were counted in the last `seconds`."""
        since = time.monotonic() - self._seconds
        return sum(moment > since for moment in self._times)

    def wait(self) -> float:
        """Count one now and return 0, or count nothing and return the seconds until one is allowed again."""
        now = time.monotonic()
        if len(self._times) == self._times.maxlen and now - self._times[0] < self._seconds:
            return self._seconds - (now - self._times[0])
        self._times.append(now)
        return 0
