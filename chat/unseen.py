"""Messages that have waited unseen go to the person by email, together with what was said before."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from appointments.messages import facts_about
from appointments.models import Appointment, Role
from chat.models import Message, Participant, ParticipantQuerySet
from notifications import outbox
from notifications.models import Audience
from notifications.outbox import Notice

# One event for each email: `unseen-` and the last message it tells of.
EVENT = "unseen-"
# Someone who has not looked at a message for this long is away.
UNSEEN_FOR = timedelta(minutes=1)
# At most one email in this time.
PAUSE = timedelta(minutes=10)
# The daily sweep ends what is left open, so nothing older can wait for its first email.
OLDEST = timedelta(days=2)
# An email carries this many messages; the others are behind its link.
MESSAGES = 100


def waiting(now: datetime) -> ParticipantQuerySet:
    """The people who are away from messages that no email has told them of, and may get one now."""
    newest = (
        Message.objects.filter(appointment=OuterRef("appointment"), created_at__lte=now - UNSEEN_FOR)
        .exclude(sender=OuterRef("role"))
        .order_by("-pk")
        .values("pk")[:1]
    )
    return (
        Participant.objects.filter(appointment__started_at__gt=now - OLDEST)
        .filter(Q(emailed_at=None) | Q(emailed_at__lte=now - PAUSE))
        .annotate(newest=Subquery(newest))
        .filter(newest__gt=F("read_upto"))
        .filter(newest__gt=F("emailed_upto"))
    )


def tell(person: Participant, now: datetime) -> None:
    """Have this person told by email of what they have not seen, unless another worker is about it."""
    with transaction.atomic():
        appointment = Appointment.objects.select_related("host").get(pk=person.appointment_id)
        messages = list(appointment.messages.order_by("-pk")[: MESSAGES + 1])
        mine = Participant.objects.filter(pk=person.pk, emailed_upto=person.emailed_upto, read_upto=person.read_upto)
        if mine.update(emailed_upto=messages[0].pk, emailed_at=now):
            outbox.record(appointment, _notices(appointment, person, messages))


def withdraw(appointment_id: int, last: int) -> None:
    """The person has seen what the email about messages up to `last` would tell."""
    outbox.cancel(Appointment(pk=appointment_id), [f"{EVENT}{last}"])


def _notices(appointment: Appointment, person: Participant, messages: list[Message]) -> list[Notice]:
    role = Role(person.role)
    unseen = [message for message in messages if message.sender != role and message.pk > person.read_upto]
    facts = facts_about(appointment, role) | {
        "writer": unseen[0].sender_name,
        "unseen": len(unseen),
        "earlier": len(messages) > MESSAGES,
        "said": [
            {"name": message.sender_name, "text": message.text, "sent_at": message.created_at.isoformat()}
            for message in reversed(messages[:MESSAGES])
        ],
    }
    event = f"{EVENT}{messages[0].pk}"
    if role == Role.VISITOR:
        return [Notice(event, Audience.VISITOR, "email", appointment.visitor_email, "visitor-unseen", facts)]
    if appointment.host is None:
        return []
    facts["reply_to_email"] = appointment.visitor_email
    return [Notice(event, Audience.HOST, "email", appointment.host.email, "host-unseen", facts)]
