"""One open connection to the mail server for each worker thread, reused from message to message."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

# Mail servers hang up on idle clients (RFC 5321 asks for five minutes of patience; many have less).
LONGEST_IDLE = 20.0


class Connection(threading.local):
    """The calling thread's connection, by whichever mail backend is set."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None
        self._used_at = 0.0

    def send(self, message: EmailMessage) -> None:
        """Send one message over the open connection, opening it first where needed.

        Raises what the backend raises; the connection is then closed, since its state is unknown.
        """
        if time.monotonic() - self._used_at > LONGEST_IDLE:
            self.close()
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
        """Hang up."""
        backend, self._backend = self._backend, None
        if backend:
            # Whatever goes wrong here, the connection is of no more use.
            with suppress(Exception):
                backend.close()
