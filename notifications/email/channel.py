"""Email: one HTML and text message from the same facts, by Django's mail backend."""

from __future__ import annotations

import smtplib
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from notifications.email.connection import Connection
from notifications.models import Notification
from notifications.rendering import facts_of, render
from notifications.results import Accepted, Postponed, Refused, Result

SUBJECT = "Subject: "


class Email:
    """Sends over one connection for each thread, and says what the mail server said."""

    def __init__(self) -> None:
        self.connection = Connection()

    def render(self, notification: Notification) -> str:
        """The subject line, an empty line, and the text part."""
        return _text(notification, facts_of(notification))

    def send(self, notification: Notification) -> Result:
        """Hand the message to the mail server. What is wrong with the server is postponed, with the message refused."""
        message = self.compose(notification)
        try:
            self.connection.send(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            return _answer(code, words)
        except smtplib.SMTPDataError as error:
            return _answer(error.smtp_code, error.smtp_error)
        except smtplib.SMTPResponseException as error:
            return Postponed(_words(error.smtp_code, error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            return Postponed(_("The mail server cannot be reached: %(error)s") % {"error": error})
        return Accepted(message.extra_headers["Message-ID"])

    def compose(self, notification: Notification) -> EmailMultiAlternatives:
        """The message. Its Message-ID stays the same over all tries, so that a mailbox can recognise a repeated one."""
        facts = facts_of(notification)
        subject, _empty, text = _text(notification, facts).removeprefix(SUBJECT).partition("\n")
        reply_to = facts.get("reply_to_email")
        message = EmailMultiAlternatives(
            subject=subject,
            body=text.lstrip("\n"),
            from_email=_sender(),
            to=[notification.recipient],
            reply_to=[reply_to] if reply_to else None,
            headers={"Message-ID": _message_id(notification), "Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render(f"email/{notification.template}.html", facts, html=True), "text/html")
        return message


def _text(notification: Notification, facts: dict[str, Any]) -> str:
    return render(f"email/{notification.template}.txt", facts).strip()


def _answer(code: int, words: Any) -> Result:
    reason = _words(code, words)
    # RFC 5321, 4.2.1: 5yz is permanent.
    return Refused(reason) if code >= 500 else Postponed(reason)


def _words(code: int, words: Any) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return _("The mail server answered %(code)s: %(words)s") % {"code": code, "words": " ".join(text.split())}


def _sender() -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or settings.ORGANISATION_NAME, address))


def _message_id(notification: Notification) -> str:
    # A message that a person sends again is a new one, or the mailbox would hide it as a repetition.
    first_try = notification.attempts - notification.tries
    host = urlsplit(settings.SITE_URL).hostname
    return f"<{notification.pk}.{first_try}.{notification.created_at:%Y%m%d%H%M%S%f}@{host}>"
