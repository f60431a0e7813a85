"""A channel for the tests: one folder, one class, and one row of the settings."""

from __future__ import annotations

from typing import ClassVar

from django import forms

from notifications.channels import Channel, Contact, Status
from notifications.models import Notification, State
from notifications.results import Accepted, Refused, Result

postbox: list[str] = []


class Postcards(Channel):
    """Writes postcards to everybody but the nobody."""

    name = "postcard"
    label = "Postcards"
    icon = "mail"
    sentences: ClassVar = {
        State.QUEUED: "Writing a postcard",
        State.SENDING: "Writing a postcard",
        State.SENT: "Told by postcard",
        State.DELIVERED: "Postcard delivered",
        State.KEPT: "No postcard sent: there are no stamps",
        State.FAILED: "Postcard not delivered",
        State.WITHHELD: "No postcard sent",
    }

    def address(self, person: Contact) -> str:
        return person.address

    def address_field(self) -> forms.Field:
        return forms.CharField(label="Your street and town", required=False)

    def status(self) -> Status:
        return Status(done=False, text="no stamps", fix="Buy stamps.")

    def render(self, notification: Notification) -> str:
        return f"Greetings to {notification.recipient}"

    def send(self, notification: Notification) -> Result:
        if notification.recipient == "nobody":
            return Refused("There is no such person")
        postbox.append(self.render(notification))
        return Accepted("postcard-1")
