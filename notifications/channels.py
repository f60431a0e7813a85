"""The notification channels, whose classes `settings.NOTIFICATION_CHANNELS` lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from limits.rules import Rule
from notifications.models import Audience, Notification, State, Withheld
from notifications.results import Result

Words = str | Promise

# What becomes of a message when no provider is set up.
WRITTEN_TO_THE_CONSOLE = _("Written to the console. Nothing was sent.")


@dataclass(frozen=True)
class Contact:
    """A person to notify, with every address that a channel may use; unknown ones are empty.

    `phone` is in E.164, `address` is a postal address.
    """

    name: str
    email: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class Status:
    """Whether a channel is set up, so that its messages leave this machine (`done`), its current configuration, and
    how to set it up.
    """

    done: bool
    text: Words
    fix: Words


class Channel(ABC):
    """One way to notify people. All threads of a process share one instance, so it must be thread-safe."""

    # The value stored with each notification: a letter, then letters, digits and underscores.
    name: ClassVar[str]
    # The name shown to people.
    label: ClassVar[Words]
    # The name of a pictogram of `core.icons`.
    icon: ClassVar[str]
    # The sentence on the visitor's page about a notification to the host, by its state.
    sentences: ClassVar[Mapping[State, Words]]
    # How many messages the office sends over it to each audience.
    budget: ClassVar[Mapping[Audience, Sequence[Rule]]] = {}

    @abstractmethod
    def address(self, person: Contact) -> str:
        """The person's address on this channel; if it is empty, no notification is recorded for them."""

    def refusal(self, recipient: str, audience: Audience) -> Withheld | None:
        """Why nothing is sent to this address, or None."""
        return None

    @abstractmethod
    def address_field(self) -> forms.Field:
        """The optional field of *Set-up* for the address to which a test message is sent."""

    @abstractmethod
    def status(self) -> Status:
        """The status of this channel in this installation."""

    @abstractmethod
    def render(self, notification: Notification) -> str:
        """The message as its recipient reads it, in plain text. The test message has the template `test-message`."""

    @abstractmethod
    def send(self, notification: Notification) -> Result:
        """Send the message to the provider and return its response, well before the lease expires (`claims.LEASE`).

        :class:`Kept` when there is no provider: a message counts as sent only when one has accepted it.

        The caller treats an exception as :class:`Postponed`.
        """


def all_channels() -> list[Channel]:
    """Every channel of this installation, in the order of `settings.NOTIFICATION_CHANNELS`."""
    return [_load(path) for path in settings.NOTIFICATION_CHANNELS]


def get_channel(name: str) -> Channel:
    """The channel of this name. Raises :class:`KeyError` when this installation has no such channel."""
    return {channel.name: channel for channel in all_channels()}[name]


def find_channel(name: str) -> Channel | None:
    """The channel of this name; None when this installation does not have it any more."""
    return next((channel for channel in all_channels() if channel.name == name), None)


def label_of(name: str) -> str:
    """What people call the channel of this name; of one that this installation does not have any more, its name."""
    channel = find_channel(name)
    return str(channel.label) if channel else name


@cache
def _load(path: str) -> Channel:
    channel: Channel = import_string(path)()
    return channel
