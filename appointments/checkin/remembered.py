"""What is the same for every visitor is made once, and kept in the memory of the process until it changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """The latest of each kind, with what it was made from: for anything else it is made anew, so it is never old."""

    def __init__(self) -> None:
        self._latest: dict[Hashable, tuple[object, T]] = {}

    def get(self, kind: Hashable, source: object, make: Callable[[], T]) -> T:
        """What `make` makes from `source`, which says everything that it depends on. Kinds must be few."""
        source_of_latest, latest = self._latest.get(kind, (None, None))
        if latest is None or source_of_latest != source:
            # Several threads may make it at the same time; the last one is remembered.
            latest = make()
            self._latest[kind] = source, latest
        return latest
