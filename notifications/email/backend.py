"""Django's SMTP backend, which tells a message that the server cannot have from one that it may have, writes what every
server takes, and sends to addresses in any script.
"""

from __future__ import annotations

import binascii
import smtplib
from email.charset import QP, Charset
from email.generator import BytesGenerator
from email.policy import Compat32
from functools import lru_cache
from io import BytesIO
from secrets import token_hex
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp
from django.core.mail.message import sanitize_address


class _SevenBit(Charset):
    """UTF-8 written in ASCII, in lines that no server finds too long, because not every server takes bytes beyond ASCII
    (8BITMIME, RFC 6152).

    Python's own writer of quoted-printable goes character by character, and takes a tenth of the time of a message.
    """

    def __init__(self) -> None:
        super().__init__("utf-8")
        self.header_encoding = self.body_encoding = QP

    def body_encode(self, string: Any) -> Any:
        """The text of a part as quoted-printable."""
        data = string.encode() if isinstance(string, str) else string
        return binascii.b2a_qp(data, istext=True).decode("ascii")


SEVEN_BIT = _SevenBit()


# RFC 5322, 2.1.1.
LONGEST_LINE = 78


class _Unfolded(Compat32):
    """How Python writes headers by default, without looking for places to fold one that needs no folding."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The lines of this header."""
        line = f"{name}: {value}"
        is_plain = len(line) < LONGEST_LINE and line.isascii() and line.isprintable()
        return (line + self.linesep).encode() if is_plain else super().fold_binary(name, value)


_POLICY = _Unfolded(linesep="\r\n")


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
        recipients, options = email_message.recipients(), []
        client = cast("smtplib.SMTP", self.connection)
        if any(map(needs_utf8, recipients)):
            client.ehlo_or_helo_if_needed()
            if not client.has_extn("smtputf8"):
                raise Unaddressable
            options = ["SMTPUTF8"]
        else:
            recipients = [sanitize_address(recipient, settings.DEFAULT_CHARSET) for recipient in recipients]
        client.sendmail(_sender(email_message.from_email), recipients, as_bytes(email_message), options)
        return True


def as_bytes(email_message: EmailMessage) -> bytes:
    """The message as it goes over the line."""
    message = email_message.message()
    if message.is_multipart():
        # Python would look through all parts for a boundary that none of them has.
        message.set_boundary(token_hex(16))
    written = BytesIO()
    BytesGenerator(written, mangle_from_=False, policy=_POLICY).flatten(message)
    return written.getvalue()


@lru_cache(maxsize=16)
def _sender(address: str) -> str:
    """The office’s address as the mail server wants it, which is the same for all messages."""
    return sanitize_address(address, settings.DEFAULT_CHARSET)
