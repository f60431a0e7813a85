"""The notices that apply to an appointment, recorded or not."""

from __future__ import annotations

from appointments.models import Appointment
from appointments.notices import BY_THEMSELVES, TABLE, notices_of
from notifications.channels import get_channel
from notifications.models import Notification
from notifications.outbox import Notice
from offices.models import Office

MERIDIAN = Office(name="Meridian House", time_zone="Asia/Kolkata", phone_region="IN", reception_phone="+918055500100")


def notices_for(appointment: Appointment, office: Office = MERIDIAN) -> list[Notice]:
    """All notices of the appointment in its current state, including those that time calls for when they apply."""
    rows = [row for row in (*TABLE, *BY_THEMSELVES) if row.state(appointment)]
    return [notice for row in rows for notice in notices_of(row, appointment, office)]


def words(notification: Notification) -> str:
    """The message as its recipient reads it."""
    return get_channel(notification.channel).render(notification)
