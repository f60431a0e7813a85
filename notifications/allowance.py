"""Which messages may go out: the limits by recipient and by office, and what a channel or an owner refuses.

Every message passes here, when it is recorded and when it is sent again, so no sender can forget the limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from limits import counters
from limits.recipients import recipient_of
from limits.rules import Rule, Use
from notifications import stops
from notifications.channels import find_channel
from notifications.models import Audience, Withheld

RECIPIENT = {
    Audience.VISITOR: (Rule.of("messages_per_visitor_hour"), Rule.of("messages_per_visitor_day")),
    Audience.HOST: (Rule.of("messages_per_host_hour"), Rule.of("messages_per_host_day")),
    Audience.RECEPTION: (Rule.of("messages_per_host_hour"), Rule.of("messages_per_host_day")),
}


class Message(stops.Message, Protocol):
    """What the limits need to know of a message."""

    @property
    def channel(self) -> str: ...


def reasons(messages: Sequence[Message]) -> list[Withheld | None]:
    """For each message, why it is held back; None for those that may go out, which are counted."""
    stopped = stops.holds_back(messages)
    found = [
        Withheld.STOPPED if held_back else _refusal(message)
        for message, held_back in zip(messages, stopped, strict=True)
    ]
    free = [index for index, reason in enumerate(found) if reason is None]
    reached = counters.take_each([_uses(messages[index]) for index in free])
    for index, limit in zip(free, reached, strict=True):
        if limit:
            by_recipient = limit.use.rule in RECIPIENT[Audience(messages[index].audience)]
            found[index] = Withheld.RECIPIENT if by_recipient else Withheld.OFFICE
    return found


def _refusal(message: Message) -> Withheld | None:
    channel = find_channel(message.channel)
    return channel.refusal(message.recipient, Audience(message.audience)) if channel else None


def _uses(message: Message) -> list[Use]:
    audience, recipient = Audience(message.audience), recipient_of(message.recipient)
    channel = find_channel(message.channel)
    budget = channel.budget.get(audience, ()) if channel else ()
    return [*(Use(rule, recipient) for rule in RECIPIENT[audience]), *(Use(rule) for rule in budget)]
