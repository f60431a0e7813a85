"""What a visitor may do with a host now, derived from presence and ongoing appointments (product rules)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hosts.models import Presence


class Availability(models.TextChoices):
    """What visitors see next to a host's name."""

    AVAILABLE = "available", _("Available")
    MEETING = "meeting", _("Has a visitor")
    REMOTE = "remote", _("Working remotely")
    AWAY = "away", _("Away")

    @property
    def offers_in_person(self) -> bool:
        """Whether an in-person appointment may start."""
        return self is Availability.AVAILABLE

    @property
    def offers_remote(self) -> bool:
        """Whether a remote appointment may start."""
        return self is not Availability.AWAY


def availability(presence: str, *, in_meeting: bool) -> Availability:
    """The availability of a host with this presence; `in_meeting` is whether an in-person appointment is ongoing."""
    match Presence(presence):
        case Presence.AWAY:
            return Availability.AWAY
        case Presence.REMOTE:
            return Availability.REMOTE
        case Presence.IN_OFFICE:
            return Availability.MEETING if in_meeting else Availability.AVAILABLE
