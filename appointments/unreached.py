"""Visits whose host could not be told of them, so that reception is told."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from appointments.models import Appointment, AppointmentQuerySet
from appointments.notices import STARTED, UNREACHED, tell_reception
from notifications.models import Audience, Notification, State


def unreached() -> AppointmentQuerySet:
    """Those going on without an answer of which reception has to be told: their host was told over no channel, since
    every message failed, was held back, is late, or was only kept here. Where all were only kept here nothing is wrong:
    the pages say that nothing is set up.
    """
    told = Notification.objects.of_kind(Appointment).filter(
        object_id=OuterRef("pk"), event=STARTED, audience=Audience.HOST
    )
    trouble = Q(state__in=[State.FAILED, State.WITHHELD]) | Q(pk__in=Notification.objects.late().values("pk"))
    hopeful = told.exclude(trouble).exclude(state__in=[State.KEPT, State.CANCELLED])
    untold = Appointment.objects.ongoing().filter(Exists(told.filter(trouble)), ~Exists(hopeful), reply="")
    return untold.exclude(notifications__event=UNREACHED)


def tell_reception_of(pk: int) -> None:
    """Tell reception, once, if the host of this visit cannot be told of it."""
    if unreached().filter(pk=pk).exists():
        with transaction.atomic():
            # The lock orders this and a concurrent reply: this sees the reply, or the reply cancels the message.
            tell_reception(Appointment.objects.select_for_update().get(pk=pk))
