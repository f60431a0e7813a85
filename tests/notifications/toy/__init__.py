"""A channel of the tests' own: one folder, one class, two methods."""

from __future__ import annotations

from notifications.models import Notification
from notifications.results import Accepted, Refused, Result

postbox: list[str] = []


class Postcards:
    """Writes postcards to everybody but the nobody."""

    def render(self, notification: Notification) -> str:
        return f"Greetings to {notification.recipient}"

    def send(self, notification: Notification) -> Result:
        if notification.recipient == "nobody":
            return Refused("There is no such person")
        postbox.append(self.render(notification))
        return Accepted("postcard-1")
