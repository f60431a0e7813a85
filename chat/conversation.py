"""A conversation from the view of one of its two people, for pages and sockets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.utils import timezone

from appointments.choices import Role
from appointments.links import LinkRevoked, open_link
from appointments.models import Appointment
from chat import limits, presence, sql, unread
from chat.models import Message, Participant
from chat.presence import PresenceSlot, place_of
from offices.current import current_office


class Room(StrEnum):
    """Whether a conversation takes more messages."""

    FREE = "free"
    NEARLY_FULL = "nearly_full"
    FULL = "full"


@dataclass(frozen=True)
class ConversationState:
    """The state of the conversation, without its messages.

    `ended_at` is in UTC (None: ongoing). `newest` is the id of the last message (0: none), `read_upto` the id of the
    last message that the other person has read, and `place` where the other person is in the chat now (None: not in
    it). `overdue` is whether the visitor has waited for the host for longer than the office's `chat_wait_seconds`.
    `room` is whether there is room for more messages.
    """

    ended_at: datetime | None
    newest: int
    read_upto: int
    place: str | None
    overdue: bool
    room: Room


def room_of(messages: int, characters: int) -> Room:
    """The room in a conversation that has this many messages, and characters in all of them."""
    used = max(messages / limits.MAX_CONVERSATION_MESSAGES, characters / limits.MAX_CONVERSATION_CHARACTERS)
    if used >= 1:
        return Room.FULL
    return Room.NEARLY_FULL if used >= limits.NEARLY_FULL else Room.FREE


def other(role: Role) -> Role:
    """The other person of the conversation."""
    return Role.HOST if role == Role.VISITOR else Role.VISITOR


def conversation_state(appointment_id: int, role: Role, token: str) -> ConversationState:
    """The state of the conversation for the person of this link.

    Raises Appointment.DoesNotExist if it has been deleted, and LinkRevoked if the person has a new link by now.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.STATE, [appointment_id])
        found = cursor.fetchone()
    if found is None:
        raise Appointment.DoesNotExist
    visitor_token, host_token = found[8:]
    if token != (visitor_token if role == Role.VISITOR else host_token):
        raise LinkRevoked
    # Both databases return UTC; SQLite returns it without a time zone.
    ended_at, visitor_came, host_came = (time and time.replace(tzinfo=UTC) for time in found[:3])
    visitor_read, host_read, newest, messages, characters = (number or 0 for number in found[3:8])
    too_long_ago = timezone.now() - timedelta(seconds=current_office().chat_wait_seconds)
    return ConversationState(
        ended_at=ended_at,
        newest=newest,
        read_upto=host_read if role == Role.VISITOR else visitor_read,
        place=place_of(appointment_id, other(role)),
        overdue=not ended_at and not host_came and visitor_came is not None and visitor_came <= too_long_ago,
        room=room_of(messages, int(characters)),
    )


def unread_count(appointment_id: int, role: Role) -> int:
    """The number of messages of the other person that this person has not read."""
    with connection.cursor() as cursor:
        cursor.execute(sql.UNREAD, [appointment_id, other(role).value, appointment_id, role.value])
        return int(cursor.fetchone()[0])


class Session:
    """The operations of one socket in the conversation: short, blocking calls to the database and the cache.

    The constructor raises what :func:`appointments.links.open_link` and :class:`chat.presence.PresenceSlot` raise.
    """

    def __init__(self, role: Role, token: str) -> None:
        self.role = role
        self.appointment_id = open_link(role, token).pk
        self._token = token
        self._slot = PresenceSlot(self.appointment_id, role)
        self._place = "phone"
        # How many frames of earlier sockets of this link count for this one.
        self.frames_before = presence.frames_before(self.appointment_id, role)

    def join(self, place: str, after: int) -> tuple[list[Message], ConversationState]:
        """Watch the chat from this place (`reception` or `phone`), with every message up to `after`; return the first
        batch of missing messages, and the state. Nobody is in the chat by that: a machine may have opened the link.
        """
        self._place = place
        Participant.objects.expect(self.appointment_id)
        return self._lacking(after)

    def come(self) -> None:
        """Enter the chat, because a person has shown themselves at the page that has joined."""
        self._slot.enter(self._place)
        Participant.objects.open(self.appointment_id, self.role)

    def stay(self) -> None:
        """Renew the presence slot, because the socket is still open."""
        self._slot.renew()

    def leave(self, frames: int) -> None:
        """Free the presence slot, because the socket is closed, which has sent `frames` in the last seconds."""
        self._slot.leave()
        presence.keep_frames(self.appointment_id, self.role, frames)

    def post(self, client_id: UUID, text: str, after: int) -> tuple[Message, list[Message]]:
        """Store a message of the person; return it, and the first batch of messages after `after`.

        Raises what :meth:`chat.models.MessageQuerySet.post` raises.
        """
        message = Message.objects.post(
            appointment_id=self.appointment_id, sender=self.role, client_id=client_id, text=text
        )
        return message, [message] if Message.objects.follows(message, after) else self.batch(after)

    def read(self, upto: int) -> bool:
        """Advance the person's read mark to this message; False when it was there or further already."""
        news, emailed = Participant.objects.read(self.appointment_id, self.role, upto)
        if emailed:
            unread.withdraw(self.appointment_id, self.role, emailed)
        return news

    def batch(self, after: int) -> list[Message]:
        """The next messages after this one (0: from the first), at most as many as one frame contains."""
        return Message.objects.batch(self.appointment_id, after, limits.BATCH_SIZE)

    def answer_beat(self, after: int) -> tuple[list[Message], ConversationState]:
        """Renew the presence slot; return the first batch of messages after this one, and the state."""
        self.stay()
        return self._lacking(after)

    def state(self) -> ConversationState:
        """The state of the conversation for the person; raises what :func:`conversation_state` raises."""
        return conversation_state(self.appointment_id, self.role, self._token)

    def _lacking(self, after: int) -> tuple[list[Message], ConversationState]:
        state = self.state()
        return self.batch(after) if state.newest > after else [], state
