"""One open connection to the mail server for each worker thread, reused for several messages."""

from __future__ import annotations

import smtplib
import threading
import time
from contextlib import suppress

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from notifications.email.backend import Untaken

# Mail servers close idle connections (RFC 5321, 4.5.3.2.7 requires five minutes; many wait for less).
MAX_IDLE_SECONDS = 20.0
# With it a server says that it closes the connection (RFC 5321, 3.8), for example after as many messages as it takes
# over one.
CLOSING = 421


class Connection(threading.local):
    """The calling thread's connection, with the configured mail backend."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None
        self._used_at = 0.0

    def send(self, message: EmailMessage) -> None:
        """Send one message over the open connection, opening it first where needed.

        A kept connection that turns out to be closed before the message was handed over is opened anew, once. Raises
        what the backend raises; the connection is then closed, since its state is unknown.
        """
        if time.monotonic() - self._used_at > MAX_IDLE_SECONDS:
            self.close()
        kept = self._backend is not None
        try:
            self._send(message)
        except (Untaken, smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused) as error:
            if not kept or not _is_closing(error):
                raise
            self._send(message)

    def _send(self, message: EmailMessage) -> None:
        if self._backend is None:
            self._backend = get_connection()
        try:
            self._backend.open()
            self._backend.send_messages([message])
        except Exception:
            self.close()
            raise
        self._used_at = time.monotonic()

    def close(self) -> None:
        """Close the connection, ignoring errors."""
        backend, self._backend = self._backend, None
        if backend:
            # The connection is not used again, so errors do not matter.
            with suppress(Exception):
                backend.close()


def _is_closing(error: smtplib.SMTPException) -> bool:
    """Whether this says that the connection is closed, and nothing about the message."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return any(code == CLOSING for code, _words in error.recipients.values())
        case smtplib.SMTPSenderRefused():
            return error.smtp_code == CLOSING
        case _:
            return isinstance(error, Untaken)
