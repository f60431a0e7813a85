"""Whether a visitor may check in: the limits of a check-in, and why it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.digests import digest
from hosts.availability import Availability
from hosts.models import Host
from limits import locks
from limits.rules import LABELS, Use
from offices.current import current_office

# A visit from a visitor's own device that the host has not answered holds the host for this long. Nobody knows whether
# somebody stands there: the visit goes on, with its place on the roll call, but others may visit the host, too.
HOLD_WITHOUT_REPLY = timedelta(minutes=15)
# The limit, as refusals are noted, of the visits of each.
LIMIT_OF = {"phone": "visits_per_visitor", "email": "visits_per_visitor", "device": "visits_per_address"}
LABELS["visits_per_visitor"] = _("visits in person at once with one phone number or email")
LABELS["visits_per_address"] = _("unanswered visits in person at once from one device")


@dataclass(frozen=True)
class Admission:
    """The limits of one check-in: `uses` are counted when it starts.

    `device` is the key of the visitor's own device, empty for a reception screen. It is stored as a keyed hash.
    `screen` is the id of the reception screen, None for any other device.
    """

    uses: Sequence[Use] = ()
    device: str = ""
    screen: int | None = None

    @property
    def mark(self) -> str:
        """The keyed hash of the device; empty for a reception screen."""
        return digest("device", self.device) if self.device else ""


class NotOffered(Exception):
    """The host does not offer this kind of appointment now; `availability` is the host's current one."""

    def __init__(self, host: Host, now: Availability) -> None:
        super().__init__(f"{host} is {now}")
        self.host = host
        self.availability = now


class TooManyVisits(Exception):
    """The visitor or the device has as many visits in person going on as the office allows.

    `of` says whose they are: a field of the check-in form (`phone` or `email`), or `device`, with its `key`. `most` is
    their number, and `retry_after` the number of seconds after which there may be room.
    """

    retry_after = int(HOLD_WITHOUT_REPLY.total_seconds())

    def __init__(self, of: str, most: int, key: str) -> None:
        super().__init__(f"{most} visits of this {of}")
        self.limit = LIMIT_OF[of]
        self.key = key
        self.of = of
        self.most = most


def require_room(in_person: QuerySet[Any], mark: str, phone: str, email: str) -> None:
    """Raise :class:`TooManyVisits` unless one more visit may go on with this number, email and device.

    `in_person` are the visits in person that are going on. No concurrent check-in of the same visitor or device gets
    past this before the present transaction ends.
    """
    locks.hold(*filter(None, (mark, phone, email.lower())))
    same_phone, same_email = Q(visitor_phone=phone), Q(visitor_email__iexact=email)
    # Devices on one network share an address. A visit that the host has answered is no invention.
    same_device = Q(device=mark, reply="", holds_host=True) & ~Q(device="")
    office = current_office()
    going_on = in_person.filter(same_phone | same_email | same_device).aggregate(
        phone=Count("pk", filter=same_phone),
        email=Count("pk", filter=same_email),
        device=Count("pk", filter=same_device),
    )
    keys = {"phone": phone, "email": email.lower(), "device": mark}
    for of, count in going_on.items():
        most = getattr(office, LIMIT_OF[of])
        if count >= most:
            raise TooManyVisits(of, most, keys[of])
