"""What the workers do about appointments by themselves."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from appointments import messages
from appointments.models import Appointment, EndedBy
from appointments.signals import tell


@db_periodic_task(crontab())
def remind_hosts() -> None:
    """Every minute: tell hosts, once, of visitors at reception who have had no reply for five minutes."""
    now = timezone.now()
    waiting = (
        Appointment.objects.ongoing()
        .in_person()
        .filter(
            replied_at=None,
            started_at__gt=now - messages.PATIENCE_LOST,
            started_at__lte=now - messages.PATIENCE,
        )
    )
    for pk in waiting.exclude(notifications__event=messages.UNANSWERED).values_list("pk", flat=True):
        with transaction.atomic():
            # Locked, so that a reply of this instant is either seen here or withdraws what is recorded here.
            tell(Appointment.objects.select_for_update().get(pk=pk))


@db_periodic_task(crontab(minute="0"))
def end_left_open() -> None:
    """Every hour: end what was left open on an earlier day. The first hour to find anything is the one after 03:00."""
    for appointment in Appointment.objects.left_open(timezone.now()):
        appointment.end(EndedBy.SYSTEM)
