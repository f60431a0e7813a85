"""The conversation of an appointment: what was said, and how far each of the two people has come in it."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment, Role
from chat.limits import MESSAGE_LENGTH

# What every message and every read mark asks of the database. Django takes several times as long to write such a query
# as the database to answer it, so they stand here as they are sent (docs/performance.md, Chat).
_BATCH = "SELECT * FROM chat_message WHERE appointment_id = %s AND id > %s ORDER BY id LIMIT %s"
_BETWEEN = "SELECT 1 FROM chat_message WHERE appointment_id = %s AND id > %s AND id < %s LIMIT 1"
_READ = """
    UPDATE chat_participant SET read_upto = %s
    WHERE appointment_id = %s AND role = %s AND read_upto < %s AND emailed_upto = 0
"""
# The columns stand as in the model. PostgreSQL locks the appointment before it takes the id; SQLite lets one statement
# write at a time.
_STORE = """
    INSERT INTO chat_message (appointment_id, sender, client_id, text, created_at)
    SELECT id, %s, %s, %s, %s FROM appointments_appointment WHERE ended_at IS NULL AND id = %s {lock}
    ON CONFLICT DO NOTHING RETURNING id
"""


class ConversationEnded(Exception):
    """Nothing can be said any more: the appointment has ended."""


class MessageQuerySet(models.QuerySet["Message"]):
    """Vocabulary for choosing messages, and the one way to store one."""

    def after(self, message_id: int) -> MessageQuerySet:
        """Those that everyone sees after this one (0: all), in that order."""
        return self.filter(pk__gt=message_id).order_by("pk")

    def batch(self, appointment_id: int, after: int, size: int) -> list[Message]:
        """The next `size` messages of a conversation after this one (0: from the first)."""
        return list(self.raw(_BATCH, [appointment_id, after, size]))

    def follows(self, message: Message, after: int) -> bool:
        """Whether this stored message is the next of its conversation after this one (0: the first)."""
        with connection.cursor() as cursor:
            cursor.execute(_BETWEEN, [message.appointment_id, after, message.pk])
            return after < message.pk and cursor.fetchone() is None

    def post(self, *, appointment_id: int, sender: Role, client_id: UUID, text: str) -> Message:
        """Store what `sender` says; a message sent again, known by `client_id`, is the one of the first time.

        The lock on the appointment makes the messages of a conversation follow each other: ids grow in the order of
        the commits, so that “all after id n” never skips one, and nothing is stored after the end. Raises
        :class:`ConversationEnded`, also when the appointment is gone.
        """
        message = Message(appointment_id=appointment_id, sender=sender, client_id=client_id, text=text)
        _id, _appointment, *said = Message._meta.concrete_fields
        values = [field.get_db_prep_save(field.value_from_object(message), connection) for field in said]
        lock = "FOR UPDATE" if connection.features.has_select_for_update else ""
        with connection.cursor() as cursor:
            cursor.execute(_STORE.format(lock=lock), [*values, appointment_id])
            stored = cursor.fetchone()
        if stored:
            message.pk = stored[0]
            return message
        earlier = self.filter(appointment_id=appointment_id, sender=sender, client_id=client_id).first()
        if earlier is None:
            raise ConversationEnded
        return earlier


class Message(models.Model):
    """One message, as it was written. Its id is its place in the conversation."""

    appointment = models.ForeignKey(
        Appointment, verbose_name=_("appointment"), on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    sender = models.CharField(_("sender"), max_length=10, choices=Role)
    client_id = models.UUIDField(editable=False)
    text = models.TextField(_("text"), max_length=MESSAGE_LENGTH)
    created_at = models.DateTimeField(_("sent at"), default=timezone.now, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["appointment", "sender", "client_id"], name="message_stored_once")
        ]
        indexes = [models.Index(fields=["appointment", "id"], name="message_conversation")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def sender_name(self) -> str:
        """The name of whoever wrote it, as the appointment keeps it."""
        return self.appointment.visitor_name if self.sender == Role.VISITOR else self.appointment.host_name


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """What the two people do in the conversation, apart from writing."""

    def open(self, appointment_id: int, role: Role) -> None:
        """This person has the chat open; the first time is kept."""
        mine = self.filter(appointment_id=appointment_id, role=role)
        if not mine.filter(opened_at__isnull=False).exists():
            self.bulk_create(
                [Participant(appointment_id=appointment_id, role=each) for each in Role], ignore_conflicts=True
            )
            mine.filter(opened_at__isnull=True).update(opened_at=timezone.now())

    def read(self, appointment_id: int, role: Role, upto: int) -> tuple[bool, int]:
        """This person has read up to this message.

        Whether that is news; and the last message of the email whose messages they have thereby all read, once, or 0.
        """
        # Mostly there was no email, and one statement does it.
        with connection.cursor() as cursor:
            cursor.execute(_READ, [upto, appointment_id, role.value, upto])
            if cursor.rowcount:
                return True, 0
        behind = self.filter(appointment_id=appointment_id, role=role, read_upto__lt=upto)
        news = bool(behind.update(read_upto=upto))
        read = self.filter(appointment_id=appointment_id, role=role, emailed_upto__gt=0, emailed_upto__lte=upto)
        emailed = read.values_list("emailed_upto", flat=True).first()
        return news, emailed if emailed and read.update(emailed_upto=0) else 0


class Participant(models.Model):
    """One of the two people of a conversation: since when they take part, how far they have read, and by which message
    an email has told them of what they had not.
    """

    appointment = models.ForeignKey(
        Appointment,
        verbose_name=_("appointment"),
        on_delete=models.CASCADE,
        related_name="participants",
        db_index=False,
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    opened_at = models.DateTimeField(_("opened the chat at"), null=True)
    read_upto = models.PositiveBigIntegerField(_("has read up to"), default=0)
    emailed_upto = models.PositiveBigIntegerField(_("has been emailed up to"), default=0)
    emailed_at = models.DateTimeField(_("emailed at"), null=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [models.UniqueConstraint(fields=["appointment", "role"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} – {self.appointment_id}"
