"""The hosts as the check-in page lists them: who is there, and what each offers right now."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from appointments.models import with_availability
from hosts.availability import Availability, availability
from hosts.models import Host
from hosts.text import searchable


@dataclass(frozen=True)
class Entry:
    """One host of the list."""

    host: Host
    availability: Availability

    @property
    def key(self) -> str:
        """What a check-in form sends for this host."""
        return str(self.host.pk)

    @property
    def actions(self) -> str:
        """The actions of the check-in form that this host takes, separated by a space."""
        offers = {"appointment": self.availability.offers_in_person, "chat": self.availability.offers_remote}
        return " ".join(action for action, offered in offers.items() if offered)

    @property
    def offer(self) -> str:
        """Those actions as a sentence to the visitor."""
        return offer(self.host, self.availability)


def offer(host: Host, now: Availability) -> str:
    """What a visitor may do with a host of this availability, as a sentence."""
    sentences = {
        Availability.AVAILABLE: gettext("%(name)s is available. Start an appointment, or chat if you prefer."),
        Availability.MEETING: gettext("%(name)s is in a meeting. You can chat remotely instead."),
        Availability.REMOTE: gettext("%(name)s is working remotely. You can chat from here."),
        Availability.AWAY: gettext("%(name)s is away. Choose someone else, or ask at reception."),
    }
    return sentences[now] % {"name": host.name}


def directory(query: str = "") -> list[Entry]:
    """The listed hosts by name; with a query, those whose name or title has all of its words."""
    words = searchable(query).split()
    return [
        Entry(host, availability(host.presence, in_meeting=host.in_meeting))
        for host in with_availability(Host.objects.listed())
        if all(word in searchable(f"{host.name} {host.title}") for word in words)
    ]
