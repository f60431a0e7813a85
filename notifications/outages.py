"""Why messages are late: no worker takes them, or a provider does not."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from notifications.models import Notification, NotificationQuerySet, State


def waiting_for_a_worker() -> NotificationQuerySet:
    """Those that are late and that no worker has at the moment, with no word of a provider; longest first."""
    being_sent = Q(state=State.SENDING, due_at__gt=timezone.now())
    return Notification.objects.late().filter(reason="").exclude(being_sent)


def waiting_for_a_provider(channel: str) -> NotificationQuerySet:
    """Those of this channel that are late because the provider has not taken them, longest first."""
    return Notification.objects.late().filter(channel=channel).exclude(reason="")


def outage(channel: str) -> Notification | None:
    """What shows that the provider of this channel takes nothing: the newest that is late, if it has taken none since.

    One recipient whose mailbox is full for a day is no outage.
    """
    newest = waiting_for_a_provider(channel).order_by("pk").last()
    if newest is None:
        return None
    since = Notification.objects.accepted().filter(channel=channel, pk__gt=newest.pk, sent_at__gte=newest.queued_since)
    return None if since.exists() else newest
