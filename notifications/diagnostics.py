"""Test messages, which take the same path as every other message and so show whether an address works."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils import timezone

from notifications.channels import Contact, all_channels
from notifications.models import Audience, Notification
from notifications.outbox import Notice, record

TEST = "test"


def send_test_message(subject: models.Model, name: str, addresses: Mapping[str, str]) -> None:
    """Record a test message about `subject`, with the recipient's `name`, to each of these addresses (by channel)."""
    now = timezone.now()
    context = {"host": name, "asked_at": now.isoformat()}
    notices = [
        Notice(TEST, Audience.HOST, channel, address, "test-message", context, occurrence=now.isoformat())
        for channel, address in addresses.items()
        if address
    ]
    record(subject, notices)


def addresses_of(person: Contact) -> dict[str, str]:
    """This person's address on each channel, by the channel's name; empty where there is none."""
    return {channel.name: channel.address(person) for channel in all_channels()}


def latest_tests(subject: models.Model) -> list[Notification]:
    """The last test message about `subject` on each channel, sorted by channel."""
    newest: dict[str, Notification] = {}
    for notification in Notification.objects.about(subject).filter(event=TEST).order_by("pk"):
        newest[notification.channel] = notification
    return [newest[channel] for channel in sorted(newest)]
