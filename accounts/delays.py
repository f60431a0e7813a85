"""Delays after wrong passwords and codes, decided before anything is hashed, for all processes together.

    attempt = delays.begin(delays.PASSWORD, name, request)   # raises `Wait`
    …
    attempt.succeeded()

Each try is counted before it is known whether it succeeds, so that of any number of tries at once only as many are
hashed as are allowed. After a few free tries the wait doubles with each further one. Nobody is locked out by a
stranger who types their name: on a device, or from an address, on which they have logged in before, only the tries made
there count.

The counts are in the database, because the cache in memory is not shared by processes; a try that must wait costs one
SELECT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts.devices import address_of, device_of, folded
from accounts.models import Event, Kind, Tries
from core.addresses import client_of
from core.digests import digest

# A count is forgotten when nobody was wrong for so long.
FORGOTTEN_AFTER = timedelta(days=1)
# From an address on which somebody has logged in within this time, a stranger’s tries elsewhere do not count.
KNOWN_ADDRESS = timedelta(days=30)


class Wait(Exception):
    """No further try is allowed before `time` has passed."""

    def __init__(self, time: timedelta) -> None:
        super().__init__(time)
        self.time = time


@dataclass(frozen=True)
class Growth:
    """How the wait grows: none after fewer than `free` wrong tries, then `first`, doubled each time up to `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, count: int) -> timedelta:
        """The wait after so many wrong tries."""
        doublings = count - self.free
        if doublings < 0:
            return timedelta()
        # From 2¹⁶ times on, every wait is the longest, and a larger power would overflow.
        return min(self.first * (1 << min(doublings, 16)), self.longest)


@dataclass(frozen=True)
class Rule:
    """What is delayed. `own` counts one name from one address or device, `address` and `by_name` count these alone.

    A passkey is used without a name, which then does not count: else strangers could delay everybody's passkeys.
    """

    name: str
    own: Growth
    address: Growth
    by_name: Growth


_MINUTE = timedelta(minutes=1)
PASSWORD, FACTOR = (
    Rule(
        name,
        own=Growth(5, _MINUTE, 15 * _MINUTE),
        address=Growth(20, _MINUTE, 15 * _MINUTE),
        by_name=Growth(10, _MINUTE, 5 * _MINUTE),
    )
    for name in ("password", "factor")
)
RESET = Rule(
    "reset",
    own=Growth(3, 10 * _MINUTE, 360 * _MINUTE),
    address=Growth(10, 10 * _MINUTE, 60 * _MINUTE),
    by_name=Growth(5, 10 * _MINUTE, 360 * _MINUTE),
)


@dataclass(frozen=True)
class Attempt:
    """One try that is allowed, and counted as wrong until it succeeds. `own` is the digest of its own count."""

    growths: Mapping[str, Growth]
    own: str

    def wait(self) -> timedelta:
        """How long the next try must wait; zero when it need not."""
        return _wait(self.growths, timezone.now())

    def succeeded(self) -> None:
        """Take back what was counted, and forget the wrong tries before on this device or from this address."""
        Tries.objects.filter(pk=self.own).delete()
        Tries.objects.filter(pk__in=self.growths, count__gt=0).update(count=F("count") - 1)


def begin(rule: Rule, name: str, request: HttpRequest) -> Attempt:
    """Count one try under this name; raises :class:`Wait` when it comes too soon, and counts nothing then."""
    attempt = _attempt(rule, name, request)
    now = timezone.now()
    _refuse_early(attempt, now)
    with transaction.atomic():
        Tries.objects.filter(pk__in=attempt.growths, last_at__lt=now - FORGOTTEN_AFTER).delete()
        rows = [Tries(digest=each, last_at=now) for each in sorted(attempt.growths)]
        Tries.objects.bulk_create(rows, ignore_conflicts=True)
        # In one order in every process, so that no two wait for each other.
        list(Tries.objects.select_for_update().filter(pk__in=attempt.growths).order_by("pk"))
        _refuse_early(attempt, now)
        Tries.objects.filter(pk__in=attempt.growths).update(count=F("count") + 1, last_at=now)
    return attempt


def forget_old() -> None:
    """Delete the counts that no longer count."""
    Tries.objects.filter(last_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()


def _attempt(rule: Rule, name: str, request: HttpRequest) -> Attempt:
    typed, address = folded(name), client_of(address_of(request))
    device = device_of(request)
    if device.is_known_to(name):
        own = digest(rule.name, "device", typed, device.id)
        return Attempt({own: rule.own}, own)
    own = digest(rule.name, "own", typed, address)
    growths = {own: rule.own, digest(rule.name, "address", address): rule.address}
    if typed and not _is_known(name, request):
        growths[digest(rule.name, "name", typed)] = rule.by_name
    return Attempt(growths, own)


def _is_known(name: str, request: HttpRequest) -> bool:
    """Whether the owner of this name has logged in from this address."""
    recent = Event.objects.filter(kind=Kind.LOGIN, at__gt=timezone.now() - KNOWN_ADDRESS)
    return recent.filter(user__username=name, address=address_of(request)).exists()


def _refuse_early(attempt: Attempt, now: datetime) -> None:
    wait = _wait(attempt.growths, now)
    if wait > timedelta():
        raise Wait(timedelta(seconds=ceil(wait.total_seconds())))


def _wait(growths: Mapping[str, Growth], now: datetime) -> timedelta:
    counted = Tries.objects.filter(pk__in=growths, last_at__gt=now - FORGOTTEN_AFTER)
    left = [each.last_at + growths[each.digest].wait(each.count) - now for each in counted]
    return max([timedelta(), *left])
