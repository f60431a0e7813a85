"""Tells open check-in pages that the directory changed. A push is only a hint: pages also refresh by themselves."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

GROUP = "hosts"


def announce() -> None:
    """After commit, hint to every open check-in page that availability may have changed."""
    transaction.on_commit(_push, robust=True)


def _push() -> None:
    async_to_sync(get_channel_layer().group_send)(GROUP, {"type": "hosts.changed"})
