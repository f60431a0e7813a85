"""The way in: what other apps call to have people told.

Nothing is sent here. A notice becomes a row in the transaction of whatever called for it, and a worker sends it after
commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from notifications import queue
from notifications.models import Audience, Notification, State
from notifications.signals import notification_changed


@dataclass(frozen=True)
class Notice:
    """One message to be sent: who is told about what, how, and in which words.

    `recipient` is an email address or an E.164 number. `template` names files of `templates/messages/<channel>/`,
    filled with `facts`: texts and numbers; moments as ISO 8601 in keys that end in `_at`.
    """

    event: str
    audience: Audience
    channel: str
    recipient: str
    template: str
    facts: dict[str, Any]


def record(subject: models.Model, notices: Iterable[Notice]) -> None:
    """Ensure that each of these notices about `subject` is recorded, and have those that are new sent after commit.

    Recording again what is recorded already (same event, audience and channel) changes nothing.
    """
    content_type = ContentType.objects.get_for_model(subject)
    rows = [
        Notification(
            content_type=content_type,
            object_id=subject.pk,
            event=notice.event,
            audience=notice.audience,
            channel=notice.channel,
            recipient=notice.recipient,
            template=notice.template,
            facts={key: _storable(value) for key, value in notice.facts.items()},
        )
        for notice in notices
    ]
    if rows:
        Notification.objects.bulk_create(rows, ignore_conflicts=True)
        queue.after_commit(Notification.objects.about(subject).filter(attempts=0))


def _storable(value: Any) -> Any:
    """The value without the one character that PostgreSQL stores in no text."""
    return value.replace("\x00", "") if isinstance(value, str) else value


def cancel(subject: models.Model, events: Iterable[str]) -> None:
    """Withdraw the notices about these events that have not gone out: they have become pointless.

    One that a worker is sending at this moment may still arrive, but is not tried again.
    """
    with transaction.atomic():
        withdrawn = list(Notification.objects.about(subject).outstanding().filter(event__in=events).select_for_update())
        pks = [notification.pk for notification in withdrawn]
        Notification.objects.filter(pk__in=pks, state=State.SENDING).update(withdrawn=True)
        Notification.objects.filter(pk__in=pks, state=State.QUEUED).update(state=State.CANCELLED, due_at=None)
    for notification in withdrawn:
        if notification.state == State.QUEUED:
            notification.state = State.CANCELLED
            notification_changed.send(sender=Notification, notification=notification)
