"""The two links of an appointment are the keys to it: whoever has one is the visitor, or the host."""

from __future__ import annotations

from appointments.models import Appointment, Role


class LinkExpired(Exception):
    """The appointment ended longer ago than its details are kept readable."""


def open_link(role: Role, token: str) -> Appointment:
    """The appointment that this person's token opens; views and sockets alike come in here.

    Raises :class:`Appointment.DoesNotExist` for an unknown token, also for the other person's, and
    :class:`LinkExpired` once the details are no longer kept readable.
    """
    field = "visitor_token" if role == Role.VISITOR else "host_token"
    appointment = Appointment.objects.select_related("host").get(**{field: token})
    if appointment.has_expired:
        raise LinkExpired
    return appointment
