"""Addresses to which nothing for a visitor is sent, because their owner has said that they are not the visitor.

Messages to hosts are not affected, so nobody can keep a host from hearing of visitors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Protocol

from django.db import connection
from django.utils import timezone

from core.digests import digest
from limits.recipients import recipient_of
from notifications.models import Audience, Stop

STOPPED_FOR = timedelta(days=1)
_PRESENT = "SELECT digest FROM notifications_stop WHERE until > %s AND digest IN ({})"


class Message(Protocol):
    """Whom a message is for."""

    @property
    def audience(self) -> str: ...
    @property
    def recipient(self) -> str: ...


def stop(addresses: Iterable[str]) -> None:
    """Send nothing for a visitor to these addresses (email addresses, E.164 numbers) for `STOPPED_FOR`."""
    until = timezone.now() + STOPPED_FOR
    rows = [Stop(digest=_digest(address), until=until) for address in addresses]
    Stop.objects.bulk_create(rows, update_conflicts=True, unique_fields=["digest"], update_fields=["until"])


def stopped(addresses: Iterable[str]) -> list[str]:
    """Those of these addresses to which nothing for a visitor is sent now."""
    digests = {address: _digest(address) for address in addresses}
    if not digests:
        return []
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        # Every message asks for its address, and Django takes longer to put this together than databases to answer it.
        cursor.execute(_PRESENT.format(", ".join(["%s"] * len(digests))), [now, *digests.values()])
        present = {value for (value,) in cursor.fetchall()}
    return [address for address, value in digests.items() if value in present]


def holds_back(messages: Sequence[Message]) -> list[bool]:
    """For each message, whether it must not be sent."""
    present = set(stopped(message.recipient for message in messages if message.audience == Audience.VISITOR))
    return [message.audience == Audience.VISITOR and message.recipient in present for message in messages]


def _digest(address: str) -> str:
    return digest("stop", recipient_of(address))
