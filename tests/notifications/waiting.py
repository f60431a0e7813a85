"""Polls for what workers record, because no process notifies the tests."""

from __future__ import annotations

from typing import Any

from notifications.models import Notification, NotificationQuerySet
from tests.services.inbox import PATIENCE_SECONDS, until


def eventually(
    notifications: NotificationQuerySet, *, count: int = 1, seconds: float = PATIENCE_SECONDS, **state: Any
) -> list[Notification]:
    """Wait for `count` of these in this state and return them; on a time-out, fail with the actual rows."""
    found: list[Notification] = []

    def are_there() -> bool:
        found[:] = notifications.filter(**state)
        return len(found) >= count

    if until(are_there, seconds):
        return found
    there = list(notifications.values("event", "channel", "state", "attempts", "reason"))
    raise AssertionError(f"not {count} with {state} in {seconds} s, but {there}")


def outcomes(notification: Notification) -> list[str]:
    """The outcome of each attempt, oldest first."""
    return list(notification.history.order_by("number").values_list("outcome", flat=True))
