"""Queues outstanding notifications for the workers. The queue holds only ids, and the sweep re-queues lost ones."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from notifications.models import NotificationQuerySet
from notifications.tasks import deliver


def enqueue_on_commit(notifications: NotificationQuerySet) -> None:
    """After commit, queue those of these that are outstanding at that time."""
    transaction.on_commit(lambda: enqueue(notifications), robust=True)


def enqueue(notifications: NotificationQuerySet) -> None:
    """Queue those of these that are outstanding. A notification that is queued twice is still sent once."""
    now = timezone.now()
    for pk, due_at in notifications.outstanding().order_by("pk").values_list("pk", "due_at"):
        if due_at and due_at > now:
            deliver.schedule((pk,), delay=(due_at - now).total_seconds())
        else:
            deliver(pk)
