"""What follows when an appointment is saved, and when people have been told of it."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_save
from django.utils import timezone

from appointments import live, messages
from appointments.models import Appointment
from hosts import live as directory
from notifications import outbox
from notifications.models import Notification, State
from notifications.signals import notification_changed


def connect() -> None:
    """Connect the receivers, once."""
    post_save.connect(on_appointment_saved, sender=Appointment, dispatch_uid="appointments.saved")
    notification_changed.connect(on_notification_changed, dispatch_uid="appointments.notification")


def on_appointment_saved(*, instance: Appointment, raw: bool = False, **kwargs: Any) -> None:
    """Record the notifications that the new state calls for, and hint to the open pages that it changed."""
    if raw:
        return
    tell(instance)
    live.announce(instance.pk)
    directory.announce()


def tell(appointment: Appointment) -> None:
    """Ensure that the notices the appointment now calls for exist, and withdraw what has become pointless."""
    notices = messages.notices_for(appointment, timezone.now())
    current = {notice.event for notice in notices}
    outstanding = set(appointment.notifications.outstanding().values_list("event", flat=True))
    pointless = {event for event in outstanding - current if messages.is_own(event)}
    if pointless:
        outbox.cancel(appointment, pointless)
    outbox.record(appointment, notices)


def on_notification_changed(*, notification: Notification, **kwargs: Any) -> None:
    """Open pages of the appointment show how far its notifications have come; to them, queued is being sent too."""
    is_ours = notification.content_type_id == ContentType.objects.get_for_model(Appointment).pk
    if is_ours and notification.state != State.SENDING:
        live.announce(notification.object_id)
