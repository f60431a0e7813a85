"""Hints to the open pages of an appointment that something changed."""

from __future__ import annotations

from core.push import hint_on_commit


def group(appointment_id: int) -> str:
    """The channel-layer group of all open pages of this appointment."""
    return f"appointment-{appointment_id}"


def announce(appointment_id: int) -> None:
    """After commit, hint to the open pages of this appointment that its state may have changed."""
    hint_on_commit(group(appointment_id), "appointment.changed")
