"""Where a message goes when it is sent again: an address may have been corrected since."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from notifications.channels import Contact, find_channel
from notifications.models import Audience, Notification


@runtime_checkable
class KnowsPeople(Protocol):
    """An object that notifications are about, and that knows how its people are reached now."""

    def contact_for(self, audience: Audience) -> Contact:
        """This person, without any address when nobody is there any more."""
        ...


def present_address(notification: Notification) -> str:
    """The recipient's address on its channel now, or an empty text; as it was recorded where nothing else is known."""
    subject = notification.subject
    channel = find_channel(notification.channel)
    if channel is None or not isinstance(subject, KnowsPeople):
        return notification.recipient
    return channel.address(subject.contact_for(Audience(notification.audience)))
