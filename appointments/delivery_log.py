"""What the pages say of the messages about a visit: each line and each claim comes from the state of a notification."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext

from appointments.choices import Role
from appointments.models import Appointment
from appointments.notices import ASKED, ENDED, STARTED, UNANSWERED, UNREACHED
from core.compiled import compiled
from notifications.channels import Channel, all_channels
from notifications.models import Audience, Notification, State

_told = compiled(
    lambda: (
        Notification.objects.filter(object_id=0)
        .of_kind(Appointment)
        .filter(event__in=(STARTED, UNANSWERED, UNREACHED, ASKED))
        .exclude(state=State.CANCELLED)
    )
)


@dataclass(frozen=True)
class DeliveryStatus:
    """One line of the log: the notification to the host over one channel, with its delivery state."""

    notification: Notification
    channel: Channel

    @property
    def sentence(self) -> str:
        """The state as a sentence."""
        sentence = str(self.channel.sentences[State(self.notification.state)])
        return gettext("%(sentence)s. It is late.") % {"sentence": sentence} if self.is_late else sentence

    @property
    def icon(self) -> str:
        """The name of the pictogram."""
        return "warning" if self.failed or self.is_late else self.channel.icon

    @property
    def failed(self) -> bool:
        """Whether nothing reaches the host: it could not be delivered, was held back, or no provider is set up."""
        return self.notification.is_undelivered

    @property
    def done(self) -> bool:
        """Whether the provider has accepted it."""
        return self.notification.was_accepted

    @property
    def is_late(self) -> bool:
        """Whether it has been on its way for too long."""
        return self.notification.is_late

    @property
    def when(self) -> datetime | None:
        """When this state began; None while it is still being sent."""
        if self.failed:
            return self.notification.failed_at or self.notification.created_at
        return (self.notification.delivered_at or self.notification.sent_at) if self.done else None


@dataclass(frozen=True)
class Telling:
    """Who knows of a visitor, by the messages about the start of the visit and what came of it."""

    appointment: Appointment
    messages: list[Notification]

    @cached_property
    def lines(self) -> list[DeliveryStatus]:
        """How the host is told: one line for each channel, in the order of the settings.

        Of two messages over one channel, the one that was accepted counts.
        """
        to_host = [each for each in self.messages if each.audience == Audience.HOST]
        rows = sorted(to_host, key=lambda row: (row.was_accepted, row.pk))
        by_channel = {notification.channel: notification for notification in rows}
        return [
            DeliveryStatus(by_channel[channel.name], channel)
            for channel in all_channels()
            if channel.name in by_channel
        ]

    @property
    def succeeded(self) -> bool:
        """Whether a provider has accepted a message to the host."""
        return any(line.done for line in self.lines)

    @property
    def is_late(self) -> bool:
        """Whether no message has been accepted, and one that may still be has been on its way for too long."""
        return not self.succeeded and any(line.is_late for line in self.lines)

    @property
    def failed(self) -> bool:
        """Whether no message has been accepted, and none is on its way."""
        return all(line.failed for line in self.lines)

    @property
    def has_trouble(self) -> bool:
        """Whether a message was not accepted, or is late."""
        return any(line.failed or line.is_late for line in self.lines)

    def succeeded_by(self, channel: str) -> bool:
        """Whether a message to the host over this channel was accepted, so that another probably will be."""
        return any(line.channel.name == channel and line.done for line in self.lines)

    @property
    def reception_was_told(self) -> bool:
        """Whether a message to reception about this visit was accepted: only then may a page say so."""
        return any(each.audience == Audience.RECEPTION and each.was_accepted for each in self.messages)

    @property
    def reception_was_asked(self) -> bool:
        """Whether a message that asks reception for a colleague was accepted, because of the host's present reply."""
        replied_at = self.appointment.replied_at
        occurrence = replied_at.isoformat() if replied_at else ""
        asked = [each for each in self.messages if each.event == ASKED and each.occurrence == occurrence]
        return any(each.audience == Audience.RECEPTION and each.was_accepted for each in asked)

    @property
    def held_back(self) -> list[Notification]:
        """The visitor's own notifications about check-in that a limit holds back."""
        own = [each for each in self.messages if each.audience == Audience.VISITOR]
        return [each for each in own if each.event == STARTED and each.state == State.WITHHELD]


def telling(appointment: Appointment) -> Telling:
    """Who knows of this visitor."""
    return Telling(appointment, _told(appointment.pk))


@dataclass(frozen=True)
class DetailsStatus(DeliveryStatus):
    """One line about the visitor's copy of the details, as the person of this `role` reads it."""

    role: Role

    @property
    def sentence(self) -> str:
        """The state as a sentence."""
        state = self.notification.state
        if self.done:
            word = gettext("delivered") if state == State.DELIVERED else gettext("sent")
        elif self.failed:
            word = gettext("not delivered") if state == State.FAILED else gettext("not sent")
        else:
            word = gettext("late") if self.is_late else gettext("being sent")
        to_visitor = gettext("%(channel)s with these details to the visitor: %(state)s")
        to_you = gettext("%(channel)s with these details to you: %(state)s")
        return (to_visitor if self.role == Role.HOST else to_you) % {"channel": self.channel.label, "state": word}


def details_log(appointment: Appointment, role: Role) -> list[DetailsStatus]:
    """What has become of the messages with the details of an ended visit."""
    sent = appointment.notifications.filter(event=ENDED, audience=Audience.VISITOR).exclude(state=State.CANCELLED)
    by_channel = {notification.channel: notification for notification in sent}
    return [
        DetailsStatus(by_channel[channel.name], channel, role)
        for channel in all_channels()
        if channel.name in by_channel
    ]
