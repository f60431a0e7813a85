"""Texts on the console, where there is no provider."""

from __future__ import annotations

import sys

from notifications.models import Notification
from notifications.results import Accepted, Result
from notifications.sms.text import compose


class ConsoleSms:
    """Prints each text; the worker's console is the phone."""

    def render(self, notification: Notification) -> str:
        """The text."""
        return compose(notification)

    def send(self, notification: Notification) -> Result:
        """Print the text; it always goes through."""
        sys.stdout.write(f"Text to {notification.recipient}: {self.render(notification)}\n")
        sys.stdout.flush()
        return Accepted(f"console-{notification.pk}")
