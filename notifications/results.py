"""What a provider says to one attempt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Accepted:
    """The provider has taken the message. `provider_id` is its name for it."""

    provider_id: str


@dataclass(frozen=True)
class Postponed:
    """Not now, but the same message may go through later; `after` is the pause the provider asks for, if it does."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True)
class Refused:
    """This message will never go through: a bad number, an unknown mailbox."""

    reason: str


Result = Accepted | Postponed | Refused
