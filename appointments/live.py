"""Tells the open pages of an appointment that something changed. A push is only a hint: pages also refresh."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction


def group(appointment_id: int) -> str:
    """The channel-layer group of everyone who has a page of this appointment open."""
    return f"appointment-{appointment_id}"


def announce(appointment_id: int) -> None:
    """After commit, hint to the open pages of this appointment that its state may have changed."""

    def push() -> None:
        async_to_sync(get_channel_layer().group_send)(group(appointment_id), {"type": "appointment.changed"})

    # A function, since Django names it in the log when it fails.
    transaction.on_commit(push, robust=True)
