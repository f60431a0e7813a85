"""A conversation as one of its two people sees it. Pages and sockets both look through here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from appointments.links import open_link
from appointments.models import Appointment, Role
from chat import limits, unseen
from chat.models import Message, Participant
from chat.seats import Seat, place_of

# Every beat of every socket asks this, and Django takes longer to write such a query than the database to answer it: so
# it stands here as it is sent.
_STANDING = """
    SELECT appointment.ended_at, visitor.opened_at, host.opened_at, visitor.read_upto, host.read_upto,
        (SELECT MAX(id) FROM chat_message WHERE appointment_id = appointment.id)
    FROM appointments_appointment AS appointment
    LEFT JOIN chat_participant AS visitor ON visitor.appointment_id = appointment.id AND visitor.role = 'visitor'
    LEFT JOIN chat_participant AS host ON host.appointment_id = appointment.id AND host.role = 'host'
    WHERE appointment.id = %s
"""


@dataclass(frozen=True)
class Standing:
    """How the conversation stands, apart from what was said.

    `newest` is the last message of all (0: none), `read_upto` how far the other person has read, `place` where they are
    in the chat now (None: not in it), and `overdue` whether the host has let the visitor wait for longer than
    `CHAT_WAIT_SECONDS`.
    """

    ended_at: datetime | None
    newest: int
    read_upto: int
    place: str | None
    overdue: bool


def other(role: Role) -> Role:
    """The other person of the conversation."""
    return Role.HOST if role == Role.VISITOR else Role.VISITOR


def standing(appointment_id: int, role: Role) -> Standing:
    """How the conversation stands for this person. Raises Appointment.DoesNotExist once it is deleted."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [appointment_id])
        found = cursor.fetchone()
    if found is None:
        raise Appointment.DoesNotExist
    # Both databases give UTC, SQLite without saying so.
    ended_at, visitor_came, host_came = (time and time.replace(tzinfo=UTC) for time in found[:3])
    visitor_read, host_read, newest = (message_id or 0 for message_id in found[3:])
    too_long_ago = timezone.now() - timedelta(seconds=settings.CHAT_WAIT_SECONDS)
    return Standing(
        ended_at=ended_at,
        newest=newest,
        read_upto=host_read if role == Role.VISITOR else visitor_read,
        place=place_of(appointment_id, other(role)),
        overdue=not ended_at and not host_came and visitor_came is not None and visitor_came <= too_long_ago,
    )


def unread(appointment_id: int, role: Role) -> int:
    """How many messages of the other person this one has not read."""
    read_upto = Participant.objects.filter(appointment_id=appointment_id, role=role).values_list("read_upto", flat=True)
    sent = Message.objects.filter(appointment_id=appointment_id, sender=other(role))
    return sent.after(read_upto.first() or 0).count()


class Member:
    """One socket's part in the conversation: all that it does in the database, each call short.

    Raises what :func:`appointments.links.open_link` and :class:`chat.seats.Seat` raise.
    """

    def __init__(self, role: Role, token: str) -> None:
        self.role = role
        self.appointment_id = open_link(role, token).pk
        self._seat = Seat(self.appointment_id, role)

    def join(self, place: str, after: int) -> tuple[list[Message], Standing]:
        """The person is in the chat, at this place (`reception` or `phone`), with every message up to `after`; what
        they lack.
        """
        self._seat.sit(place)
        Participant.objects.open(self.appointment_id, self.role)
        return self._lacking(after)

    def stay(self) -> None:
        """The socket is still open."""
        self._seat.renew()

    def leave(self) -> None:
        """The socket is closed."""
        self._seat.leave()

    def post(self, client_id: UUID, text: str, after: int) -> tuple[Message, list[Message]]:
        """Store what the person says; the message, and the first batch after `after`, which leads up to it.

        Raises :class:`chat.models.ConversationEnded`.
        """
        message = Message.objects.post(
            appointment_id=self.appointment_id, sender=self.role, client_id=client_id, text=text
        )
        return message, [message] if Message.objects.follows(message, after) else self.batch(after)

    def read(self, upto: int) -> bool:
        """The person has read up to this message; False when that was known already."""
        news, emailed = Participant.objects.read(self.appointment_id, self.role, upto)
        if emailed:
            unseen.withdraw(self.appointment_id, emailed)
        return news

    def batch(self, after: int) -> list[Message]:
        """The next messages after this one (0: from the first), as many as one frame carries."""
        return Message.objects.batch(self.appointment_id, after, limits.BATCH)

    def answer_beat(self, after: int) -> tuple[list[Message], Standing]:
        """The page is there and has every message up to this one; what it lacks."""
        self.stay()
        return self._lacking(after)

    def standing(self) -> Standing:
        """How the conversation stands for the person."""
        return standing(self.appointment_id, self.role)

    def _lacking(self, after: int) -> tuple[list[Message], Standing]:
        standing = self.standing()
        return self.batch(after) if standing.newest > after else [], standing
