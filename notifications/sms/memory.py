"""Texts kept in memory, for tests."""

from __future__ import annotations

from notifications.models import Notification
from notifications.results import Accepted, Result
from notifications.sms.text import compose

# Recipient and text of each, oldest first.
outbox: list[tuple[str, str]] = []


class MemorySms:
    """Appends each text to `outbox`."""

    def render(self, notification: Notification) -> str:
        """The text."""
        return compose(notification)

    def send(self, notification: Notification) -> Result:
        """Keep the text; it always goes through."""
        outbox.append((notification.recipient, self.render(notification)))
        return Accepted(f"memory-{notification.pk}")
