"""Hints that tell open pages to load new data. A hint may be lost, because pages also refresh by themselves."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection, transaction

from core.pushing import pushing


class _Push:
    def __init__(self, group: str, event: str) -> None:
        self.hint = group, event
        # Django logs this name when it fails.
        self.__qualname__ = "push"

    def __call__(self) -> None:
        if pushing.give(self.hint):
            return
        group, event = self.hint
        async_to_sync(get_channel_layer().group_send)(group, {"type": event})


def hint_on_commit(group: str, event: str) -> None:
    """After commit, send an event of this type to every socket of the group, once for each transaction.

    Failures are logged, not raised.
    """
    waiting = [entry[1] for entry in connection.run_on_commit]
    if (group, event) not in [push.hint for push in waiting if isinstance(push, _Push)]:
        transaction.on_commit(_Push(group, event), robust=True)
