"""Test messages: whether an address and a number really work, found out the way every message goes."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from notifications.models import Audience, Notification, NotificationQuerySet
from notifications.outbox import Notice, record

# Each test is an event of its own: `trial-` and when it was asked for, in milliseconds.
TRIAL = "trial-"


def send(subject: models.Model, *, name: str, email: str = "", phone: str = "") -> None:
    """Record a test message about `subject`, addressed to `name`, for each of the two that is given."""
    now = timezone.now()
    event = f"{TRIAL}{now.timestamp() * 1000:.0f}"
    facts = {"host": name, "asked_at": now.isoformat()}
    channels = {"email": email, "sms": phone}
    record(
        subject,
        [Notice(event, Audience.HOST, channel, to, "trial", facts) for channel, to in channels.items() if to],
    )


def latest(subject: models.Model) -> list[Notification]:
    """What became of the last test messages about `subject`, by channel."""
    sent: NotificationQuerySet = Notification.objects.about(subject).filter(event__startswith=TRIAL)
    newest: dict[str, Notification] = {}
    for notification in sent.order_by("pk"):
        newest[notification.channel] = notification
    return [newest[channel] for channel in sorted(newest)]
