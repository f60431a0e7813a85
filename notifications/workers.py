"""Whether workers run: each worker process says so every few seconds, also when there is nothing to send."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.db import Error, connection
from django.utils import timezone

from notifications.models import Worker

logger = logging.getLogger(__name__)

BEAT_SECONDS = 5
# A worker that has said nothing for longer does not run; a busy database may delay a beat by several seconds.
SILENT_AFTER = timedelta(seconds=30)
# How long the record of a worker that was killed is kept.
FORGOTTEN_AFTER = timedelta(hours=1)


def running() -> int:
    """The number of worker processes that run now."""
    now = timezone.now()
    # A time in the future is from before the system clock was set back.
    return Worker.objects.filter(seen_at__gt=now - SILENT_AFTER, seen_at__lt=now + SILENT_AFTER).count()


class Heartbeat:
    """The thread by which one worker process says that it runs. All threads of the process share it."""

    def __init__(self) -> None:
        self._id = uuid4().hex
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless it has begun: every thread of a worker starts it."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End, and say that this worker takes no more messages."""
        with self._lock:
            if self._thread is not None and not self._stopped.is_set():
                self._stopped.set()
                self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._record(self.beat)
            self._stopped.wait(BEAT_SECONDS)
        self._record(self.leave)

    def _record(self, change: Callable[[], None]) -> None:
        try:
            change()
        except Error as error:
            # The next one follows soon; until then the worker rightly counts as not running.
            logger.warning("The worker could not say that it runs: %s", type(error).__name__)
        finally:
            connection.close()

    def beat(self) -> None:
        """Record that this worker runs; with its first beat, forget those that were killed long ago."""
        now = timezone.now()
        if not Worker.objects.filter(id=self._id).update(seen_at=now):
            Worker.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()
            Worker.objects.create(id=self._id, seen_at=now)

    def leave(self) -> None:
        """Record that this worker does not run any more."""
        Worker.objects.filter(id=self._id).delete()
