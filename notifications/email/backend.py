"""Django's SMTP backend, which tells a message that the server cannot have from one that it may have, writes what every
server takes, and sends to addresses in any script.
"""

from __future__ import annotations

import smtplib
from email.charset import QP, Charset
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp
from django.core.mail.message import sanitize_address

# UTF-8 written in ASCII, in lines that no server finds too long, because not every server takes bytes beyond ASCII
# (8BITMIME, RFC 6152).
SEVEN_BIT = Charset("utf-8")
SEVEN_BIT.header_encoding = SEVEN_BIT.body_encoding = QP


class Untaken(smtplib.SMTPServerDisconnected):
    """The connection was found closed before the message was handed over."""


class Unaddressable(smtplib.SMTPException):
    """The server does not take the letters of the address."""


def needs_utf8(address: str) -> bool:
    """Whether only a server with SMTPUTF8 (RFC 6531) takes this address.

    A domain in any script has a name in ASCII, but what is before it has none.
    """
    return not address.rpartition("@")[0].isascii()


class _Tracked(smtplib.SMTP):
    """A connection that notes when it begins to hand a message over."""

    _handed_over = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self._handed_over = True
        return super().data(msg)

    def sendmail(self, *args: Any, **kwargs: Any) -> dict[str, tuple[int, bytes]]:
        """Send one message. Raises :class:`Untaken` for a closed connection while sending it anew is safe."""
        self._handed_over = False
        try:
            return super().sendmail(*args, **kwargs)
        except smtplib.SMTPServerDisconnected as error:
            if self._handed_over:
                raise
            raise Untaken(*error.args) from error


class _TrackedOverTLS(_Tracked, smtplib.SMTP_SSL):
    pass


class Backend(smtp.EmailBackend):
    """Raises :class:`Untaken` where Django's backend raises SMTPServerDisconnected, if the server has no message, and
    :class:`Unaddressable` where Django's writes to a made-up address.
    """

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _TrackedOverTLS if self.use_ssl else _Tracked

    def _send(self, email_message: EmailMessage) -> bool:
        email_message.encoding = SEVEN_BIT
        recipients = email_message.recipients()
        if not any(map(needs_utf8, recipients)):
            return bool(super()._send(email_message))  # type: ignore[misc]  # not in the stubs, as `linesep` below
        client = cast("smtplib.SMTP", self.connection)
        client.ehlo_or_helo_if_needed()
        if not client.has_extn("smtputf8"):
            raise Unaddressable
        sender = sanitize_address(email_message.from_email, settings.DEFAULT_CHARSET)
        text = email_message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
        client.sendmail(sender, recipients, text, mail_options=["SMTPUTF8"])
        return True
