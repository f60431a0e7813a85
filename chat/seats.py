"""The open sockets of a link: how many there are, and whether its person is in the chat.

Each socket holds one of a few seats in the cache, which the processes share where there is more than one (Redis). A
seat is renewed with every beat and runs out by itself, so a killed process leaves nobody online for long.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.core.cache import cache
from redis.exceptions import RedisError

from appointments.models import Role
from chat import limits

logger = logging.getLogger(__name__)

# Outlives a late beat, and no more.
_LIFETIME = 3 * limits.BEAT_SECONDS
_WATCHING = "watching"


class Full(Exception):
    """Every seat of this link is taken."""


class Seat:
    """The seat of one socket. Taking one raises :class:`Full`.

    While the cache does not answer nobody is counted and nobody is seen online, but the conversation goes on.
    """

    def __init__(self, appointment_id: int, role: Role) -> None:
        self._value = f"{_WATCHING} {uuid4().hex}"
        keys = _keys(appointment_id, role)
        self._key = keys[0]
        with _best_effort():
            free = next((key for key in keys if cache.add(key, self._value, _LIFETIME)), None)
            if free is None:
                raise Full
            self._key = free

    def sit(self, place: str) -> None:
        """Its person is in the chat, at this place."""
        self._value = f"{place} {self._value.split()[1]}"
        self.renew()

    def renew(self) -> None:
        """Keep the seat."""
        with _best_effort():
            cache.set(self._key, self._value, _LIFETIME)

    def leave(self) -> None:
        """Free the seat, unless it ran out and is somebody else's by now."""
        with _best_effort():
            if cache.get(self._key) == self._value:
                cache.delete(self._key)


def place_of(appointment_id: int, role: Role) -> str | None:
    """Where this person is in the chat now (`reception` or `phone`), or None when they are not in it."""
    seats: dict[str, str] = {}
    with _best_effort():
        seats = cache.get_many(_keys(appointment_id, role))
    return min({seat.split()[0] for seat in seats.values()} - {_WATCHING}, default=None)


def _keys(appointment_id: int, role: Role) -> list[str]:
    return [f"chat-seat:{appointment_id}:{role}:{number}" for number in range(limits.SOCKETS)]


@contextmanager
def _best_effort() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError):
        logger.warning("The cache does not answer; nobody is seen online")
