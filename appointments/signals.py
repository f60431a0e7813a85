"""What follows when an appointment is saved."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from appointments import live
from appointments.models import Appointment
from hosts import live as directory


def connect() -> None:
    """Connect the receivers, once."""
    post_save.connect(on_appointment_saved, sender=Appointment, dispatch_uid="appointments.saved")


def on_appointment_saved(*, instance: Appointment, raw: bool = False, **kwargs: Any) -> None:
    """Record the notifications that the new state calls for, and hint to the open pages that it changed."""
    if raw:
        return
    live.announce(instance.pk)
    directory.announce()
