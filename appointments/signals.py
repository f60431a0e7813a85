"""Signal receivers that run when an appointment is saved and when one of its notifications changes."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_save

from appointments import live
from appointments.models import Appointment
from appointments.notices import sync_notices
from appointments.unreached import tell_reception_of
from hosts import live as directory
from notifications.models import Notification, State
from notifications.signals import notification_changed


def connect() -> None:
    """Connect the receivers, once."""
    post_save.connect(on_appointment_saved, sender=Appointment, dispatch_uid="appointments.saved")
    notification_changed.connect(on_notification_changed, dispatch_uid="appointments.notification")


def on_appointment_saved(*, instance: Appointment, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """Record the notifications of the new state, and send hints to the open pages."""
    if raw:
        return
    sync_notices(instance, is_new=created)
    if not created:
        live.announce(instance.pk)
    directory.announce()


def on_notification_changed(*, notification: Notification, **kwargs: Any) -> None:
    """Send the appointment's open pages a hint, except for *sending*, which they show like *queued*; when a message has
    failed, tell reception if nothing reaches the host.
    """
    is_ours = notification.content_type_id == ContentType.objects.get_for_model(Appointment).pk
    if not is_ours:
        return
    if notification.state != State.SENDING:
        live.announce(notification.object_id)
    if notification.state == State.FAILED:
        tell_reception_of(notification.object_id)
