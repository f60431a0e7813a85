"""The open sockets of a link: their number, whether the link's person is in the chat, and the frames of closed ones.

Each socket holds one of a few slots in the cache, which several processes share (Redis). Every heartbeat renews the
slot and an unused slot expires, so nobody appears online for long after a process is killed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.core.cache import cache
from redis.exceptions import RedisError

from appointments.choices import Role
from chat import limits

logger = logging.getLogger(__name__)

# Long enough for one late heartbeat.
_LIFETIME_SECONDS = 3 * limits.BEAT_SECONDS
_WATCHING = "watching"


class TooManyConnections(Exception):
    """Every slot of this link is in use."""


class PresenceSlot:
    """The slot of one socket. The constructor raises :class:`TooManyConnections` when no slot is free.

    While the cache does not respond, sockets are not counted and nobody appears online, but the chat works.
    """

    def __init__(self, appointment_id: int, role: Role) -> None:
        self._value = f"{_WATCHING} {uuid4().hex}"
        keys = _keys(appointment_id, role)
        self._key = keys[0]
        with _best_effort():
            free = next((key for key in keys if cache.add(key, self._value, _LIFETIME_SECONDS)), None)
            if free is None:
                raise TooManyConnections
            self._key = free

    def enter(self, place: str) -> None:
        """Record that its person is in the chat, at this place (`reception` or `phone`)."""
        self._value = f"{place} {self._value.split()[1]}"
        self.renew()

    def renew(self) -> None:
        """Extend the slot's lifetime."""
        with _best_effort():
            cache.set(self._key, self._value, _LIFETIME_SECONDS)

    def leave(self) -> None:
        """Free the slot, unless it has expired and another socket holds it now."""
        with _best_effort():
            if cache.get(self._key) == self._value:
                cache.delete(self._key)


def place_of(appointment_id: int, role: Role) -> str | None:
    """Where this person is in the chat now (`reception` or `phone`), or None when they are not in it."""
    slots: dict[str, str] = {}
    with _best_effort():
        slots = cache.get_many(_keys(appointment_id, role))
    return min({slot.split()[0] for slot in slots.values()} - {_WATCHING}, default=None)


def frames_before(appointment_id: int, role: Role) -> int:
    """How many frames count for a new socket of this link, because a closed one has sent them in the last seconds."""
    key = _frames_key(appointment_id, role)
    kept: dict[str, int] = {}
    with _best_effort():
        kept = cache.get_many([key])
    return kept.get(key, 0)


def keep_frames(appointment_id: int, role: Role, count: int) -> None:
    """Keep how many frames a closing socket has sent, so that a flood does not start anew by connecting again.

    Only a higher number starts the time anew: a page that is refused, and so sends no more, is let in after it.
    """
    with _best_effort():
        if count > cache.get(_frames_key(appointment_id, role), 0):
            cache.set(_frames_key(appointment_id, role), count, limits.WINDOW_SECONDS)


def _frames_key(appointment_id: int, role: Role) -> str:
    return f"chat-frames:{appointment_id}:{role}"


def _keys(appointment_id: int, role: Role) -> list[str]:
    return [f"chat-slot:{appointment_id}:{role}:{number}" for number in range(limits.MAX_SOCKETS)]


@contextmanager
def _best_effort() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError):
        logger.warning("The cache does not answer; nobody is seen online")
