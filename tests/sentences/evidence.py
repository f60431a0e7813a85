"""Facts that rules ask for, read from what is recorded and not by the code that builds the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from appointments.choices import EndedBy, Reply
from appointments.models import Appointment
from notifications.models import Notification
from tests.sentences.stage import Facts

Fact = Callable[[Facts], bool]

TOLD = {"sent", "delivered"}
ON_ITS_WAY = {"queued", "sending"}
HOPELESS = {"kept", "failed", "withheld"}
# What a visitor waits before the product says that a message is late.
TWO_MINUTES = timedelta(minutes=2)


def always(facts: Facts) -> bool:
    """Of what is so at any time."""
    return True


def never(facts: Facts) -> bool:
    """Of what only a script may show."""
    return False


def known(*names: str) -> Fact:
    """Whether all these are known."""
    return lambda facts: set(names) <= facts.known


def unknown(name: str) -> Fact:
    """Whether this is not known."""
    return lambda facts: name not in facts.known


def visit_of(facts: Facts) -> Appointment:
    """The visit. Of a page without one nothing can be said."""
    if facts.visit is None:
        raise AssertionError("There is no visit here.")
    return facts.visit


def going_on(facts: Facts) -> bool:
    """Whether the visit has not ended."""
    return visit_of(facts).ended_at is None


def ended(facts: Facts) -> bool:
    """Whether the visit has ended."""
    return not going_on(facts)


def ended_by(*people: EndedBy) -> Fact:
    """Whether one of these ended the visit."""
    return lambda facts: visit_of(facts).ended_by in people


def replied(*replies: Reply) -> Fact:
    """Whether the visit goes on, and this is what the host has said last."""
    return lambda facts: going_on(facts) and visit_of(facts).reply in (replies or tuple(Reply))


def is_late(message: Notification) -> bool:
    """Whether it has been on its way for two minutes."""
    since = message.sent_again_at or message.created_at
    return message.state in ON_ITS_WAY and since <= timezone.now() - TWO_MINUTES


def to_host(facts: Facts, channel: str = "") -> list[Notification]:
    """The messages that tell the host of the visitor, the reminder among them."""
    return [
        row
        for row in facts.rows
        if row.audience == "host" and row.event in {"started", "unanswered"} and channel in {"", row.channel}
    ]


def host_told(channel: str = "") -> Fact:
    """Whether a provider has accepted a message to the host, over this channel."""
    return lambda facts: any(row.state in TOLD for row in to_host(facts, channel))


def to_host_is(channel: str, *states: str) -> Fact:
    """Whether a message to the host over this channel is in one of these states."""
    return lambda facts: any(row.state in states for row in to_host(facts, channel))


def to_host_late(facts: Facts) -> bool:
    """Whether a message to the host is late."""
    return any(is_late(row) for row in to_host(facts))


def nobody_told(facts: Facts) -> bool:
    """Whether no message to the host was accepted."""
    return not host_told()(facts)


def without_hope(facts: Facts) -> bool:
    """Whether nobody was told, and no message that may still arrive in time is on its way."""
    hopeful = any(row.state in ON_ITS_WAY and not is_late(row) for row in to_host(facts))
    return nobody_told(facts) and (to_host_late(facts) or not hopeful)


def reception_told(event: str = "") -> Fact:
    """Whether a provider has accepted a message to reception, about the present reply if it was one about a reply."""

    def holds(facts: Facts) -> bool:
        at = visit_of(facts).replied_at
        occurrence = at.isoformat() if event == "asked" and at else None
        return any(
            row.audience == "reception"
            and row.state in TOLD
            and event in {"", row.event}
            and occurrence in {None, row.occurrence}
            for row in facts.rows
        )

    return holds


def copy_is(channel: str, *states: str, late: bool = False) -> Fact:
    """Whether the visitor's copy of the details is in one of these states, and late or not."""
    return lambda facts: any(
        row.event == "ended" and row.channel == channel and row.state in states and is_late(row) == late
        for row in facts.rows
    )


def own_held_back(channel: str, *reasons: str) -> Fact:
    """Whether the visitor's own message about check-in was held back for one of these reasons."""
    return lambda facts: any(
        row.audience == "visitor" and row.channel == channel and row.state == "withheld" and row.withheld in reasons
        for row in facts.rows
    )


def message_about(*events: str) -> Fact:
    """Whether it is a message about one of these."""
    return lambda facts: facts.message is not None and facts.message.event in events


def some_row(*states: str) -> Fact:
    """Whether there is a message in one of these states."""
    return lambda facts: any(row.state in states for row in [facts.message, *facts.rows] if row)


def row_late(facts: Facts) -> bool:
    """Whether a message is late."""
    return any(is_late(row) for row in facts.rows)


def both(*facts_needed: Fact) -> Fact:
    """Whether all of these are so."""
    return lambda facts: all(fact(facts) for fact in facts_needed)


def either(*facts_enough: Fact) -> Fact:
    """Whether one of these is so."""
    return lambda facts: any(fact(facts) for fact in facts_enough)


def not_so(fact: Fact) -> Fact:
    """Whether this is not so."""
    return lambda facts: not fact(facts)
