"""Email: one message with an HTML and a text part, sent with Django's mail backend."""

from __future__ import annotations

import smtplib
from email.errors import MessageError
from typing import ClassVar
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.encoding import punycode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import EmailField
from notifications.budgets import budget
from notifications.channels import WRITTEN_TO_THE_CONSOLE, Channel, Contact, Status
from notifications.email import answers, message
from notifications.email.connection import Connection
from notifications.models import Audience, Notification, State
from notifications.rendering import context_of
from notifications.results import Accepted, Kept, Refused, Result
from offices.current import current_office

# The mail backends that send nothing, and what they do with a message instead.
KEEPING = {
    "django.core.mail.backends.console.EmailBackend": WRITTEN_TO_THE_CONSOLE,
    "django.core.mail.backends.filebased.EmailBackend": _("Written to a file. Nothing was sent."),
    "django.core.mail.backends.dummy.EmailBackend": _("Thrown away. Nothing was sent."),
}


class Email(Channel):
    """Sends over one connection for each thread, and records the mail server's response."""

    name = "email"
    label = _("Email")
    icon = "mail"
    sentences: ClassVar = {
        State.QUEUED: _("Sending an email"),
        State.SENDING: _("Sending an email"),
        State.SENT: _("Told by email"),
        State.DELIVERED: _("Email delivered"),
        State.KEPT: _("No email sent: email is not set up."),
        State.FAILED: _("Email not delivered."),
        State.WITHHELD: _("No email sent."),
    }
    budget: ClassVar = budget(
        "emails_day",
        {
            Audience.VISITOR: (_("emails to visitors in an hour"), _("emails to visitors in a day")),
            Audience.HOST: (_("emails to hosts in an hour"), _("emails to hosts in a day")),
            Audience.RECEPTION: (_("emails to reception in an hour"), _("emails to reception in a day")),
        },
    )

    def address(self, person: Contact) -> str:
        """The email address."""
        return person.email

    def address_field(self) -> forms.Field:
        """An email address."""
        return EmailField(label=_("Your email"), required=False)

    def status(self) -> Status:
        """Whether a mail server is configured."""
        done = settings.EMAIL_BACKEND not in KEEPING
        where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if done else KEEPING[settings.EMAIL_BACKEND]
        return Status(done, where, _("Set EMAIL_URL and DEFAULT_FROM_EMAIL to your mail server."))

    def __init__(self) -> None:
        self.connection = Connection()

    def render(self, notification: Notification) -> str:
        """The subject line, an empty line, and the text part."""
        return message.text_of(notification.template, context_of(notification, current_office()))

    def send(self, notification: Notification) -> Result:
        """Send the message to the mail server, and read its answer by :mod:`notifications.email.answers`.

        Kept when the mail backend sends nothing.
        """
        try:
            composed = self.compose(notification)
            self.connection.send(composed)
        except (smtplib.SMTPException, OSError) as error:
            return answers.result_of(error)
        except (MessageError, ValueError):
            # It cannot be written as a message, so each attempt would fail. The error names the address, so it is
            # neither kept nor logged.
            return Refused(gettext("The message cannot be written to this address"))
        kept = KEEPING.get(settings.EMAIL_BACKEND)
        return Kept(str(kept)) if kept else Accepted(composed.extra_headers["Message-ID"])

    def compose(self, notification: Notification) -> EmailMultiAlternatives:
        """The message. All attempts have the same Message-ID, so that a mailbox can recognise a duplicate."""
        context = context_of(notification, current_office())
        return message.compose(
            notification.template,
            context,
            notification.recipient,
            reply_to=context.get("reply_to_email", ""),
            headers={"Message-ID": _message_id(notification)},
        )


def _message_id(notification: Notification) -> str:
    # A message that a person sends again gets a new id, because a mailbox would otherwise hide it as a duplicate.
    before = notification.attempts - notification.attempts_this_round
    host = punycode(urlsplit(settings.SITE_URL).hostname or "")
    return f"<{notification.pk}.{before}.{notification.created_at:%Y%m%d%H%M%S%f}@{host}>"
