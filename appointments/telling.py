"""What a visitor sees of how the host is told: the truth of each notification, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from appointments.messages import STARTED
from appointments.models import Appointment
from notifications.models import Audience, Notification, State

SENTENCES = {
    "email": {
        State.QUEUED: _("Sending an email"),
        State.SENDING: _("Sending an email"),
        State.SENT: _("Told by email"),
        State.DELIVERED: _("Email delivered"),
        State.FAILED: _("Email not delivered. Reception has been told."),
    },
    "sms": {
        State.QUEUED: _("Sending a text"),
        State.SENDING: _("Sending a text"),
        State.SENT: _("Told by text"),
        State.DELIVERED: _("Text delivered"),
        State.FAILED: _("Text not delivered. Reception has been told."),
    },
}
PICTOGRAMS = {"email": "mail", "sms": "text"}


@dataclass(frozen=True)
class Telling:
    """One line of the log: how the host is told over one channel, and how far that has come."""

    notification: Notification

    @property
    def sentence(self) -> str:
        """The state in words."""
        return str(SENTENCES[self.notification.channel][State(self.notification.state)])

    @property
    def pictogram(self) -> str:
        """The name of the icon."""
        return "warning" if self.failed else PICTOGRAMS[self.notification.channel]

    @property
    def failed(self) -> bool:
        """Whether it will not arrive."""
        return self.notification.state == State.FAILED

    @property
    def done(self) -> bool:
        """Whether the provider has taken it."""
        return self.notification.state in {State.SENT, State.DELIVERED}

    @property
    def when(self) -> datetime | None:
        """When this state began; None while it is still being sent."""
        if self.failed:
            return self.notification.failed_at
        return (self.notification.delivered_at or self.notification.sent_at) if self.done else None


def tellings(appointment: Appointment) -> list[Telling]:
    """How the host is told of this visitor, one line for each channel."""
    told = appointment.notifications.filter(event=STARTED, audience=Audience.HOST, channel__in=SENTENCES).exclude(
        state=State.CANCELLED
    )
    return [Telling(notification) for notification in told.order_by("channel", "pk")]
