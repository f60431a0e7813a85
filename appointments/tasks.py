"""The periodic tasks about appointments."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from appointments.choices import EndedBy
from appointments.models import Appointment
from appointments.notices import UNANSWERED, remind
from appointments.unreached import tell_reception_of, unreached
from core.each import for_each
from hosts import live as directory


@db_periodic_task(crontab())
def remind_hosts() -> None:
    """Every minute: remind hosts, once, of visitors at reception who have had no reply for five minutes."""
    waiting = Appointment.objects.awaiting_reply(timezone.now())
    for_each(waiting.exclude(notifications__event=UNANSWERED), _remind)


def _remind(appointment: Appointment) -> None:
    with transaction.atomic():
        # The lock orders this and a concurrent reply: this sees the reply, or the reply cancels the reminder.
        remind(Appointment.objects.select_for_update().get(pk=appointment.pk))


@db_periodic_task(crontab())
def tell_reception() -> None:
    """Every minute: tell reception, once, of visitors whose host cannot be told of them."""
    for_each(unreached(), _tell_reception)


def _tell_reception(appointment: Appointment) -> None:
    tell_reception_of(appointment.pk)


@db_periodic_task(crontab())
def release_hosts() -> None:
    """Every minute: let others visit hosts who have not answered a visit from a visitor's own device."""
    if Appointment.objects.to_release(timezone.now()).update(holds_host=False):
        directory.announce()


@db_periodic_task(crontab(minute="0"))
def end_left_open() -> None:
    """Every hour: end appointments left open on an earlier day. The first run at or after 03:00 finds them."""
    for_each(Appointment.objects.left_open(timezone.now()), _end)


def _end(appointment: Appointment) -> None:
    appointment.end(EndedBy.SYSTEM)
