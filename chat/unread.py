"""Emails unread messages to a person who is away, together with the earlier messages."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from appointments.choices import Role
from appointments.models import Appointment
from appointments.notices import context_of
from chat.models import Message, Participant, ParticipantQuerySet
from limits import counters
from limits.counters import LimitReached
from limits.rules import Rule, Use, Window
from notifications import outbox
from notifications.email.channel import Email
from notifications.models import Audience, Notification
from notifications.outbox import Notice
from notifications.titles import entitle
from offices.current import current_office

# The occurrence of this event is the id of the last message in the email.
UNREAD = "unread"
# A person who has not read a message for this long is away.
UNREAD_FOR = timedelta(minutes=1)
# At most one email to a person in this time.
MIN_PAUSE = timedelta(minutes=10)
# An appointment left open is ended in the night after its start, so no older one can have unread messages to email.
MAX_AGE = timedelta(days=2)
# So many emails a host gets in an hour, from all chats together. What is left waits, and goes out in the next hour.
MAX_PER_HOST = 6
PER_HOST = Rule(
    "unread_emails_per_host", _("emails about unread chats to one host in an hour"), Window.HOUR, lambda _: MAX_PER_HOST
)
# An email contains at most this many messages; its link opens the whole conversation.
MAX_MESSAGES = 100
entitle({f"{role}-unread": _("Unseen messages") for role in Role})


def waiting(now: datetime) -> ParticipantQuerySet:
    """The people who are away, have unread messages that no email contained, and may get an email now."""
    newest = (
        Message.objects.filter(appointment=OuterRef("appointment"), created_at__lte=now - UNREAD_FOR)
        .exclude(sender=OuterRef("role"))
        .order_by("-pk")
        .values("pk")[:1]
    )
    return (
        Participant.objects.filter(appointment__started_at__gt=now - MAX_AGE)
        .filter(Q(emailed_at=None) | Q(emailed_at__lte=now - MIN_PAUSE))
        .annotate(newest=Subquery(newest))
        .filter(newest__gt=F("read_upto"))
        .filter(newest__gt=F("emailed_upto"))
    )


def email_unread(person: Participant, now: datetime) -> None:
    """Record an email to this person about their unread messages, unless another worker has just done so."""
    with transaction.atomic():
        appointment = Appointment.objects.select_related("host").get(pk=person.appointment_id)
        if person.role == Role.HOST and not _may_go_to(appointment):
            return
        messages = list(appointment.messages.order_by("-pk")[: MAX_MESSAGES + 1])
        mine = Participant.objects.filter(pk=person.pk, emailed_upto=person.emailed_upto, read_upto=person.read_upto)
        if mine.update(emailed_upto=messages[0].pk, emailed_at=now):
            outbox.record(appointment, _notices(appointment, person, messages))


def _may_go_to(appointment: Appointment) -> bool:
    """Whether one more email may go to the host now; it is counted."""
    try:
        counters.take(Use(PER_HOST, appointment.contact_for(Audience.HOST).email))
    except LimitReached:
        return False
    return True


def withdraw(appointment_id: int, role: Role, last: int) -> None:
    """Cancel the emails about messages up to `last`, because the person has read them."""
    about = Notification.objects.about(Appointment(pk=appointment_id))
    waiting_to_go = about.outstanding().filter(event=UNREAD, audience=role).values_list("pk", "occurrence")
    outbox.cancel(about.filter(pk__in=[pk for pk, upto in waiting_to_go if int(upto) <= last]))


def _notices(appointment: Appointment, person: Participant, messages: list[Message]) -> list[Notice]:
    audience, role = Audience(person.role), Role(person.role)
    recipient = appointment.contact_for(audience).email
    unread = appointment.messages.exclude(sender=role).filter(pk__gt=person.read_upto)
    context = context_of(appointment, audience, current_office()) | {
        "writer": appointment.visitor_name if role == Role.HOST else appointment.host_name,
        "unread": unread.count(),
        "earlier": len(messages) > MAX_MESSAGES,
        "said": [
            {"name": message.sender_name, "text": message.text, "sent_at": message.created_at.isoformat()}
            for message in reversed(messages[:MAX_MESSAGES])
        ],
    }
    template, occurrence = f"{role}-unread", str(messages[0].pk)
    notice = Notice(UNREAD, audience, Email.name, recipient, template, context, occurrence)
    return [notice] if recipient else []
