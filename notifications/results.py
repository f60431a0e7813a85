"""The possible results of one attempt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from notifications.models import Withheld


@dataclass(frozen=True)
class Accepted:
    """The provider has accepted the message; `provider_id` is the provider's id of it."""

    provider_id: str


@dataclass(frozen=True)
class Kept:
    """No provider is set up, so the message was written on this machine and nobody gets it; `reason` says where."""

    reason: str


@dataclass(frozen=True)
class Postponed:
    """A temporary failure: a retry may succeed. `after` is the pause that the provider asks for, if any."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True)
class Refused:
    """A permanent failure: this message can never be delivered, for example to a bad number or an unknown mailbox."""

    reason: str


@dataclass(frozen=True)
class HeldBack:
    """Not handed to the provider at all, although nothing is wrong with it."""

    why: Withheld


Result = Accepted | Kept | Postponed | Refused | HeldBack
