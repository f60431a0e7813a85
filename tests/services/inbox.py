"""The items that a stand-in has received, with methods to wait for them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

# Long, because a loaded machine is slow; a successful wait returns at once.
PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.02

Item = TypeVar("Item")


class Inbox(Generic[Item]):
    """Stores the items that other threads add, in order. It is thread-safe."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._arrived = threading.Condition()

    def add(self, item: Item) -> None:
        """Store `item` and wake waiting threads."""
        with self._arrived:
            self._items.append(item)
            self._arrived.notify_all()

    def clear(self) -> None:
        """Delete all items."""
        with self._arrived:
            self._items.clear()

    def all(self, matching: Callable[[Item], bool] = lambda _: True) -> list[Item]:
        """The matching items so far."""
        with self._arrived:
            return [item for item in self._items if matching(item)]

    def wait(
        self, matching: Callable[[Item], bool] = lambda _: True, *, count: int = 1, seconds: float = PATIENCE_SECONDS
    ) -> list[Item]:
        """Wait for `count` matching items and return them; after `seconds`, fail the test with the items so far."""

        def found() -> list[Item]:
            return [item for item in self._items if matching(item)]

        with self._arrived:
            if not self._arrived.wait_for(lambda: len(found()) >= count, timeout=seconds):
                raise AssertionError(f"{len(found())} of {count} arrived in {seconds} s, all in all: {self._items}")
            return found()


def free_port() -> int:
    """An unused TCP port of the loopback address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def listens(port: int) -> bool:
    """Whether a server accepts connections on this port of the loopback address."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def until(happened: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Poll a condition; return whether it became true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True
