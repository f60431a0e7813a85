"""The conversation of an appointment: its messages, and the read mark of each of the two people."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.choices import Role
from appointments.models import Appointment
from chat import limits, sql


class ConversationEnded(Exception):
    """The appointment has ended, so no more messages are stored."""


class ConversationFull(Exception):
    """The conversation has as many messages or characters as it may have, so no more messages are stored."""


class TooManyAtOnce(Exception):
    """The sender has stored as many messages as they may in a short time; `wait` is the seconds until the next one."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


class MessageQuerySet(models.QuerySet["Message"]):
    """Queries for messages, and `post`, the only way to store one."""

    def after(self, message_id: int) -> MessageQuerySet:
        """Those after this one (0: all), in the order that everyone sees."""
        return self.filter(pk__gt=message_id).order_by("pk")

    def page(self, before: int, size: int) -> tuple[list[Message], bool]:
        """The last `size` of those before this one (0: of all), in order; and whether there are earlier ones."""
        earlier = self.filter(pk__lt=before) if before else self
        found = list(earlier.order_by("-pk")[: size + 1])
        return found[:size][::-1], len(found) > size

    def batch(self, appointment_id: int, after: int, size: int) -> list[Message]:
        """The next `size` messages of a conversation after this one (0: from the first)."""
        return list(self.raw(sql.BATCH, [appointment_id, after, size]))

    def follows(self, message: Message, after: int) -> bool:
        """Whether this stored message directly follows message `after` in its conversation (0: is the first)."""
        with connection.cursor() as cursor:
            cursor.execute(sql.BETWEEN, [message.appointment_id, after, message.pk])
            return after < message.pk and cursor.fetchone() is None

    def post(self, *, appointment_id: int, sender: Role, client_id: UUID, text: str) -> Message:
        """Store a message of `sender`. `client_id` is the idempotency key: a retry returns the stored message.

        The lock on the appointment serialises the inserts of a conversation: ids increase in the order of the commits,
        so that “all after id n” never skips a message, and no message is stored after the end. Raises
        :class:`ConversationFull`, :class:`TooManyAtOnce`, or :class:`ConversationEnded`, also when the appointment has
        been deleted. The limits count what is in the database, so all sockets and processes share them.
        """
        message = Message(appointment_id=appointment_id, sender=sender, client_id=client_id, text=text)
        fields = {field.name: field for field in Message._meta.concrete_fields}
        values = [
            fields[name].get_db_prep_save(getattr(message, name), connection)
            for name in ("sender", "client_id", "text", "created_at")
        ]
        since = message.created_at - timedelta(seconds=limits.WINDOW_SECONDS)
        counted = [values[0], fields["created_at"].get_db_prep_save(since, connection), appointment_id]
        with connection.cursor() as cursor:
            statement = sql.store(can_lock=connection.features.has_select_for_update)
            cursor.execute(statement, [*values, appointment_id, *counted])
            stored = cursor.fetchone()
        if stored:
            message.pk = stored[0]
            return message
        earlier = self.filter(appointment_id=appointment_id, sender=sender, client_id=client_id).first()
        if earlier is None:
            raise self._refusal(appointment_id, sender, since)
        return earlier

    def _refusal(self, appointment_id: int, sender: Role, since: datetime) -> Exception:
        """Why the conversation takes no message of this sender, who may store `limits.MAX_MESSAGES` from `since` on."""
        if not Appointment.objects.ongoing().filter(pk=appointment_id).exists():
            return ConversationEnded()
        mine = self.filter(appointment_id=appointment_id, sender=sender, created_at__gt=since).order_by("-pk")
        oldest = mine.values_list("created_at", flat=True)[limits.MAX_MESSAGES - 1 :].first()
        return TooManyAtOnce((oldest - since).total_seconds()) if oldest else ConversationFull()


class Message(models.Model):
    """One message. Its id determines its position in the conversation."""

    appointment = models.ForeignKey(
        Appointment, verbose_name=_("appointment"), on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    sender = models.CharField(_("sender"), max_length=10, choices=Role)
    client_id = models.UUIDField(editable=False)
    text = models.TextField(_("text"), max_length=limits.MAX_MESSAGE_LENGTH)
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
        """The sender's name, as stored in the appointment."""
        return self.appointment.visitor_name if self.sender == Role.VISITOR else self.appointment.host_name


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Updates of the two people's participation: opening the chat and reading messages."""

    def expect(self, appointment_id: int) -> None:
        """Have a record of both people, so that what one of them writes is emailed to the other."""
        if self.filter(appointment_id=appointment_id).count() < len(Role):
            self.bulk_create(
                [Participant(appointment_id=appointment_id, role=each) for each in Role], ignore_conflicts=True
            )

    def open(self, appointment_id: int, role: Role) -> None:
        """Record that this person has opened the chat; only the first time is stored."""
        self.expect(appointment_id)
        self.filter(appointment_id=appointment_id, role=role, opened_at__isnull=True).update(opened_at=timezone.now())

    def read(self, appointment_id: int, role: Role, upto: int) -> tuple[bool, int]:
        """Advance this person's read mark to this message.

        Returns whether it advanced, and the last message of an email whose messages are all read now (only once), or 0.
        """
        # Usually there was no email, and this single statement is enough.
        with connection.cursor() as cursor:
            cursor.execute(sql.READ, [upto, appointment_id, role.value, upto])
            if cursor.rowcount:
                return True, 0
        behind = self.filter(appointment_id=appointment_id, role=role, read_upto__lt=upto)
        news = bool(behind.update(read_upto=upto))
        read = self.filter(appointment_id=appointment_id, role=role, emailed_upto__gt=0, emailed_upto__lte=upto)
        emailed = read.values_list("emailed_upto", flat=True).first()
        return news, emailed if emailed and read.update(emailed_upto=0) else 0


class Participant(models.Model):
    """One of the two people of a conversation: when they first opened it, the last message that they have read, and the
    last message of the email about unread messages (0: none).
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
