"""Whether a visitor may check in: the limits of a check-in, and why it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
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
# How many visits in person go on with a number, with an email, and from a device. Devices on one network share an
# address, and a visit that the host has answered is no invention. Django takes longer to put this together than
# databases to answer it.
_GOING_ON = """
    SELECT COUNT(*) FILTER (WHERE visitor_phone = %s), COUNT(*) FILTER (WHERE UPPER(visitor_email) = UPPER(%s)),
        COUNT(*) FILTER (WHERE device = %s AND device <> '' AND reply = '' AND holds_host)
    FROM appointments_appointment WHERE ended_at IS NULL AND kind = 'in_person'
"""
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


def require_room(mark: str, phone: str, email: str) -> None:
    """Raise :class:`TooManyVisits` unless one more visit in person may go on with this number, email and device.

    No concurrent check-in of the same visitor or device gets past this before the present transaction ends.
    """
    locks.hold(*filter(None, (mark, phone, email.lower())))
    with connection.cursor() as cursor:
        cursor.execute(_GOING_ON, [phone, email, mark])
        going_on = dict(zip(LIMIT_OF, cursor.fetchone(), strict=True))
    office = current_office()
    keys = {"phone": phone, "email": email.lower(), "device": mark}
    for of, count in going_on.items():
        most = getattr(office, LIMIT_OF[of])
        if count >= most:
            raise TooManyVisits(of, most, keys[of])
