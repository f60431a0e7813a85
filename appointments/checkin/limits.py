"""The limits of check-in, which is open to everybody and makes phones ring.

A reception screen counts apart from the phones of visitors: what strangers have used up elsewhere, for the office, a
host or somebody's number, keeps nobody from checking in at the desk.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.addresses import client_of
from hosts.models import Host
from kiosks.middleware import KioskRequest
from limits.recipients import recipient_of
from limits.rules import Rule, Use

OFFICE = (Rule.of("checkins_hour"), Rule.of("checkins_day"))
DEVICE = (Rule.of("checkins_per_address_hour"), Rule.of("checkins_per_address_day"))
SCREEN = (Rule.of("checkins_per_screen_hour"), Rule.of("checkins_per_screen_day"))
HOST = (Rule.of("checkins_per_host_hour"), Rule.of("checkins_per_host_day"))
PHONE, EMAIL = Rule.of("checkins_per_phone_day"), Rule.of("checkins_per_email_day")
# The field of the form at which the visitor reads that its limit is reached.
FIELDS = {**dict.fromkeys(HOST, "host"), PHONE: "phone", EMAIL: "email"}


@dataclass(frozen=True)
class Place:
    """Where somebody checks in: the key of the visitor's own `device`, or the id of the reception `screen`."""

    device: str = ""
    screen: int | None = None

    @property
    def uses(self) -> list[Use]:
        """What a check-in there counts for, before more is known."""
        if self.screen:
            return [Use(rule, str(self.screen)) for rule in SCREEN]
        return [*(Use(rule) for rule in OFFICE), *(Use(rule, self.device) for rule in DEVICE)]

    def uses_of_visit(self, host: Host, phone: str, email: str) -> list[Use]:
        """What a check-in there of this visitor with this host counts for; `phone` is in E.164."""
        uses = [*(Use(rule, str(host.pk)) for rule in HOST), Use(PHONE, phone), Use(EMAIL, recipient_of(email))]
        return [Use(rule, f"screens:{key}") for rule, key in uses] if self.screen else uses


def place_of(request: KioskRequest) -> Place:
    """Where this request comes from. A visitor's device is its address, because it may drop any other mark."""
    if request.kiosk:
        return Place(screen=request.kiosk.pk)
    return Place(device=client_of(str(request.META.get("REMOTE_ADDR", ""))))
