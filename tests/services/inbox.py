"""What a stand-in has received, and how a test waits for it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

# Generous, since a loaded machine is slow; a wait that succeeds returns at once.
PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.02

Item = TypeVar("Item")


class Inbox(Generic[Item]):
    """Keeps what arrives from other threads, in order."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._arrived = threading.Condition()

    def add(self, item: Item) -> None:
        """Keep `item` and wake whoever waits."""
        with self._arrived:
            self._items.append(item)
            self._arrived.notify_all()

    def clear(self) -> None:
        """Forget what has arrived so far."""
        with self._arrived:
            self._items.clear()

    def all(self, matching: Callable[[Item], bool] = lambda _: True) -> list[Item]:
        """What has arrived so far and matches."""
        with self._arrived:
            return [item for item in self._items if matching(item)]

    def wait(
        self, matching: Callable[[Item], bool] = lambda _: True, *, count: int = 1, seconds: float = PATIENCE_SECONDS
    ) -> list[Item]:
        """What matches, as soon as there are `count` of it; fails the test, saying what came, after `seconds`."""

        def found() -> list[Item]:
            return [item for item in self._items if matching(item)]

        with self._arrived:
            if not self._arrived.wait_for(lambda: len(found()) >= count, timeout=seconds):
                raise AssertionError(f"{len(found())} of {count} arrived in {seconds} s, all in all: {self._items}")
            return found()


def free_port() -> int:
    """A TCP port of the loopback address that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def listens(port: int) -> bool:
    """Whether something takes connections on this port of the loopback address."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def until(happened: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Ask again and again, for what nobody tells the tests of; whether it has happened within `seconds`."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True
