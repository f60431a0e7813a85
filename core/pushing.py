"""Sends hints from a thread of its own, for processes without an event loop, such as the workers."""

from __future__ import annotations

import asyncio
import logging
import threading

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

# Hints that are given while one round is sent, and for this long after it, go out together, each once. The first after
# a pause goes out at once.
ROUND_SECONDS = 0.05
# How long the end of a process waits for a channel layer that does not answer.
STOP_SECONDS = 5

Hint = tuple[str, str]


class Pushing:
    """The thread that sends the hints of one process, over one connection; whoever gives a hint does not wait.

    All threads of the process share it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given = threading.Event()
        self._stopping = threading.Event()
        self._hints: dict[Hint, None] = {}
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless it has begun: every thread of a worker starts it."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pushes", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Send what has been given, and end."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            self._given.set()
            thread.join(STOP_SECONDS)

    def give(self, hint: Hint) -> bool:
        """Send this hint soon; False when the thread does not run."""
        with self._lock:
            if self._thread is None:
                return False
            self._hints[hint] = None
        self._given.set()
        return True

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            while not self._stopping.wait(ROUND_SECONDS):
                self._given.wait()
                runner.run(self._send())
            runner.run(self._send())

    async def _send(self) -> None:
        self._given.clear()
        with self._lock:
            hints, self._hints = self._hints, {}
        layer = get_channel_layer()
        for group, event in hints:
            try:
                await layer.group_send(group, {"type": event})
            except Exception as error:  # noqa: BLE001  whatever the layer raises, the next hint may go through
                # Pages load what has changed by themselves, so nothing is lost.
                logger.warning("A push could not be sent: %s", type(error).__name__)


pushing = Pushing()
