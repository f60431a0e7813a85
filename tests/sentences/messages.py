"""The emails and texts of the table of notices, as their recipients read them."""

from __future__ import annotations

from typing import cast
from unittest import mock

from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from appointments.choices import EndedBy, Reply, Role
from appointments.models import Appointment
from appointments.notices import remind, tell_reception
from chat import unread
from chat.models import Participant
from kiosks.models import Kiosk
from notifications.channels import get_channel
from notifications.diagnostics import send_test_message
from notifications.email.channel import Email
from notifications.models import Notification, State
from tests.cast import make_appointment, make_host
from tests.sentences.stage import DESK, Facts, Place, Stage, scene
from tests.sentences.visits import a_chat


def walk(stage: Stage) -> None:
    """Every message, for each state of the visit in which its words differ."""
    for name, begin in (("chat", a_chat), ("in person", lambda: make_appointment(make_host()))):
        with scene():
            _of(stage, name, begin())
    with scene():
        user = User.objects.create_user("maria")
        send_test_message(user, "Anika Rao", {"email": DESK, "sms": "+919876543201"})
        _read(stage, Place("test"), Facts())


def _of(stage: Stage, name: str, visit: Appointment) -> None:
    _read(stage, Place(name, "checked in"), Facts(visit))
    with scene():
        visit.screen = Kiosk.objects.create(name="Front desk")
        visit.save()
        visit.notifications.all().delete()
        visit.save()
        _read(stage, Place(name, "checked in on a reception screen"), Facts(visit))
    # The page of a chat has no buttons for these.
    for reply in () if visit.is_remote else Reply:
        with scene():
            visit.refresh_from_db()
            visit.set_reply(reply)
            _read(stage, Place(name, f"host said “{reply.label}”"), Facts(visit))
    with scene():
        visit.refresh_from_db()
        remind(visit)
        tell_reception(visit)
        _read(stage, Place(name, "host does not answer or cannot be told"), Facts(visit))
    for by in EndedBy:
        with scene():
            visit.refresh_from_db()
            visit.end(by)
            _read(stage, Place(name, f"ended by {by}"), Facts(visit))
    with scene(), mock.patch.object(unread, "MAX_MESSAGES", 1):
        visit.refresh_from_db()
        _write(visit, Role.HOST, 2)
        unread.email_unread(Participant.objects.get(appointment=visit, role=Role.HOST), timezone.now())
        _read(stage, Place(name, "more than an email holds"), Facts(visit))
    for role in Role:
        for count in (1, 2):
            for ended in (False, True):
                with scene():
                    visit.refresh_from_db()
                    _write(visit, role, count)
                    if ended:
                        visit.end(EndedBy.VISITOR)
                    person = Participant.objects.get(appointment=visit, role=role)
                    unread.email_unread(person, timezone.now())
                    column = f"{count} unread{', ended' if ended else ''}"
                    _read(stage, Place(name, f"{role} is away", column), Facts(visit))


def _write(visit: Appointment, reader: Role, count: int) -> None:
    Participant.objects.expect(visit.pk)
    writer = Role.HOST if reader == Role.VISITOR else Role.VISITOR
    for number in range(count):
        visit.messages.create(sender=writer, client_id=f"{number:032}", text="…")


def _read(stage: Stage, place: Place, facts: Facts) -> None:
    # What has been cancelled is not sent.
    for message in Notification.objects.exclude(state=State.CANCELLED):
        about = Facts(facts.visit, message)
        channel = get_channel(message.channel)
        page = f"{channel.label} to {message.get_audience_display().lower()}: {message.title}"
        stage.hear(page, place, channel.render(message), about)
        if message.channel == Email.name:
            email = cast("Email", channel).compose(message)
            stage.look(page, place, _html(email), about)


def _html(email: EmailMultiAlternatives) -> str:
    return str(email.alternatives[0][0])
