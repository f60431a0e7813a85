"""Hands outstanding notifications to the workers. The queue only carries ids, and may lose them: the sweep repairs."""

from __future__ import annotations

from django.db import transaction

from notifications.models import NotificationQuerySet


def after_commit(notifications: NotificationQuerySet) -> None:
    """After commit, queue those of these that are outstanding by then."""
    transaction.on_commit(lambda: put(notifications), robust=True)


def put(notifications: NotificationQuerySet) -> None:
    """Queue those of these that are outstanding. One that is queued twice is still sent once."""
    from notifications.tasks import deliver

    for pk in notifications.outstanding().order_by("pk").values_list("pk", flat=True):
        deliver(pk)
