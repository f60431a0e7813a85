"""The channels that a notification may go out over, by name, as `settings.NOTIFICATION_CHANNELS` lists them."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.models import Notification
from notifications.results import Result


class Channel(Protocol):
    """What a channel must offer. One object serves all threads of a worker."""

    def render(self, notification: Notification) -> str:
        """The message as its recipient reads it, in plain text."""

    def send(self, notification: Notification) -> Result:
        """Hand the message to the provider and return what it said, in well under the lease (see `claims.LEASE`).

        An exception counts as :class:`Postponed`.
        """


def get_channel(name: str) -> Channel:
    """The channel of this name. Raises :class:`KeyError` for one that is not listed."""
    return _load(settings.NOTIFICATION_CHANNELS[name])


@cache
def _load(path: str) -> Channel:
    channel: Channel = import_string(path)()
    return channel
