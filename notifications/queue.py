"""Queues outstanding notifications for the workers. The queue holds only ids, and the sweep re-queues lost ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from huey.contrib.djhuey import HUEY
from huey.storage import RedisStorage

from notifications.models import OUTSTANDING, Notification, NotificationQuerySet
from notifications.tasks import deliver

Outstanding = Iterable[tuple[int, datetime | None]]


def enqueue_on_commit(notifications: NotificationQuerySet) -> None:
    """After commit, queue those of these that are outstanding at that time."""
    pairs = notifications.outstanding().order_by("pk").values_list("pk", "due_at")
    transaction.on_commit(lambda: _enqueue(pairs), robust=True)


def enqueue_new_on_commit(notifications: Iterable[Notification]) -> None:
    """After commit, queue these, which the present transaction inserts; not those that are held back."""
    pairs = [(each.pk, each.due_at) for each in notifications if each.state in OUTSTANDING]
    transaction.on_commit(lambda: _enqueue(pairs), robust=True)


def _enqueue(notifications: Outstanding) -> None:
    """Queue these. A notification that is queued twice is still sent once."""
    now = timezone.now()
    at_once = []
    for pk, due_at in notifications:
        if due_at and due_at > now:
            deliver.schedule((pk,), delay=(due_at - now).total_seconds())
        else:
            at_once.append(HUEY.serialize_task(deliver.s(pk)))
    if at_once:
        _put(at_once)


def _put(tasks: list[bytes]) -> None:
    """Add several tasks to the queue at once, where Huey itself would write one after the other."""
    storage = HUEY.storage
    if isinstance(storage, RedisStorage):
        storage.conn.lpush(storage.queue_key, *tasks)
    else:
        with storage.db(commit=True) as cursor:
            rows = [(storage.name, task, 0) for task in tasks]
            cursor.executemany("INSERT INTO task (queue, data, priority) VALUES (?, ?, ?)", rows)
